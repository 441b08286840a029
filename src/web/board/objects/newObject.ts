/** Objects that are not on a board yet, and how they get an id and the marks of their maker. */
import { groupOf } from "../../../../convex/contract/board/objectGroups.ts";
import type { BoardOp, CanvasKind, CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { drawnAt, topmost } from "../shapes/drawingOrder.ts";
import { round } from "./objectGeometry.ts";
import type { Point } from "../layers/viewport.ts";

export type NewObject = Partial<CanvasObject> & { kind: CanvasKind };

/** Unguessable is not needed, unique among everybody's pages is: 80 random bits. */
export function newObjectId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return `u${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** `ordered`: what is there, in drawing order; the new object lies over it, also where another clock runs ahead. */
export function signedBy(
  userId: string,
  ordered: readonly CanvasObject[],
  object: NewObject,
): CanvasObject {
  const now = Date.now();
  const latest = topmost(ordered, now);
  const at = Math.max(now, latest ? drawnAt(latest) + 1 : 0);
  const marks = { source: "user" as const, authorId: userId, drawnAt: at };
  return { ...object, id: newObjectId(), metadata: { ...object.metadata, ...marks } };
}

const POINTER_RADIUS = 12; // said, since older clients draw another one where nothing is

/** A ring around where this person points right now; one mark a person, and the server takes it off in time. */
export function pointerOf(userId: string, at: Point, lifetimeMs: number): CanvasObject {
  const metadata = { source: "user" as const, authorId: userId };
  const expiresAt = Date.now() + lifetimeMs;
  const id = `user-pointer-${userId}`;
  const place = { x: round(at.x - POINTER_RADIUS), y: round(at.y - POINTER_RADIUS) };
  const ring = { kind: "pointer_ping" as const, ...place, radius: POINTER_RADIUS };
  return { id, ...ring, metadata: { ...metadata, expiresAt } };
}

/**
 * Several new objects that may belong together: groups and links among them are theirs alone, and the
 * later ones lie over the earlier.
 */
export function signedTogether(
  objects: readonly CanvasObject[],
  sign: (object: NewObject) => CanvasObject,
): CanvasObject[] {
  const signed = objects.map((object) => sign(object));
  const idOf = new Map(objects.map(({ id }, i) => [id, signed[i]?.id]));
  const groups = new Map<string, string>();
  return signed.map((object, i) => {
    const group = groupOf(object);
    if (group !== undefined && !groups.has(group)) groups.set(group, newObjectId());
    const linked = idOf.get(object.metadata?.["linked_to"] as string);
    const metadata: NonNullable<CanvasObject["metadata"]> = { ...object.metadata };
    delete metadata["groupId"]; // where older clients have it
    return {
      ...object,
      groupId: group === undefined ? null : groups.get(group),
      metadata: {
        ...metadata,
        drawnAt: drawnAt(object) + i / 1_000,
        ...(linked === undefined ? {} : { linked_to: linked }),
      },
    };
  });
}

/** What a tool would add to the board. */
export function addedBy(ops: readonly BoardOp[]): CanvasObject[] {
  return ops.flatMap((op) => (op.type === "add" ? [op.object] : []));
}
