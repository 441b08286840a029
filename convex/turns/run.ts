/**
 * How the companion writes a turn: begin, append as it streams, finish; and what a resuming client missed.
 * One turn of a session is live at a time. Every call may be repeated. Rules TN1-TN6; logic in ./model.
 */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";
import { appError, vErrorCode } from "../contract/errors.ts";
import {
  MAX_ANSWER_CHARS,
  MAX_CITATIONS_PER_TURN,
  MAX_QUESTION_CHARS,
  TURN_LEASE_MS,
} from "../contract/limits.ts";
import { serviceMutation, serviceQuery } from "../functions.ts";
import { requireActiveMember, touchSession, WRITERS } from "../sessions/model.ts";
import { endTurn, findLastTurn, findLease, interruptTurn, isLive, requireLease } from "./model.ts";
import { readPromptContext, vPromptContext } from "./promptContext.ts";
import { vLiveTurnState, vStoredEvent, type Citation } from "./tables.ts";

const MAX_CLIENT_MESSAGE_ID_CHARS = 64;
const MAX_CHUNKS_READ = 100; // a page of a replay; the caller asks again from the last number
const MAX_TURNS_RECOVERED = 100; // of one companion in one transaction

const chunk = {
  startSeq: v.number(), // half-open, follows the turn's last number
  endSeq: v.number(),
  start: v.number(), // half-open, follows the answer so far
  end: v.number(),
  text: v.string(),
  events: v.array(vStoredEvent),
};
const vChunk = v.object(chunk);
type Chunk = typeof vChunk.type;

/**
 * Begins a turn, or finds the one that this client message began (`isNew` false). `nextSeq` is the number of
 * the next event. @throws NOT_FOUND, FORBIDDEN (observers), SESSION_ENDED, INVALID_INPUT, CONFLICT while another
 * turn is being answered
 */
export const begin = serviceMutation({
  args: {
    sessionId: v.id("sessions"),
    userId: v.id("users"),
    clientMessageId: v.string(),
    question: v.string(),
    companionId: v.string(),
  },
  returns: v.object({
    turnId: v.id("turns"),
    number: v.number(),
    isNew: v.boolean(),
    nextSeq: v.number(),
    context: vPromptContext,
  }),
  handler: async (ctx, args) => {
    const { sessionId, userId, clientMessageId, companionId } = args;
    const { session } = await requireActiveMember(ctx, sessionId, userId, WRITERS);
    const known = await ctx.db
      .query("turns")
      .withIndex("by_sessionId_and_clientMessageId", (q) =>
        q.eq("sessionId", sessionId).eq("clientMessageId", clientMessageId),
      )
      .first();
    if (known !== null) {
      const context = await readPromptContext(ctx, session, known.number);
      const { _id: turnId, number, endSeq: nextSeq } = known;
      return { turnId, number, isNew: false, nextSeq, context };
    }
    const question = checkQuestion(args.question, clientMessageId);
    const now = Date.now();
    const nextSeq = await seqAfterLastTurn(ctx, sessionId, now);
    const number = session.lastTurnNumber + 1;
    await ctx.db.patch("sessions", sessionId, { lastTurnNumber: number });
    const turnId = await ctx.db.insert("turns", {
      sessionId,
      number,
      authorId: userId,
      clientMessageId,
      question,
      state: { kind: "thinking" },
      answer: "",
      answerLength: 0,
      citations: [],
      droppedCitations: 0,
      madeBy: "",
      firstSeq: nextSeq,
      endSeq: nextSeq,
    });
    const expiresAt = now + TURN_LEASE_MS;
    await ctx.db.insert("turnLeases", { turnId, sessionId, companionId, expiresAt });
    await ctx.scheduler.runAt(expiresAt, internal.turns.expire.run, { turnId });
    await touchSession(ctx, sessionId, now);
    const context = await readPromptContext(ctx, session, number);
    return { turnId, number, isNew: true, nextSeq, context };
  },
});

