/**
 * What the clients of one engine asked and saw, in the form in which `checkHistory` takes it. Every
 * mutation appends values that nobody else appends and reads lists, as in Elle's list-append: a list
 * then tells which transactions wrote it, and in which order.
 */

/** What one transaction did or saw, in its order. */
export type ListEvent =
  | { kind: "append"; list: string; value: number }
  | { kind: "read"; list: string; values: readonly number[] };

/**
 * A transaction as its client knows it.
 * - `mutation`: took place at one moment between `invokedAt` and `completedAt`. Those that an action called
 *   count as those of a client of their own.
 * - `query`: asked once and answered from the server's newest state; likewise.
 * - `snapshot`: all live results that a client held after a Transition. It may be older than what others
 *   know, but not older than what its own client knew.
 */
export type Operation = {
  kind: "mutation" | "query" | "snapshot";
  client: string;
  /** Ticks of one clock for all clients, no two alike. */
  invokedAt: number;
  /** Infinity while no answer came. */
  completedAt: number;
  /**
   * `unknown`: no answer came; it may have taken effect or not. `lost`: likewise, and none will come, since
   * what an action did is not told to a client whose socket broke meanwhile.
   */
  outcome: "ok" | "failed" | "unknown" | "lost";
  events: readonly ListEvent[];
  /** The sum of all accounts as this operation saw it, if it saw them all. */
  total: number | null;
};

/** A live query when nothing changes any more, beside what a new query says. Both as JSON. */
export type LiveResult = { client: string; query: string; live: string; fresh: string };

/** Whom a function took its caller for. */
export type Recognition = {
  client: string;
  /** What told it. */
  where: string;
  owner: string;
  /** Whom its caller was or was becoming at the time. */
  mayBe: readonly string[];
  /** The call was made when its caller's token had run out. */
  hadRunOut: boolean;
};

export type History = {
  operations: readonly Operation[];
  /** Reads every list when all is over. */
  final: Operation;
  /** What all accounts together always hold. */
  total: number;
  /** What a client showed of a counter that only it counts up, optimistic updates included, in order. */
  shown: readonly { client: string; counts: readonly number[] }[];
  live: readonly LiveResult[];
  recognized: readonly Recognition[];
};
