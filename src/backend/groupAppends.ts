/**
 * Writes the rows of boards that are saved at about the same time in one call: with hundreds of boards
 * in use, calls cost more than rows (measured: half of all CPU at 500 boards). Whoever is alone goes
 * alone. A board that is refused gets its own error; the others are written (BW4).
 */
import type { Id } from "../../convex/_generated/dataModel.js";
import { appError, type ErrorCode } from "../../convex/contract/errors.ts";
import { MAX_BOARDS_PER_APPEND } from "../../convex/contract/limits.ts";
import type { Clock } from "../util/clock.ts";

/** Short beside what a change waits anyway; half as many calls as with 20 ms. */
export const GROUP_MS = 50;
/** Convex takes 16 MiB in one call, and base64 makes four bytes of three. */
const MAX_GROUP_BYTES = 4 * 1024 * 1024;

export interface Rows {
  sessionId: Id<"sessions">;
  token: number | null;
  updates: ArrayBuffer[];
}
export interface Appended {
  lastSeq: number;
  token: number;
}
interface Waiting {
  rows: Rows;
  resolve: (appended: Appended) => void;
  reject: (error: unknown) => void;
}

/** Returns the function through which each board appends. */
export function groupAppends(deps: {
  appendOne: (rows: Rows) => Promise<Appended>;
  /** One result for each, in the same order. */
  appendAll: (boards: Rows[]) => Promise<(Appended | { code: ErrorCode })[]>;
  clock: Clock;
}): (rows: Rows) => Promise<Appended> {
  let group: Waiting[] = [];
  let groupBytes = 0;
  let cancel: (() => void) | undefined;

  function send(): void {
    cancel?.();
    cancel = undefined;
    const sent = group;
    group = [];
    groupBytes = 0;
    const [first] = sent;
    if (first === undefined) return;
    if (sent.length === 1) deps.appendOne(first.rows).then(first.resolve, first.reject);
    else void sendAll(sent);
  }

  async function sendAll(sent: readonly Waiting[]): Promise<void> {
    try {
      const results = await deps.appendAll(sent.map(({ rows }) => rows));
      for (const [i, { resolve, reject }] of sent.entries()) {
        const result = results[i];
        if (result === undefined) reject(new Error("a board got no answer"));
        else if ("code" in result) reject(appError(result.code));
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of sent) reject(error);
    }
  }

  return (rows) =>
    new Promise((resolve, reject) => {
      const bytes = rows.updates.reduce((sum, { byteLength }) => sum + byteLength, 0);
      if (groupBytes + bytes > MAX_GROUP_BYTES) send();
      group.push({ rows, resolve, reject });
      groupBytes += bytes;
      if (group.length >= MAX_BOARDS_PER_APPEND) send();
      else cancel ??= deps.clock.after(GROUP_MS, send);
    });
}