/** Saves what was streamed and renews the lease. A batch that is there already changes nothing. @throws INTERRUPTED, CONFLICT */
export const append = serviceMutation({
  args: { turnId: v.id("turns"), companionId: v.string(), ...chunk, state: vLiveTurnState },
  returns: v.null(),
  handler: async (ctx, { turnId, companionId, state, ...batch }) => {
    const { turn, lease } = await requireLease(ctx, turnId, companionId);
    const grown = await appendChunk(ctx, turn, batch);
    if (grown !== null) await ctx.db.patch("turns", turnId, { ...grown, state });
    await ctx.db.patch("turnLeases", lease._id, { expiresAt: Date.now() + TURN_LEASE_MS });
    return null;
  },
});

/** Keeps the turn while nothing is said, as during a long tool call. @throws INTERRUPTED */
export const renew = serviceMutation({
  args: { turnId: v.id("turns"), companionId: v.string() },
  returns: v.null(),
  handler: async (ctx, { turnId, companionId }) => {
    const { lease } = await requireLease(ctx, turnId, companionId);
    await ctx.db.patch("turnLeases", lease._id, { expiresAt: Date.now() + TURN_LEASE_MS });
    return null;
  },
});

const vOutcome = v.union(
  v.object({ kind: v.literal("done") }),
  v.object({ kind: v.literal("cancelled"), by: v.id("users") }),
  v.object({ kind: v.literal("failed"), code: vErrorCode, message: v.string() }),
);

/**
 * Ends a turn; safe to repeat. Citations that do not point to a passage of the session are left out and counted.
 * `chunk`: what was not yet appended. @throws INTERRUPTED, CONFLICT
 */
export const finish = serviceMutation({
  args: {
    turnId: v.id("turns"),
    companionId: v.string(),
    outcome: vOutcome,
    chunk: v.optional(vChunk),
    citations: v.array(
      v.object({
        passageId: v.string(),
        documentId: v.string(),
        page: v.number(),
        start: v.number(),
        end: v.number(),
        quote: v.string(),
      }),
    ),
    droppedCitations: v.number(),
    madeBy: v.string(),
    usage: v.object({ inputTokens: v.number(), outputTokens: v.number(), durationMs: v.number() }),
  },
  returns: v.object({ droppedCitations: v.number() }),
  handler: async (ctx, { turnId, companionId, outcome, madeBy, usage, ...args }) => {
    const ended = await ctx.db.get("turns", turnId);
    if (ended !== null && !isLive(ended.state) && ended.state.kind === outcome.kind) {
      return { droppedCitations: ended.droppedCitations };
    }
    const { turn } = await requireLease(ctx, turnId, companionId);
    const now = Date.now();
    const grown = args.chunk === undefined ? null : await appendChunk(ctx, turn, args.chunk);
    const citations = await resolveCitations(ctx, turn.sessionId, args.citations);
    const lost = args.citations.length - citations.length;
    const droppedCitations = args.droppedCitations + lost;
    const state = { ...outcome, endedAt: now };
    await endTurn(ctx, turn, { ...grown, state, citations, droppedCitations, madeBy });
    await ctx.scheduler.runAfter(0, internal.agents.runLog.record, {
      agent: "tutor",
      sessionId: turn.sessionId,
      madeBy,
      ...usage,
      outcome: outcome.kind === "failed" ? outcome.code : "ok",
    });
    return { droppedCitations };
  },
});

/** Ends the turns that a companion of this id left behind, when it starts again. Returns how many. */
export const recover = serviceMutation({
  args: { companionId: v.string() },
  returns: v.number(),
  handler: async (ctx, { companionId }) => {
    const leases = await ctx.db
      .query("turnLeases")
      .withIndex("by_companionId", (q) => q.eq("companionId", companionId))
      .take(MAX_TURNS_RECOVERED);
    for (const lease of leases) {
      const turn = await ctx.db.get("turns", lease.turnId);
      if (turn !== null) await interruptTurn(ctx, turn, Date.now());
    }
    return leases.length;
  },
});

/**
 * What a client missed after the event `afterSeq`, oldest first; ask again while `isDone` is false. `lastSeq` is
 * where the sequence stands. Numbers that are missing from the rows cannot be replayed any more.
 */
