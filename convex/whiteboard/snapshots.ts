/**
 * Keeps a board as bytes for the companion: updates are appended, now and then compacted into a snapshot, and
 * loaded page by page. What the bytes mean is the companion's business. Rules BS1-BS4.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../_generated/api.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import { internalQuery, type MutationCtx, type QueryCtx } from "../_generated/server.js";
import { appError, appErrorDataOf, vErrorCode, type ErrorCode } from "../contract/errors.ts";
import { MAX_BOARD_UPDATES_PER_APPEND, MAX_BOARDS_PER_APPEND } from "../contract/limits.ts";
import { serviceMutation, serviceQuery } from "../functions.ts";
import { ACTIVITY_RESOLUTION_MS, findSession, touchSession } from "../sessions/model.ts";
import { checkSize, EMPTY_BOARD, findBoard, requireSavable, tellReport } from "./model.ts";

/** Rows a page of a load; bytes bounded as well, far below what one function may return (8 MiB). */
const MAX_ROWS_PER_PAGE = 100;
const MAX_PAGE_BYTES = 4 * 1024 * 1024;
const MAX_SNAPSHOT_CHUNKS = 64; // about 56 MiB

const loadArgs = { sessionId: v.id("sessions"), cursor: v.optional(v.union(v.string(), v.null())) };
const vLoaded = v.object({
  generation: v.number(),
  snapshotChunks: v.array(v.bytes()),
  updates: v.array(v.bytes()),
  lastSeq: v.number(), // of the newest update there is, loaded or not
  isDone: v.boolean(),
  cursor: v.union(v.string(), v.null()),
});

/**
 * A page of the board: first the snapshot's chunks in order, which are one byte string cut in pieces, then the
 * updates after it. Pass `cursor` back until `isDone`. @throws NOT_FOUND; CONFLICT when a compaction came
 * between two pages: begin anew
 */
export const load = serviceQuery({ args: loadArgs, returns: vLoaded, handler: readPage });

/** As `load`, for actions. */
export const read = internalQuery({ args: loadArgs, returns: vLoaded, handler: readPage });

async function readPage(
  ctx: QueryCtx,
  { sessionId, cursor }: { sessionId: Id<"sessions">; cursor?: string | null },
): Promise<Infer<typeof vLoaded>> {
  if ((await findSession(ctx, sessionId)) === null) throw appError("NOT_FOUND");
  const board = (await findBoard(ctx, sessionId)) ?? EMPTY_BOARD;
  const { snapshotGeneration: generation, lastSeq } = board;
  const start: Place = { generation, chunk: 0, afterSeq: board.snapshotSeq };
  const place = parseCursor(cursor ?? null) ?? start;
  if (place.generation !== generation) {
    throw appError("CONFLICT", "The board was compacted meanwhile.");
  }

  const page: Page = { snapshotChunks: [], updates: [], bytes: 0 };
  if (generation > 0) await readChunks(ctx, page, place, { sessionId, ...board });
  if (!isFull(page)) await readUpdates(ctx, page, place, sessionId);
  const isDone = !isFull(page);
  const next = isDone ? null : `${place.generation}:${place.chunk}:${place.afterSeq}`;
  const { snapshotChunks, updates } = page;
  return { generation, snapshotChunks, updates, lastSeq, isDone, cursor: next };
}

interface Page {
  snapshotChunks: ArrayBuffer[];
  updates: ArrayBuffer[];
  bytes: number;
}

interface Place {
  generation: number;
  chunk: number; // the next one to load
  afterSeq: number; // the last update that was loaded
}

function isFull({ bytes, updates }: Page): boolean {
  return bytes >= MAX_PAGE_BYTES || updates.length >= MAX_ROWS_PER_PAGE;
}

