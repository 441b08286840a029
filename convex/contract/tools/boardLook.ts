/**
 * What a look is: like a tool it has arguments that a model can be asked for, but it answers with what is
 * on the board instead of changing it (rule TU17).
 */
import type { z } from "zod";
import type { BoardView, Box } from "../boardOps.ts";

/** Of every answer; about as much as the model is told of the board to begin with. */
export const MAX_LOOK_CHARS = 6_000;

export interface BoardLook<Args extends z.ZodObject = z.ZodObject> {
  /** For the model: what it is told and when to ask. */
  description: string;
  args: Args;
  /** For the student, while it happens: "Looking at the board". */
  label: string;
  /**
   * JSON for the model, at most MAX_LOOK_CHARS.
   * @throws INVALID_INPUT, with a message the model can act on.
   */
  answer(args: z.infer<Args>, board: BoardView): string;
}

/** Keeps the arguments' type while the look is written. */
export function defineLook<Args extends z.ZodObject>(look: BoardLook<Args>): BoardLook<Args> {
  return look;
}

/** A box as models are told of it: x, y, width, height in whole pixels. */
export function roundedBox({ x, y, width, height }: Box): number[] {
  return [x, y, width, height].map((value) => Math.round(value));
}
