/**
 * Acts on the tool calls of one round and writes the model's messages about them. Arguments that do not
 * fit their schema go back to the model once, with what is wrong; the second time it is told to go on
 * without. A tool that fails on good arguments (no such object, no room) is told likewise (rule TU12). A
 * look at the board is answered with what was seen (rule TU17).
 */
import { z } from "zod";
import { appErrorDataOf } from "../../../convex/contract/errors.ts";
import {
  findLook,
  findTool,
  LOOKS,
  TOOLS,
  type LookName,
  type ToolName,
} from "../../../convex/contract/tools/registry.ts";
import type { ChatMessage, ChatTool, ChatToolCall } from "../chatModel.ts";
import type { TutorRequest } from "../tutor.ts";

/** What an agent may do in one answer; more is a model going round in circles. */
const MAX_CALLS = 8;

/** All tools and looks as function definitions, with every field required, as strict function calling asks. */
export const CHAT_TOOLS: ChatTool[] = Object.entries({ ...TOOLS, ...LOOKS }).map(
  ([name, { description, args }]) => ({
    name,
    description,
    parameters: z.toJSONSchema(args),
  }),
);

type Board = Pick<TutorRequest, "useTool" | "lookAtBoard">;

export class ToolCalls {
  readonly #board: Board;
  #calls = 0;
  #hasRepaired = false;

  constructor(board: Board) {
    this.#board = board;
  }

  /** Runs the calls one after the other; resolves with one message for each. */
  async run(calls: readonly ChatToolCall[]): Promise<ChatMessage[]> {
    const messages: ChatMessage[] = [];
    for (const call of calls) {
      const content = await this.#runOne(call);
      messages.push({ role: "tool", toolCallId: call.toolCallId, content });
    }
    return messages;
  }

  /** Resolves with JSON. */
  async #runOne({ name, argumentsText }: ChatToolCall): Promise<string> {
    if (++this.#calls > MAX_CALLS) {
      return JSON.stringify({ ok: false, error: "No more tools in this answer." });
    }
    const tool = findTool(name) ?? findLook(name);
    if (tool === undefined) return this.#complain(`There is no tool ${name}.`);
    const args = tool.args.safeParse(parseJson(argumentsText));
    if (!args.success) return this.#complain(z.prettifyError(args.error));
    try {
      if ("answer" in tool) return await this.#board.lookAtBoard(name as LookName, args.data);
      const ops = await this.#board.useTool(name as ToolName, args.data);
      const objectIds = ops.flatMap((op) => (op.type === "add" ? [op.object.id] : []));
      return JSON.stringify({ ok: true, objectIds });
    } catch (error) {
      const data = appErrorDataOf(error);
      if (data?.code !== "INVALID_INPUT" && data?.code !== "LIMIT_EXCEEDED") throw error;
      return this.#complain(data.message);
    }
  }

  #complain(error: string): string {
    const isFirst = !this.#hasRepaired;
    this.#hasRepaired = true;
    const advice = isFirst ? "Correct this and call once more." : "Go on without it.";
    return JSON.stringify({ ok: false, error: error.slice(0, 1_000), advice });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text === "" ? "{}" : text);
  } catch {
    return undefined; // fails every schema, so that the model is told
  }
}
