/**
 * What travels on the tutor socket: the frames of both directions as zod schemas, and the numbered
 * events that tell the story of a turn. `applyTutorEvent` folds events into what a client shows; the
 * server folds with the same function when it must summarise, so both always agree (rules TU, PR).
 * Knows no socket and no clock. Ranges are half-open and count UTF-16 units.
 */
import { z } from "zod";
import { ERRORS, type ErrorCode } from "./errors.ts";
import { MAX_CITATIONS_PER_TURN, MAX_QUESTION_CHARS } from "./limits.ts";

export const MAX_CLIENT_ID_CHARS = 64;
const MAX_SELECTED_OBJECTS = 50;

export const errorCode = z.custom<ErrorCode>(
  (value) => typeof value === "string" && value in ERRORS,
);
/** The client's own id of a message (a UUID); the same id is acted on once. */
const clientId = z.string().min(1).max(MAX_CLIENT_ID_CHARS);
const seq = z.number().int().nonnegative();

/** `[n]` in an answer stands for `citations[n - 1]`; `start` to `end` is the first such marker. */
export const citation = z.object({
  passageId: z.string(),
  documentId: z.string(),
  page: z.number(), // from 1
  start: z.number(),
  end: z.number(),
  quote: z.string(), // what of the passage bears the statement out
});
export type AnswerCitation = z.infer<typeof citation>;

export const tutorEvent = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("turnStarted"),
    number: z.number(),
    authorId: z.string(),
    authorName: z.string(),
    question: z.string(),
    clientMessageId: z.string(),
  }),
  z.object({ type: z.literal("thinking") }),
  z.object({ type: z.literal("toolStarted"), tool: z.string(), label: z.string() }),
  z.object({
    type: z.literal("toolEnded"),
    tool: z.string(),
    ok: z.boolean(),
    objectIds: z.array(z.string()), // drawn or changed on the board
  }),
  z.object({ type: z.literal("delta"), start: z.number(), end: z.number(), text: z.string() }),
  z.object({
    type: z.literal("citations"),
    citations: z.array(citation).max(MAX_CITATIONS_PER_TURN),
  }),
  z.object({ type: z.literal("turnDone") }),
  z.object({ type: z.literal("turnCancelled"), by: z.string() }), // the user who stopped it
  z.object({
    type: z.literal("turnFailed"),
    code: errorCode,
    message: z.string(),
    retryable: z.boolean(),
  }),
]);
export type TutorEvent = z.infer<typeof tutorEvent>;

export const sequencedEvent = z.object({
  seq, // from 1, rising by one within a session; a gap means that something was lost
  at: z.number(), // ms since epoch
  turnId: z.string(),
  event: tutorEvent,
});
export type SequencedEvent = z.infer<typeof sequencedEvent>;

export const clientFrame = z.discriminatedUnion("type", [
  /** The first frame of a socket. `after`: the last event seen; null = only what comes from now on. */
  z.object({ type: z.literal("resume"), id: clientId, after: seq.nullable() }),
  z.object({
    type: z.literal("ask"),
    id: clientId,
    text: z
      .string()
      .max(MAX_QUESTION_CHARS)
      .refine((text) => text.trim() !== ""),
    boardSelection: z.array(z.string().max(128)).max(MAX_SELECTED_OBJECTS).optional(),
  }),
  z.object({ type: z.literal("stop"), id: clientId, turnId: z.string().max(128) }),
  z.object({ type: z.literal("ping") }),
]);
export type ClientFrame = z.infer<typeof clientFrame>;

const turnPhase = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("thinking") }),
  z.object({ kind: z.literal("speaking") }),
  z.object({ kind: z.literal("usingTool"), tool: z.string(), label: z.string() }),
  z.object({ kind: z.literal("done") }),
  z.object({ kind: z.literal("cancelled"), by: z.string() }),
  z.object({
    kind: z.literal("failed"),
    code: errorCode,
    message: z.string(),
    retryable: z.boolean(),
  }),
]);
export type TurnPhase = z.infer<typeof turnPhase>;

/** One turn as its events tell it so far. */
export const foldedTurn = z.object({
  turnId: z.string(),
  number: z.number(),
  authorId: z.string(),
  authorName: z.string(),
  question: z.string(),
  clientMessageId: z.string(),
  phase: turnPhase,
  text: z.string(),
  citations: z.array(citation),
  drawnObjectIds: z.array(z.string()),
});
export type FoldedTurn = z.infer<typeof foldedTurn>;

export const serverFrame = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("welcome"),
    sessionId: z.string(),
    seq, // where the sequence stands
    model: z.object({ kind: z.enum(["extractive", "model"]), name: z.string() }),
  }),
  z.object({ type: z.literal("accepted"), id: z.string(), turnId: z.string().optional() }),
  z.object({
    type: z.literal("refused"),
    id: z.string(),
    code: errorCode,
    message: z.string(),
    retryable: z.boolean(),
  }),
  z.object({ type: z.literal("pong") }),
  z.object({ type: z.literal("event"), ...sequencedEvent.shape }),
  /** The gap cannot be replayed: forget what is shown of live turns and go on from here. */
  z.object({ type: z.literal("reset"), seq, turn: foldedTurn.nullable() }),
]);
export type ServerFrame = z.infer<typeof serverFrame>;

