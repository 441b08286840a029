"use node";
/**
 * The only user of `openai` in convex/. Asks a model for JSON of a given shape and gives back what was parsed:
 * invalid output is repaired once, by telling the model what is wrong, then reported; never a loop.
 */
import OpenAI from "openai";
import { z } from "zod";
import { appError } from "../contract/errors.ts";
import { modelErrorOf } from "../contract/modelErrors.ts";
import { logProblem } from "../functionLog.ts";
import type { AgentSettings } from "./tables.ts";

const TIMEOUT_MS = 180_000; // a local model on a small machine is slow, not dead

export interface JsonRequest<Output> {
  name: string; // of the shape, for the provider: letters and underscores
  instructions: string;
  input: string;
  schema: z.ZodType<Output>;
}

export interface JsonReply<Output> {
  output: Output;
  model: string;
  inputTokens: number;
  outputTokens: number;
}

/** Whether the deployment's environment names a model. */
export function hasModel(): boolean {
  return environment() !== null;
}

/** @throws the MODEL_ codes; NOT_READY when no model is configured */
export async function completeJson<Output>(
  request: JsonRequest<Output>,
  settings: AgentSettings,
): Promise<JsonReply<Output>> {
  const found = environment();
  if (found === null) throw appError("NOT_READY", "No language model is configured.");
  const { client, defaultModel } = found;
  const model = settings.model ?? defaultModel;
  const messages: OpenAI.ChatCompletionMessageParam[] = [
    { role: "system", content: request.instructions },
    { role: "user", content: request.input },
  ];
  const usage = { inputTokens: 0, outputTokens: 0 };
  const ask = async () => {
    const text = await complete(client, { model, settings, messages, request }, usage);
    return { text, parsed: parseJson(text, request.schema) };
  };
  const first = await ask();
  if (first.parsed.success) return { output: first.parsed.output, model, ...usage };
  messages.push({ role: "assistant", content: first.text });
  messages.push({ role: "user", content: `${REPAIR}\n${first.parsed.problem}` });
  const { parsed } = await ask();
  if (!parsed.success) throw appError("MODEL_OUTPUT_INVALID");
  return { output: parsed.output, model, ...usage };
}

const REPAIR =
  "That reply does not have the required shape. Send the whole JSON again, corrected, and nothing else. What is wrong:";

async function complete<Output>(
  client: OpenAI,
  asked: {
    model: string;
    settings: AgentSettings;
    messages: OpenAI.ChatCompletionMessageParam[];
    request: JsonRequest<Output>;
  },
  usage: { inputTokens: number; outputTokens: number },
): Promise<string> {
  const { model, settings, messages, request } = asked;
  const schema = z.toJSONSchema(request.schema) as Record<string, unknown>;
  const reply = await client.chat.completions
    .create({
      model,
      messages,
      temperature: settings.temperature,
      max_completion_tokens: settings.maxOutputTokens,
      response_format: {
        type: "json_schema",
        json_schema: { name: request.name, schema, strict: true },
      },
    })
    .catch((error: unknown) => {
      const { code, message, retryAfterMs } = modelErrorOf(error);
      if (code === "INTERNAL") logProblem("the model rejected a request", error);
      throw appError(code, message, retryAfterMs === undefined ? {} : { retryAfterMs });
    });
  usage.inputTokens += reply.usage?.prompt_tokens ?? 0;
  usage.outputTokens += reply.usage?.completion_tokens ?? 0;
  const [choice] = reply.choices;
  if (choice?.message.refusal) throw appError("MODEL_REFUSED");
  if (choice?.finish_reason === "content_filter") throw appError("MODEL_REFUSED");
  return choice?.message.content ?? "";
}

type Parsed<Output> = { success: true; output: Output } | { success: false; problem: string };

/** Takes the outermost braces: small models put fences or a greeting around their JSON. */
function parseJson<Output>(text: string, schema: z.ZodType<Output>): Parsed<Output> {
  const json = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  try {
    const result = schema.safeParse(JSON.parse(json));
    if (result.success) return { success: true, output: result.data };
    return { success: false, problem: z.prettifyError(result.error).slice(0, 2_000) };
  } catch {
    return { success: false, problem: "It is not valid JSON." };
  }
}

function environment(): { client: OpenAI; defaultModel: string } | null {
  // eslint-disable-next-line @convex-dev/no-process-env -- the typed env would make every name required at deploy
  const { MODEL_BASE_URL, MODEL_NAME, MODEL_API_KEY, OPENAI_API_KEY } = process.env;
  const apiKey = nonEmpty(MODEL_API_KEY) ?? nonEmpty(OPENAI_API_KEY);
  const baseURL = nonEmpty(MODEL_BASE_URL);
  if (apiKey === undefined && baseURL === undefined) return null;
  const client = new OpenAI({
    apiKey: apiKey ?? "none", // local servers ask for no key, the client does
    ...(baseURL === undefined ? {} : { baseURL }),
    timeout: TIMEOUT_MS,
  });
  return { client, defaultModel: nonEmpty(MODEL_NAME) ?? DEFAULT_MODEL };
}

/** A variable that is set to nothing counts as not set. */
function nonEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

const DEFAULT_MODEL = "gpt-4.1-mini";