export const events = serviceQuery({
  args: { sessionId: v.id("sessions"), afterSeq: v.number() },
  returns: v.object({
    chunks: v.array(v.object({ turnId: v.id("turns"), ...chunk })),
    isDone: v.boolean(),
    lastSeq: v.number(),
    liveTurn: v.union(
      v.object({ turnId: v.id("turns"), number: v.number(), firstSeq: v.number() }),
      v.null(),
    ),
  }),
  handler: async (ctx, { sessionId, afterSeq }) => {
    const rows = await ctx.db
      .query("turnChunks")
      .withIndex("by_sessionId_and_endSeq", (q) =>
        q.eq("sessionId", sessionId).gt("endSeq", afterSeq + 1),
      )
      .take(MAX_CHUNKS_READ);
    const turn = await findLastTurn(ctx, sessionId);
    const liveTurn =
      turn !== null && isLive(turn.state)
        ? { turnId: turn._id, number: turn.number, firstSeq: turn.firstSeq }
        : null;
    return {
      chunks: rows.map(({ turnId, startSeq, endSeq, start, end, text, events }) => {
        return { turnId, startSeq, endSeq, start, end, text, events };
      }),
      isDone: rows.length < MAX_CHUNKS_READ,
      lastSeq: (turn?.endSeq ?? 1) - 1,
      liveTurn,
    };
  },
});

function checkQuestion(question: string, clientMessageId: string): string {
  const clean = question.trim();
  if (clean === "" || clean.length > MAX_QUESTION_CHARS) {
    throw appError("INVALID_INPUT", `A question must have 1 to ${MAX_QUESTION_CHARS} characters.`);
  }
  if (clientMessageId === "" || clientMessageId.length > MAX_CLIENT_MESSAGE_ID_CHARS) {
    throw appError("INVALID_INPUT", "The message id is not valid.");
  }
  return clean;
}

/** Where event numbers go on. A last turn whose lease ran out is ended first. @throws CONFLICT */
async function seqAfterLastTurn(ctx: MutationCtx, sessionId: Id<"sessions">, now: number) {
  const last = await findLastTurn(ctx, sessionId);
  if (last === null) return 1;
  if (!isLive(last.state)) return last.endSeq;
  const lease = await findLease(ctx, last._id);
  if (lease !== null && lease.expiresAt > now) {
    throw appError("CONFLICT", "The tutor is still answering the last question.");
  }
  await interruptTurn(ctx, last, now);
  return (await findLastTurn(ctx, sessionId))?.endSeq ?? last.endSeq;
}

/** Adds a batch to the answer. Null when it was there already. @throws CONFLICT when it leaves a gap. */
async function appendChunk(ctx: MutationCtx, turn: Doc<"turns">, batch: Chunk) {
  if (batch.endSeq <= turn.endSeq) return null;
  const fits = batch.startSeq === turn.endSeq && batch.start === turn.answerLength;
  if (!fits || batch.end - batch.start !== batch.text.length) {
    throw appError("CONFLICT", "This batch does not follow what was saved.");
  }
  if (batch.end > MAX_ANSWER_CHARS) throw appError("LIMIT_EXCEEDED", "The answer is too long.");
  const { _id: turnId, sessionId } = turn;
  await ctx.db.insert("turnChunks", { turnId, sessionId, ...batch });
  return { answer: turn.answer + batch.text, answerLength: batch.end, endSeq: batch.endSeq };
}

async function resolveCitations(
  ctx: QueryCtx,
  sessionId: Id<"sessions">,
  given: readonly (Omit<Citation, "passageId" | "documentId"> & { passageId: string })[],
): Promise<Citation[]> {
  const citations: Citation[] = [];
  for (const citation of given.slice(0, MAX_CITATIONS_PER_TURN)) {
    const passageId = ctx.db.normalizeId("passages", citation.passageId);
    const passage = passageId === null ? null : await ctx.db.get("passages", passageId);
    if (passageId === null || passage?.sessionId !== sessionId) continue;
    const { documentId, page } = passage;
    citations.push({ ...citation, passageId, documentId, page });
  }
  return citations;
}
