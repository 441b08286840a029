/**
 * What a tool is: arguments that a model can be asked for, and a pure plan from arguments and board to
 * operations. Nullable instead of optional arguments, since strict function calling demands that every
 * field is written (rules TO1-TO4).
 */
import type { z } from "zod";
import type { BoardOp, BoardView } from "../boardOps.ts";

export interface BoardTool<Args extends z.ZodObject = z.ZodObject> {
  /** For the model: what it draws and when to use it. */
  description: string;
  args: Args;
  /** For the student, while it happens: "Drawing a timeline". */
  label: string;
  /** @throws INVALID_INPUT or LIMIT_EXCEEDED, with a message the model can act on. */
  plan(args: z.infer<Args>, board: BoardView): BoardOp[];
}

/** Keeps the arguments' type while the tool is written. */
export function defineTool<Args extends z.ZodObject>(tool: BoardTool<Args>): BoardTool<Args> {
  return tool;
}
