/** What the doors of a board and of its history share. Rules BS4, BH1, BH4 in SPEC.md. */
import { internal } from "../_generated/api.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import {
  MAX_BOARD_UPDATE_BYTES,
  MAX_NAMED_VERSIONS,
  MAX_VERSION_LABEL_CHARS,
} from "../contract/limits.ts";
import { findSession } from "../sessions/model.ts";
import type { BoardPoint } from "./tables.ts";

/** What was drawn before the end may still be on its way when the session ends. */
const SAVE_GRACE_MS = 60_000;

/** What a board is before its first update. */
export const EMPTY_BOARD = {
  lastSeq: 0,
  savingToken: 0,
  touchedAt: 0,
  snapshotGeneration: 0,
  snapshotSeq: 0,
  snapshotChunkCount: 0,
};

export async function findBoard(ctx: QueryCtx, sessionId: Id<"sessions">) {
  return await ctx.db
    .query("boards")
    .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
    .unique();
}

/** How far a board has been stored: both numbers only grow. */
export async function storedPoint(ctx: QueryCtx, sessionId: Id<"sessions">): Promise<BoardPoint> {
  const board = (await findBoard(ctx, sessionId)) ?? EMPTY_BOARD;
  return { generation: board.snapshotGeneration, lastSeq: board.lastSeq };
}

/** What is stored of a board after its session's end is for the report to count as well (rule RE4). */
export async function tellReport(ctx: MutationCtx, { _id: sessionId, state }: Doc<"sessions">) {
  if (state.kind !== "ended") return;
  const job = { name: "renewInsights" as const, input: { sessionId } };
  await ctx.scheduler.runAfter(0, internal.jobs.enqueue.run, job);
}

/**
 * The session. `now`: ms since epoch. @throws NOT_FOUND; SESSION_ENDED when it ended longer ago than the grace
 */
export async function requireSavable(ctx: QueryCtx, sessionId: Id<"sessions">, now: number) {
  const session = await findSession(ctx, sessionId);
  if (session === null) throw appError("NOT_FOUND");
  const { state } = session;
  if (state.kind === "ended" && now > state.endedAt + SAVE_GRACE_MS)
    throw appError("SESSION_ENDED");
  return session;
}

/** @throws LIMIT_EXCEEDED */
export function checkSize(bytes: ArrayBuffer): void {
  if (bytes.byteLength > MAX_BOARD_UPDATE_BYTES) {
    throw appError("LIMIT_EXCEEDED", `At most ${MAX_BOARD_UPDATE_BYTES} bytes in one piece.`);
  }
}

/** A label with outer blanks gone and inner ones single. @throws INVALID_INPUT */
export function cleanLabel(label: string): string {
  const clean = label.trim().replace(/\s+/gu, " ");
  if (clean.length === 0 || clean.length > MAX_VERSION_LABEL_CHARS) {
    throw appError(
      "INVALID_INPUT",
      `A version's name must have 1 to ${MAX_VERSION_LABEL_CHARS} characters.`,
    );
  }
  return clean;
}

/** @throws LIMIT_EXCEEDED when as many versions have a name as may (rule BH4) */
export async function requireRoomForName(ctx: QueryCtx, sessionId: Id<"sessions">) {
  const named = await ctx.db
    .query("boardVersions")
    .withIndex("by_sessionId_and_state_and_cause_kind", (q) =>
      q.eq("sessionId", sessionId).eq("state", "whole").eq("cause.kind", "named"),
    )
    .take(MAX_NAMED_VERSIONS);
  if (named.length < MAX_NAMED_VERSIONS) return;
  throw appError(
    "LIMIT_EXCEEDED",
    `A board keeps at most ${MAX_NAMED_VERSIONS} named versions. Delete one first.`,
  );
}

/** @throws NOT_FOUND */
export async function findChunk(ctx: QueryCtx, versionId: Id<"boardVersions">, index: number) {
  const chunk = await ctx.db
    .query("boardVersionChunks")
    .withIndex("by_versionId_and_index", (q) => q.eq("versionId", versionId).eq("index", index))
    .unique();
  if (chunk === null) throw appError("NOT_FOUND", "There is no such piece.");
  return chunk.bytes;
}
