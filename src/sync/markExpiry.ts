/**
 * When marks (entries of the ephemeral map) end: by the server's clock, whatever the writer's clock
 * says (rule WB10). Decides WHEN only; taking them off the board is handed in.
 */
import type { CanvasObject } from "../../convex/contract/boardOps.ts";
import type { Clock } from "../util/clock.ts";

/** The longest life of a mark that has an end; by kind, as the page draws them. Milliseconds. */
const LIFETIMES_MS: Partial<Record<CanvasObject["kind"], number>> = {
  highlight_stroke: 60_000,
  pointer_ping: 3_000,
};
const LONGEST_MS = 600_000;

/**
 * The moment a mark ends, or undefined when it stays until it is deleted. A writer's clock that is
 * behind or ahead cannot make a mark vanish at once or stay for ever.
 */
export function endOfMark(mark: CanvasObject, seenAt: number): number | undefined {
  const wanted = mark.metadata?.expiresAt;
  if (wanted === undefined) return undefined;
  const isOurs = mark.metadata?.source === "assistant"; // written by this server's clock
  const latest = seenAt + (isOurs ? LONGEST_MS : (LIFETIMES_MS[mark.kind] ?? LONGEST_MS));
  return wanted > seenAt && wanted < latest ? wanted : latest;
}

type Ends = Map<string, { mark: CanvasObject; end: number }>;

export class MarkExpiry {
  readonly #clock: Clock;
  readonly #expire: (keys: string[]) => void;
  /** Made when there is a mark that ends: most boards have none. */
  #ends: Ends | undefined;
  #cancelTimer: (() => void) | undefined;
  #timerAt = Infinity;

  constructor(clock: Clock, expire: (keys: string[]) => void) {
    this.#clock = clock;
    this.#expire = expire;
  }

  /** Brings the ends in line with the marks that are there; a mark that did not change keeps its end. */
  follow(marks: ReadonlyMap<string, CanvasObject>): void {
    if (marks.size === 0 && this.#ends === undefined) return; // most boards, at every change
    const now = this.#clock.now();
    const ends = (this.#ends ??= new Map() as Ends);
    for (const key of ends.keys()) if (!marks.has(key)) ends.delete(key);
    for (const [key, mark] of marks) {
      if (ends.get(key)?.mark === mark) continue;
      const end = endOfMark(mark, now);
      if (end === undefined) ends.delete(key);
      else ends.set(key, { mark, end });
    }
    this.#arm(ends);
  }

  /** For marks that come from the store: those whose end has passed go at once. */
  restore(marks: ReadonlyMap<string, CanvasObject>): void {
    const now = this.#clock.now();
    const overdue = [...marks].filter(([, mark]) => (mark.metadata?.expiresAt ?? Infinity) <= now);
    if (overdue.length > 0) this.#expire(overdue.map(([key]) => key));
    else this.follow(marks);
  }

  #arm(ends: Ends): void {
    const next = Math.min(...[...ends.values()].map(({ end }) => end));
    if (next === this.#timerAt) return;
    this.#disarm();
    if (next === Infinity) return;
    this.#timerAt = next;
    this.#cancelTimer = this.#clock.after(Math.max(0, next - this.#clock.now()), () => {
      this.#timerAt = Infinity;
      const now = this.#clock.now();
      const due = [...ends].filter(([, { end }]) => end <= now).map(([key]) => key);
      for (const key of due) ends.delete(key);
      if (due.length > 0) this.#expire(due);
      this.#arm(ends);
    });
  }

  #disarm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerAt = Infinity;
  }

  /** Leaves no timer behind, also when it is called by what ends a mark. */
  close(): void {
    this.#ends?.clear();
    this.#disarm();
  }
}
