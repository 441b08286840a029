/** What became of edits that were applied together: whom the room has to tell what, which is seldom anybody. */
import type { Writer } from "./changeOrigins.ts";

export interface AppliedEdits<W extends Writer> {
  /** Who had a change undone, with the first reason. */
  refused: ReadonlyMap<W, string>;
  /** Who sent bytes that are no update. */
  malformed: ReadonlySet<W>;
  /** Who sent what builds on something that has not come; asked, a client sends that too. */
  behind: ReadonlySet<W>;
  /** Who must resync, because what they sent waits for too much that never came. */
  outOfStep: ReadonlySet<W>;
}

/** Shared: each change of hundreds of boards has such a result. */
const NO_REASONS: ReadonlyMap<never, string> = new Map<never, string>();
const NOBODY: ReadonlySet<never> = new Set<never>();

export function createAppliedEdits<W extends Writer>(): AppliedEdits<W> {
  return { refused: NO_REASONS, malformed: NOBODY, behind: NOBODY, outOfStep: NOBODY };
}

/** Whether all that was sent has been applied. */
export function isWhole({ malformed, behind }: AppliedEdits<Writer>): boolean {
  return malformed.size === 0 && behind.size === 0;
}

/** The first reason is told, and once. */
export function noteRefusal<W extends Writer>(
  result: AppliedEdits<W>,
  writer: W,
  reason: string,
): void {
  const { refused } = result;
  if (!refused.has(writer)) result.refused = new Map(refused).set(writer, reason);
}

export function note<W extends Writer>(
  result: AppliedEdits<W>,
  what: "malformed" | "behind" | "outOfStep",
  writer: W,
): void {
  result[what] = new Set(result[what]).add(writer);
}
