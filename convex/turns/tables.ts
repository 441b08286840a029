/** Questions, answers as they stream, and which companion is answering. */
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vErrorCode } from "../contract/errors.ts";

/** The states of a turn that is still being answered. */
export const vLiveTurnState = v.union(
  v.object({ kind: v.literal("thinking") }),
  v.object({ kind: v.literal("speaking") }),
  v.object({ kind: v.literal("usingTool"), tool: v.string() }),
);
export const vTurnState = v.union(
  ...vLiveTurnState.members,
  v.object({ kind: v.literal("done"), endedAt: v.number() }),
  v.object({ kind: v.literal("cancelled"), endedAt: v.number(), by: v.id("users") }),
  v.object({
    kind: v.literal("failed"),
    endedAt: v.number(),
    code: vErrorCode,
    message: v.string(),
  }),
);
export type TurnState = Infer<typeof vTurnState>;

/** A place in the answer and the passage that bears it out. The passage existed when this was written. */
export const vCitation = v.object({
  passageId: v.id("passages"),
  documentId: v.id("documents"),
  page: v.number(),
  start: v.number(), // half-open range of the answer
  end: v.number(),
  quote: v.string(),
});
export type Citation = Infer<typeof vCitation>;

/** One sequenced event of the tutor socket, as contract/tutorEvents.ts defines it. */
export const vStoredEvent = v.object({ seq: v.number(), at: v.number(), event: v.any() });

export const turnTables = {
  // Written by turns/run alone; read by history, live and the session analyser; deleted by jobs/removeSession.
  turns: defineTable({
    sessionId: v.id("sessions"),
    number: v.number(), // from 1, without gaps or doubles within a session
    authorId: v.id("users"),
    clientMessageId: v.string(), // the client's id of its question, accepted once
    question: v.string(),
    state: vTurnState,
    answer: v.string(), // whole when done, else the prefix that was saved
    answerLength: v.number(),
    citations: v.array(vCitation),
    droppedCitations: v.number(), // that did not resolve, and so are not shown
    madeBy: v.string(), // "extractive" or the model's name
    firstSeq: v.number(), // half-open range of event numbers, unique within the session
    endSeq: v.number(),
  })
    .index("by_sessionId_and_number", ["sessionId", "number"])
    .index("by_sessionId_and_clientMessageId", ["sessionId", "clientMessageId"]),
  // What was streamed, for those who resume. Written by turns/run; read by turns/run:events; deleted an hour
  // after the turn ended and by jobs/removeSession.
  turnChunks: defineTable({
    turnId: v.id("turns"),
    sessionId: v.id("sessions"),
    startSeq: v.number(), // half-open range of event numbers
    endSeq: v.number(),
    start: v.number(), // half-open range of the answer
    end: v.number(),
    text: v.string(),
    events: v.array(vStoredEvent),
  })
    .index("by_turnId_and_startSeq", ["turnId", "startSeq"])
    .index("by_sessionId_and_endSeq", ["sessionId", "endSeq"]),
  // One row while a turn is live. Written by turns/run; read by turns/expire; deleted when the turn ends.
  turnLeases: defineTable({
    turnId: v.id("turns"),
    sessionId: v.id("sessions"),
    companionId: v.string(),
    expiresAt: v.number(),
  })
    .index("by_turnId", ["turnId"])
    .index("by_sessionId", ["sessionId"])
    .index("by_companionId", ["companionId"])
    .index("by_expiresAt", ["expiresAt"]),
};
