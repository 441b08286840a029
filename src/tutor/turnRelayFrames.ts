/**
 * What the tutor rooms of one session say to each other between companions: JSON in UTF-8. Companions
 * trust each other; a frame that cannot be read is of another version, and ignored.
 */
import { z } from "zod";
import { errorCode, foldedTurn, sequencedEvent } from "../../convex/contract/tutorEvents.ts";

const turnRelayFrame = z.discriminatedUnion("type", [
  /** What is told to the sockets of the companion that answers, as it is told, or again. */
  z.object({ type: z.literal("events"), events: z.array(sequencedEvent) }),
  /** The turn is live, `seq` its newest event; said every few seconds. */
  z.object({ type: z.literal("alive"), turnId: z.string(), seq: z.number() }),
  /** For whoever answers: all events after `after`, or, for null, the whole live turn. */
  z.object({ type: z.literal("missing"), after: z.number().nullable() }),
  /** The live turn so far, where its events cannot be told one by one. */
  z.object({ type: z.literal("live"), seq: z.number(), turn: foldedTurn }),
  /** Somebody wants the turn to stop; `id` comes back in the verdict. */
  z.object({
    type: z.literal("stop"),
    id: z.string(),
    turnId: z.string(),
    userId: z.string(),
    /** Owner or teacher; others stop only what they asked. */
    mayStopAny: z.boolean(),
  }),
  /** `code`: why not; null = it has stopped, or had ended already. */
  z.object({ type: z.literal("verdict"), id: z.string(), code: errorCode.nullable() }),
]);
export type TurnRelayFrame = z.infer<typeof turnRelayFrame>;
export type StopWish = Omit<Extract<TurnRelayFrame, { type: "stop" }>, "type" | "id">;

export function encodeTurnRelayFrame(frame: TurnRelayFrame): Uint8Array {
  return Buffer.from(JSON.stringify(frame));
}

/** Undefined for what no companion of this version says. */
export function decodeTurnRelayFrame(bytes: Uint8Array): TurnRelayFrame | undefined {
  try {
    return turnRelayFrame.parse(JSON.parse(Buffer.from(bytes).toString()));
  } catch {
    return undefined; // the store tells what it would have said
  }
}