async function readChunks(
  ctx: QueryCtx,
  page: Page,
  place: Place,
  board: { sessionId: Id<"sessions">; snapshotChunkCount: number },
): Promise<void> {
  const chunks = ctx.db
    .query("boardSnapshotChunks")
    .withIndex("by_sessionId_and_generation_and_index", (q) =>
      q
        .eq("sessionId", board.sessionId)
        .eq("generation", place.generation)
        .gte("index", place.chunk)
        .lt("index", board.snapshotChunkCount),
    );
  for await (const { bytes, index } of chunks) {
    page.snapshotChunks.push(bytes);
    page.bytes += bytes.byteLength;
    place.chunk = index + 1;
    if (isFull(page)) return;
  }
}

async function readUpdates(ctx: QueryCtx, page: Page, place: Place, sessionId: Id<"sessions">) {
  const updates = ctx.db
    .query("boardUpdates")
    .withIndex("by_sessionId_and_seq", (q) =>
      q.eq("sessionId", sessionId).gt("seq", place.afterSeq),
    );
  for await (const { bytes, seq } of updates) {
    page.updates.push(bytes);
    page.bytes += bytes.byteLength;
    place.afterSeq = seq;
    if (isFull(page)) return;
  }
}

const rows = {
  sessionId: v.id("sessions"),
  token: v.union(v.number(), v.null()),
  updates: v.array(v.bytes()),
};
const vRows = v.object(rows);
const vAppended = v.object({ lastSeq: v.number(), token: v.number() });

/**
 * Appends updates in order. Returns the number of the newest one and the token under which this companion
 * saves. A null token takes the board over, so that whoever saved it before is refused from then on, however
 * late its call arrives; the next token is one higher.
 * @throws CONFLICT when others have taken the board over; NOT_FOUND, SESSION_ENDED, LIMIT_EXCEEDED
 */
export const append = serviceMutation({
  args: rows,
  returns: vAppended,
  handler: async (ctx, args) => await appendRows(ctx, args, Date.now()),
});

/**
 * The same for several boards in one transaction: a companion with hundreds of them would else spend more on
 * calls than on rows. What `append` would throw for a board stands in its place; the others are written.
 */
export const appendAll = serviceMutation({
  args: { boards: v.array(vRows) },
  returns: v.array(v.union(vAppended, v.object({ code: vErrorCode }))),
  handler: async (ctx, { boards }) => {
    const now = Date.now();
    const results: (Infer<typeof vAppended> | { code: ErrorCode })[] = [];
    for (const [i, board] of boards.entries()) {
      try {
        if (i >= MAX_BOARDS_PER_APPEND) throw appError("LIMIT_EXCEEDED");
        results.push(await appendRows(ctx, board, now));
      } catch (error) {
        const code = appErrorDataOf(error)?.code;
        if (code === undefined) throw error;
        results.push({ code }); // it was refused before anything was written for it
      }
    }
    return results;
  },
});

/** Refuses before it writes. */
async function appendRows(
  ctx: MutationCtx,
  { sessionId, token, updates }: Infer<typeof vRows>,
  now: number,
) {
  const session = await requireSavable(ctx, sessionId, now);
  if (updates.length > MAX_BOARD_UPDATES_PER_APPEND) {
    throw appError("LIMIT_EXCEEDED", `At most ${MAX_BOARD_UPDATES_PER_APPEND} updates at a time.`);
  }
  for (const bytes of updates) checkSize(bytes);
  const board = await findBoard(ctx, sessionId);
  if (token !== null) requireToken(board ?? EMPTY_BOARD, token);
  const { _id: boardId, ...latest } = board ?? (await makeBoard(ctx, sessionId));
  const savingToken = token ?? (latest.savingToken ?? 0) + 1;
  let seq = latest.lastSeq;
  for (const bytes of updates) {
    seq += 1;
    await ctx.db.insert("boardUpdates", { sessionId, seq, bytes });
  }
  const touches = now - (latest.touchedAt ?? 0) >= ACTIVITY_RESOLUTION_MS;
  if (touches) await touchSession(ctx, sessionId, now); // else it is not even read
  const touched = touches ? { touchedAt: now } : {};
  await ctx.db.patch("boards", boardId, { lastSeq: seq, savingToken, ...touched });
  await tellReport(ctx, session);
  return { lastSeq: seq, token: savingToken };
}

