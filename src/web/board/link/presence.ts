/**
 * What people on a board tell each other beside the drawing itself: who they are, where their
 * cursor is, the stroke they are making. It comes from other people's browsers unchecked, so it is
 * parsed here and whatever does not fit is nobody. Pure.
 */
import { z } from "zod";
import { MAX_NAME_CHARS } from "../../../../convex/contract/limits.ts";
import { simplify, type PenPoint } from "../hands/freehand.ts";

const coordinate = z.number().min(-1e6).max(1e6);
/** The server drops an entry of more than 8 KiB; this many points take about 2 KiB. */
const MAX_STROKE_POINTS = 120;
const FIRST_TOLERANCE = 0.8;

const zPresence = z.object({
  user: z.object({
    userId: z.string().max(64),
    name: z.string().max(MAX_NAME_CHARS),
    colour: z.string().regex(/^#[\da-f]{6}$/i),
  }),
  cursor: z.object({ x: coordinate, y: coordinate }).optional(),
  stroke: z
    .object({
      /** Flat board coordinates. */
      points: z.array(coordinate).max(2 * MAX_STROKE_POINTS),
      colour: z.string().max(40),
      size: z.number().min(0.5).max(64),
    })
    .optional(),
});

export type Presence = z.infer<typeof zPresence>;

export interface Other {
  clientId: number;
  presence: Presence;
}

export function parsePresence(state: unknown): Presence | undefined {
  return zPresence.safeParse(state).data;
}

/** A stroke under way, thinned until it fits into an awareness entry. */
export function strokePreview(points: readonly PenPoint[]): number[] {
  let thin: readonly PenPoint[] = points;
  for (let tolerance = FIRST_TOLERANCE; thin.length > MAX_STROKE_POINTS; tolerance *= 2) {
    thin = simplify(points, tolerance);
  }
  return thin.flatMap(({ x, y }) => [Math.round(x), Math.round(y)]);
}