/** What a client keeps: how far it is, and the turn that is live or was last. */
export interface TutorState {
  seq: number;
  turn: FoldedTurn | null;
  /** An event is missing: send `resume` with `seq` again. */
  hasGap: boolean;
}

export const INITIAL_TUTOR_STATE: TutorState = { seq: 0, turn: null, hasGap: false };

/**
 * Takes one event into account. An event that was seen before changes nothing (rule TU6); one that
 * comes too early only marks the gap, so that nothing is ever shown out of order.
 */
export function applyTutorEvent(state: TutorState, sequenced: SequencedEvent): TutorState {
  if (sequenced.seq <= state.seq) return state;
  if (sequenced.seq > state.seq + 1) return { ...state, hasGap: true };
  const { event, turnId } = sequenced;
  const { seq } = sequenced;
  if (event.type === "turnStarted") {
    return { seq, turn: startedTurn(turnId, event), hasGap: false };
  }
  if (state.turn?.turnId !== turnId) return { ...state, seq, hasGap: false };
  return { seq, turn: applyToTurn(state.turn, event), hasGap: false };
}

function startedTurn(
  turnId: string,
  { number, authorId, authorName, question, clientMessageId }: TutorEvent & { type: "turnStarted" },
): FoldedTurn {
  return {
    turnId,
    number,
    authorId,
    authorName,
    question,
    clientMessageId,
    phase: { kind: "thinking" },
    text: "",
    citations: [],
    drawnObjectIds: [],
  };
}

function applyToTurn(turn: FoldedTurn, event: Exclude<TutorEvent, { type: "turnStarted" }>) {
  const withPhase = (phase: TurnPhase): FoldedTurn => ({ ...turn, phase });
  switch (event.type) {
    case "thinking":
      return withPhase({ kind: "thinking" });
    case "toolStarted":
      return withPhase({ kind: "usingTool", tool: event.tool, label: event.label });
    case "toolEnded": {
      const drawnObjectIds = [...new Set([...turn.drawnObjectIds, ...event.objectIds])];
      return { ...turn, drawnObjectIds, phase: { kind: "speaking" as const } };
    }
    case "delta":
      // A range that overlaps what is there (a replay after a crash) overwrites it, never doubles it.
      return {
        ...turn,
        phase: { kind: "speaking" as const },
        text: turn.text.slice(0, event.start) + event.text,
      };
    case "citations":
      return { ...turn, citations: event.citations };
    case "turnDone":
      return withPhase({ kind: "done" });
    case "turnCancelled":
      return withPhase({ kind: "cancelled", by: event.by });
    case "turnFailed": {
      const { code, message, retryable } = event;
      return withPhase({ kind: "failed", code, message, retryable });
    }
  }
}

/** Whether nothing more can happen to the turn. */
export function hasEnded(turn: FoldedTurn): boolean {
  return ["done", "cancelled", "failed"].includes(turn.phase.kind);
}

/** One saved batch of a turn: its numbered events, and the text they added to the answer. */
export interface TurnChunk {
  startSeq: number;
  endSeq: number;
  start: number;
  end: number;
  text: string;
  /** In order, one for each number from `startSeq`; a delta carries its range only. */
  events: { seq: number; at: number; event: unknown }[];
}

/** Packs events of one turn that follow each other; the text is kept once. `events` is not empty. */
export function packChunk(events: readonly SequencedEvent[], answerLength: number): TurnChunk {
  const first = events[0];
  const last = events.at(-1);
  if (first === undefined || last === undefined) throw new Error("a chunk holds an event or more");
  let text = "";
  const packed = events.map(({ seq, at, event }) => {
    if (event.type !== "delta") return { seq, at, event };
    text += event.text;
    return { seq, at, event: { type: event.type, start: event.start, end: event.end } };
  });
  return {
    startSeq: first.seq,
    endSeq: last.seq + 1,
    start: answerLength,
    end: answerLength + text.length,
    text,
    events: packed,
  };
}

/** The inverse of `packChunk`. @throws when the chunk was not made by it. */
export function unpackChunk(chunk: TurnChunk, turnId: string): SequencedEvent[] {
  return chunk.events.map(({ seq, at, event }) => {
    const range = z.object({ type: z.literal("delta"), start: z.number(), end: z.number() });
    const delta = range.safeParse(event);
    const whole = delta.success
      ? {
          ...delta.data,
          text: chunk.text.slice(delta.data.start - chunk.start, delta.data.end - chunk.start),
        }
      : event;
    return sequencedEvent.parse({ seq, at, turnId, event: whole });
  });
}
