"use node";
/** Brings what lies on a session's board into an action: the document as it is stored, which Yjs reads. */
import type { FunctionReturnType } from "convex/server";
import * as Y from "yjs";
import { internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import type { ActionCtx } from "../_generated/server.js";
import { canvasObject, OBJECTS_MAP, type CanvasObject } from "../contract/boardOps.ts";
import type { BoardPoint } from "../whiteboard/tables.ts";

/**
 * What is no object (an old server let it in) is left out. A change of the last second may not be stored yet:
 * `point` says how far the board was. @throws NOT_FOUND; CONFLICT when the board was compacted meanwhile
 */
export async function readBoard(ctx: ActionCtx, sessionId: Id<"sessions">) {
  const { snapshot, updates, point } = await readBytes(ctx, sessionId);
  const doc = new Y.Doc();
  if (snapshot.byteLength > 0) Y.applyUpdate(doc, snapshot);
  for (const update of updates) Y.applyUpdate(doc, update);
  const objects: CanvasObject[] = [];
  for (const [key, value] of doc.getMap(OBJECTS_MAP).entries()) {
    const object = canvasObject.safeParse(value);
    if (object.success && object.data.id === key) objects.push(object.data);
  }
  doc.destroy();
  return { objects, point };
}

async function readBytes(ctx: ActionCtx, sessionId: Id<"sessions">) {
  const chunks: Uint8Array[] = [];
  const updates: Uint8Array[] = [];
  let point: BoardPoint | undefined;
  let cursor: string | null = null;
  do {
    const page: LoadedPage = await ctx.runQuery(internal.whiteboard.snapshots.read, {
      sessionId,
      cursor,
    });
    chunks.push(...page.snapshotChunks.map((bytes) => new Uint8Array(bytes)));
    updates.push(...page.updates.map((bytes) => new Uint8Array(bytes)));
    const { generation, lastSeq } = page;
    point ??= { generation, lastSeq }; // the first page's: all of that is on this page or a later one
    cursor = page.cursor;
  } while (cursor !== null);
  return { snapshot: Buffer.concat(chunks), updates, point };
}

type LoadedPage = FunctionReturnType<typeof internal.whiteboard.snapshots.read>;
