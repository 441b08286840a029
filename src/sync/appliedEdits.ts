/** What became of edits that were applied together: whom the room has to tell what. */
import type { Writer } from "./changeOrigins.ts";

export interface AppliedEdits<W extends Writer> {
  /** Who had a change undone, with the first reason. */
  readonly refused: Map<W, string>;
  /** Who sent bytes that are no update. */
  readonly malformed: Set<W>;
  /** Who sent what builds on something that has not come; asked, a client sends that too. */
  readonly behind: Set<W>;
  /** Who must resync, because what they sent waits for too much that never came. */
  readonly outOfStep: Set<W>;
}

export function createAppliedEdits<W extends Writer>(): AppliedEdits<W> {
  return { refused: new Map(), malformed: new Set(), behind: new Set(), outOfStep: new Set() };
}

/** Whether all that was sent has been applied. */
export function isWhole({ malformed, behind }: AppliedEdits<Writer>): boolean {
  return malformed.size === 0 && behind.size === 0;
}

/** The first reason is told, and once. */
export function noteRefusal<W extends Writer>(
  { refused }: AppliedEdits<W>,
  writer: W,
  reason: string,
): void {
  if (!refused.has(writer)) refused.set(writer, reason);
}
