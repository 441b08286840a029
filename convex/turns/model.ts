/**
 * How a turn goes on and ends. A turn is written by the companion that holds its lease and by nobody else;
 * a lease that ran out ends the turn honestly, with what was saved of the answer (rules TN1-TN5).
 */
import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";
import { internal } from "../_generated/api.js";
import { appError, ERRORS } from "../contract/errors.ts";
import type { Citation, TurnState } from "./tables.ts";

/** How long ended turns can be replayed; after that a client is told to start from the history. */
const CHUNKS_KEPT_MS = 60 * 60_000;

/**
 * Event numbers left out after a companion died: it may have sent that many which it never saved, and a
 * number must never mean two events.
 */
const SEQS_SKIPPED_AFTER_LOSS = 10_000;

export function isLive(state: TurnState): boolean {
  return state.kind === "thinking" || state.kind === "speaking" || state.kind === "usingTool";
}

/** The newest turn of a session, or null. */
export async function findLastTurn(ctx: QueryCtx, sessionId: Id<"sessions">) {
  return await ctx.db
    .query("turns")
    .withIndex("by_sessionId_and_number", (q) => q.eq("sessionId", sessionId))
    .order("desc")
    .first();
}

export async function findLease(ctx: QueryCtx, turnId: Id<"turns">) {
  return await ctx.db
    .query("turnLeases")
    .withIndex("by_turnId", (q) => q.eq("turnId", turnId))
    .unique();
}

/** The live turn and its lease. @throws INTERRUPTED when the turn ended or belongs to another companion. */
export async function requireLease(ctx: QueryCtx, turnId: Id<"turns">, companionId: string) {
  const lease = await findLease(ctx, turnId);
  const turn = await ctx.db.get("turns", turnId);
  if (turn === null || lease?.companionId !== companionId) {
    throw appError("INTERRUPTED", "This turn is not this server's any more.");
  }
  return { turn, lease };
}

/** Ends a turn: writes its last state, gives up the lease, lets the chunks expire. */
export async function endTurn(
  ctx: MutationCtx,
  turn: Doc<"turns">,
  ending: Partial<Doc<"turns">> & { state: TurnState },
): Promise<void> {
  await ctx.db.patch("turns", turn._id, ending);
  const lease = await findLease(ctx, turn._id);
  if (lease !== null) await ctx.db.delete("turnLeases", lease._id);
  await ctx.scheduler.runAfter(CHUNKS_KEPT_MS, internal.turns.expire.dropChunks, {
    turnId: turn._id,
  });
}

/** Ends a turn whose companion is gone; those who resume learn it from a numbered event. */
export async function interruptTurn(ctx: MutationCtx, turn: Doc<"turns">, now: number) {
  const code = "INTERRUPTED" as const;
  const message = ERRORS[code].sentence;
  const seq = turn.endSeq + SEQS_SKIPPED_AFTER_LOSS;
  const event = { type: "turnFailed", code, message, retryable: ERRORS[code].isRetryable };
  await ctx.db.insert("turnChunks", {
    turnId: turn._id,
    sessionId: turn.sessionId,
    startSeq: seq,
    endSeq: seq + 1,
    start: turn.answerLength,
    end: turn.answerLength,
    text: "",
    events: [{ seq, at: now, event }],
  });
  const state = { kind: "failed" as const, endedAt: now, code, message };
  await endTurn(ctx, turn, { state, endSeq: seq + 1 });
}

/** A citation as readers get it: `isGone` once its document was removed; its place keeps its number. */
export type ShownCitation = Citation & { isGone: boolean };

export async function showCitations(
  ctx: QueryCtx,
  turns: readonly Doc<"turns">[],
): Promise<ShownCitation[][]> {
  const documentIds = new Set(turns.flatMap((t) => t.citations.map((c) => c.documentId)));
  const present = new Set<Id<"documents">>();
  for (const documentId of documentIds) {
    const document = await ctx.db.get("documents", documentId);
    if (document !== null && document.state.kind !== "removing") present.add(documentId);
  }
  return turns.map(({ citations }) =>
    citations.map((citation) => {
      const isGone = !present.has(citation.documentId);
      return { ...citation, isGone, quote: isGone ? "" : citation.quote };
    }),
  );
}
