/**
 * A language model over Chat Completions, through the `openai` client: OpenAI itself or whatever speaks
 * its protocol (Ollama, vLLM, llama.cpp). The client retries twice before the first chunk and honours
 * `retry-after`; a stream that breaks later is never retried, since what was said was shown. Every
 * failure leaves here with a code (rules MO1-MO4). The only file of src/ that imports `openai`.
 */
import OpenAI from "openai";
import type {
  ChatCompletionChunk,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions";
import { appError, type AppError } from "../../convex/contract/errors.ts";
import { modelErrorOf } from "../../convex/contract/modelErrors.ts";
import type {
  ChatMessage,
  ChatModel,
  ChatPart,
  ChatRequest,
  ChatToolCall,
} from "../tutor/chatModel.ts";

/** For the headers of the answer; a local model may load its weights first. */
const RESPONSE_TIMEOUT_MS = 60_000;
const MAX_RETRIES = 2;

export interface OpenAiSettings {
  /** Undefined = OpenAI. */
  baseUrl?: string | undefined;
  /** Local servers take any. */
  apiKey: string;
  model: string;
}

export function createOpenAiChatModel({ baseUrl, apiKey, model }: OpenAiSettings): ChatModel {
  const client = new OpenAI({
    apiKey,
    maxRetries: MAX_RETRIES,
    timeout: RESPONSE_TIMEOUT_MS,
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
  });
  return {
    name: model,
    stream: (request, signal) => streamParts(client, model, request, signal),
  };
}

async function* streamParts(
  client: OpenAI,
  configuredModel: string,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<ChatPart> {
  const calls = new CallCollector();
  let hasBegun = false;
  let finishReason: string | null = null;
  try {
    const stream = await client.chat.completions.create(
      {
        model: request.model ?? configuredModel,
        messages: request.messages.map(asParam),
        temperature: request.temperature,
        max_completion_tokens: request.maxOutputTokens,
        stream: true,
        stream_options: { include_usage: true },
        ...toolsOf(request),
      },
      { signal },
    );
    for await (const chunk of stream) {
      hasBegun = true;
      const [choice] = chunk.choices;
      if (choice !== undefined) {
        finishReason = choice.finish_reason ?? finishReason;
        const text = choice.delta.content ?? "";
        if (text !== "") yield { type: "text", text };
        calls.add(choice.delta.tool_calls ?? []);
      }
      if (chunk.usage) yield usageOf(chunk.usage);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw codedError(error, hasBegun);
  }
  signal.throwIfAborted(); // an abort ends the client's loop without an error
  checkEnd(finishReason, hasBegun);
  for (const call of calls.whole()) yield { type: "toolCall", call };
}

function codedError(error: unknown, hasBegun: boolean): AppError {
  const { code, message, retryAfterMs } = modelErrorOf(error);
  // Once words have come, whatever breaks the line has cut the stream.
  if (hasBegun && code === "MODEL_UNAVAILABLE") return appError("MODEL_STREAM_CUT");
  return appError(code, message, retryAfterMs === undefined ? {} : { retryAfterMs });
}

/** @throws MODEL_REFUSED, MODEL_STREAM_CUT when the stream did not come to a proper end. */
function checkEnd(finishReason: string | null, hasBegun: boolean): void {
  if (finishReason === "content_filter") throw appError("MODEL_REFUSED");
  // Some servers close a broken stream as if it had ended; then the reason is missing.
  if (finishReason === null) throw appError(hasBegun ? "MODEL_STREAM_CUT" : "MODEL_UNAVAILABLE");
}

function toolsOf({ tools }: ChatRequest) {
  if (tools.length === 0) return {};
  return { tools: tools.map((tool) => ({ type: "function" as const, function: tool })) };
}

function usageOf(usage: { prompt_tokens: number; completion_tokens: number }): ChatPart {
  const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = usage;
  return { type: "usage", inputTokens, outputTokens };
}

function asParam(message: ChatMessage): ChatCompletionMessageParam {
  switch (message.role) {
    case "system":
    case "user":
      return message;
    case "tool":
      return { role: "tool", tool_call_id: message.toolCallId, content: message.content };
    case "assistant": {
      const { content, toolCalls } = message;
      if (toolCalls.length === 0) return { role: "assistant", content };
      const tool_calls = toolCalls.map(({ toolCallId, name, argumentsText }) => ({
        id: toolCallId,
        type: "function" as const,
        function: { name, arguments: argumentsText },
      }));
      return { role: "assistant", content, tool_calls };
    }
  }
}

type CallDelta = NonNullable<ChatCompletionChunk.Choice.Delta["tool_calls"]>[number];

/** Puts tool calls together that come in pieces, told apart by their index. */
class CallCollector {
  readonly #calls = new Map<number, ChatToolCall>();

  add(deltas: readonly CallDelta[]): void {
    for (const { index, id, function: part } of deltas) {
      const call = this.#calls.get(index) ?? { toolCallId: "", name: "", argumentsText: "" };
      this.#calls.set(index, {
        toolCallId: id ?? call.toolCallId,
        name: call.name + (part?.name ?? ""),
        argumentsText: call.argumentsText + (part?.arguments ?? ""),
      });
    }
  }

  /** In the order in which the model made them. Some servers send no ids; then the index serves. */
  whole(): ChatToolCall[] {
    return [...this.#calls].map(([index, call]) => ({
      ...call,
      toolCallId: call.toolCallId === "" ? `call-${index}` : call.toolCallId,
    }));
  }
}