/**
 * Stores one chunk of a new snapshot that holds every update up to `throughSeq`. `generation` is the loaded one
 * plus one; when the last of `total` chunks is there the snapshot counts and what it replaces is deleted.
 * Chunks go in order, one call each; a repeated call changes nothing.
 * @throws CONFLICT when others have taken the board over or compacted it; NOT_FOUND, LIMIT_EXCEEDED
 */
export const compact = serviceMutation({
  args: {
    sessionId: v.id("sessions"),
    token: v.number(), // as given by append
    throughSeq: v.number(),
    generation: v.number(),
    index: v.number(),
    total: v.number(),
    bytes: v.bytes(),
  },
  returns: v.object({ isComplete: v.boolean() }),
  handler: async (ctx, args) => {
    const { sessionId, token, throughSeq, generation, index, total, bytes } = args;
    const session = await findSession(ctx, sessionId);
    if (session === null) throw appError("NOT_FOUND");
    const board = await findBoard(ctx, sessionId);
    if (board === null) throw appError("NOT_FOUND");
    requireToken(board, token);
    if (generation === board.snapshotGeneration) return { isComplete: true };
    const isNext = generation === board.snapshotGeneration + 1;
    if (!isNext || throughSeq < board.snapshotSeq || throughSeq > board.lastSeq) {
      throw appError("CONFLICT", "The board was compacted meanwhile.");
    }
    if (total < 1 || total > MAX_SNAPSHOT_CHUNKS || index < 0 || index >= total) {
      throw appError("LIMIT_EXCEEDED", `A snapshot has at most ${MAX_SNAPSHOT_CHUNKS} chunks.`);
    }
    checkSize(bytes);
    await putChunk(ctx, { sessionId, generation, index, bytes });
    const isComplete = index === total - 1;
    if (isComplete) {
      await ctx.db.patch("boards", board._id, {
        snapshotGeneration: generation,
        snapshotSeq: throughSeq,
        snapshotChunkCount: total,
      });
      await ctx.scheduler.runAfter(0, internal.whiteboard.sweep.run, { sessionId });
      await tellReport(ctx, session); // it may hold what was too large for a row
    }
    return { isComplete };
  },
});

/** One saver at a time: what a former one sends late could undo, by compacting, what its successor wrote. */
function requireToken(board: { savingToken?: number }, token: number): void {
  if (token !== (board.savingToken ?? 0)) {
    throw appError("CONFLICT", "Another companion saves this board now.");
  }
}

async function makeBoard(ctx: MutationCtx, sessionId: Id<"sessions">) {
  const _id = await ctx.db.insert("boards", { sessionId, ...EMPTY_BOARD });
  return { _id, sessionId, ...EMPTY_BOARD };
}

/** A chunk of a compaction that was begun and left before is overwritten: its bytes may differ. */
async function putChunk(
  ctx: MutationCtx,
  chunk: Omit<Doc<"boardSnapshotChunks">, "_id" | "_creationTime">,
) {
  const present = await ctx.db
    .query("boardSnapshotChunks")
    .withIndex("by_sessionId_and_generation_and_index", (q) =>
      q
        .eq("sessionId", chunk.sessionId)
        .eq("generation", chunk.generation)
        .eq("index", chunk.index),
    )
    .unique();
  if (present === null) await ctx.db.insert("boardSnapshotChunks", chunk);
  else await ctx.db.patch("boardSnapshotChunks", present._id, { bytes: chunk.bytes });
}

/** @throws INVALID_INPUT for a cursor that `load` did not make. */
function parseCursor(cursor: string | null): Place | null {
  if (cursor === null) return null;
  const match = /^(\d+):(\d+):(\d+)$/u.exec(cursor);
  if (match === null) throw appError("INVALID_INPUT", "This cursor is not valid.");
  return { generation: Number(match[1]), chunk: Number(match[2]), afterSeq: Number(match[3]) };
}
