/** An object that is not on a board yet, and so has no id and no author. */
import type { CanvasKind, CanvasObject } from "../../../convex/contract/boardOps.ts";

export type NewObject = Partial<CanvasObject> & { kind: CanvasKind };

/** Unguessable is not needed, unique among everybody's pages is: 80 random bits. */
export function newObjectId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return `u${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
