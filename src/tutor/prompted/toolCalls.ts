/**
 * Acts on the tool calls of one round and writes the model's messages about them. Arguments that do not
 * fit their schema go back to the model once, with what is wrong; the second time it is told to go on
 * without. A tool that fails on good arguments (no such object, no room) is told likewise (rule TU12).
 */
import { z } from "zod";
import { appErrorDataOf } from "../../../convex/contract/errors.ts";
import { findTool, TOOLS, type ToolName } from "../../../convex/contract/tools/registry.ts";
import type { BoardOp } from "../../../convex/contract/boardOps.ts";
import type { ChatMessage, ChatTool, ChatToolCall } from "../chatModel.ts";

/** What an agent may do in one answer; more is a model going round in circles. */
const MAX_CALLS = 8;

/** All tools as function definitions, with every field required, as strict function calling asks. */
export const CHAT_TOOLS: ChatTool[] = Object.entries(TOOLS).map(
  ([name, { description, args }]) => ({
    name,
    description,
    parameters: z.toJSONSchema(args),
  }),
);

export class ToolCalls {
  readonly #useTool: (name: ToolName, args: unknown) => Promise<BoardOp[]>;
  #calls = 0;
  #hasRepaired = false;

  constructor(useTool: (name: ToolName, args: unknown) => Promise<BoardOp[]>) {
    this.#useTool = useTool;
  }

  /** Runs the calls one after the other; resolves with one message for each. */
  async run(calls: readonly ChatToolCall[]): Promise<ChatMessage[]> {
    const messages: ChatMessage[] = [];
    for (const call of calls) {
      const content = JSON.stringify(await this.#runOne(call));
      messages.push({ role: "tool", toolCallId: call.toolCallId, content });
    }
    return messages;
  }

  async #runOne({ name, argumentsText }: ChatToolCall): Promise<object> {
    if (++this.#calls > MAX_CALLS) return { ok: false, error: "No more drawing in this answer." };
    const tool = findTool(name);
    if (tool === undefined) return this.#complain(`There is no tool ${name}.`);
    const args = tool.args.safeParse(parseJson(argumentsText));
    if (!args.success) return this.#complain(z.prettifyError(args.error));
    try {
      const ops = await this.#useTool(name as ToolName, args.data);
      return {
        ok: true,
        objectIds: ops.flatMap((op) => (op.type === "add" ? [op.object.id] : [])),
      };
    } catch (error) {
      const data = appErrorDataOf(error);
      if (data?.code !== "INVALID_INPUT" && data?.code !== "LIMIT_EXCEEDED") throw error;
      return this.#complain(data.message);
    }
  }

  #complain(error: string): object {
    const isFirst = !this.#hasRepaired;
    this.#hasRepaired = true;
    const advice = isFirst ? "Correct this and call once more." : "Go on without it.";
    return { ok: false, error: error.slice(0, 1_000), advice };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text === "" ? "{}" : text);
  } catch {
    return undefined; // fails every schema, so that the model is told
  }
}
