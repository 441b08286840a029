/**
 * What was on the board in a version: fetched piece by piece, unzipped and read as the Yjs document that
 * it is. Versions never change, so whoever asks again may keep the answer.
 */
import type { FunctionReturnType } from "convex/server";
import type { ConvexReactClient } from "convex/react";
import * as Y from "yjs";
import { api } from "../../../convex/_generated/api.js";
import { canvasObject, OBJECTS_MAP, type CanvasObject } from "../../../convex/contract/boardOps.ts";
import { byDrawingOrder } from "../board/shapes/drawingOrder.ts";

export type Version = FunctionReturnType<typeof api.whiteboard.versions.list>["page"][number];

/** In drawing order. @throws what Convex says; NOT_FOUND when the version has gone */
export async function loadVersion(
  convex: ConvexReactClient,
  { versionId, chunkCount }: Pick<Version, "versionId" | "chunkCount">,
): Promise<CanvasObject[]> {
  const indexes = Array.from({ length: chunkCount }, (_, index) => index);
  const pieces = await Promise.all(
    indexes.map((index) => convex.query(api.whiteboard.versions.piece, { versionId, index })),
  );
  return objectsOf(await unzip(pieces));
}

async function unzip(pieces: ArrayBuffer[]): Promise<Uint8Array> {
  const unzipped = new Blob(pieces).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unzipped).arrayBuffer());
}

function objectsOf(state: Uint8Array): CanvasObject[] {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, state);
  const objects = [...doc.getMap(OBJECTS_MAP).values()].flatMap((value) => {
    return canvasObject.safeParse(value).data ?? [];
  });
  doc.destroy();
  return objects.sort(byDrawingOrder);
}
