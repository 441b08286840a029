/**
 * How companions notice within seconds that one of them is gone: each says its name every BEAT_MS on a
 * channel of all, and counts by its own ticks how many beats of each other it has missed (rule RD7).
 * Nothing is counted by who may be away itself: at a tick that came late, since what was said meanwhile
 * has not been read yet, and while its own last beat was not heard. Beats only while somebody watches.
 * Knows neither boards nor Redis.
 */
import type { Clock } from "../util/clock.ts";

/** A beat is a few dozen bytes; ten companions send ten a second. */
export const BEAT_MS = 1_000;
/** A garbage collection or a new connection takes less. */
export const MAX_MISSED_BEATS = 4;
/** A tick after so long was held up. */
const LATE_MS = 1.5 * BEAT_MS;

export interface PulseWatcher {
  /** Nothing is heard of that companion any more. */
  onSilence(companion: string): void;
  /** It is heard again, or for the first time. */
  onReturn(companion: string): void;
}

export interface PulseChannel {
  /** Reaches every companion, this one too; lost while the way is closed. */
  say(companion: string): void;
  leave(): void;
}

interface PulseDeps {
  /** Of this companion, unlike any other's. */
  name: string;
  join: (onBeat: (companion: string) => void) => PulseChannel;
  clock: Clock;
}

export class CompanionPulse {
  readonly #deps: PulseDeps;
  readonly #watchers = new Set<PulseWatcher>();
  /** The other companions that are there, and how many of their beats were missed in a row. */
  readonly #missed = new Map<string, number>();
  #channel: PulseChannel | undefined;
  #hasHeardItself = false;
  /** Ms since epoch. */
  #tickedAt = 0;
  #cancelTick: (() => void) | undefined;

  constructor(deps: PulseDeps) {
    this.#deps = deps;
  }

  /** Returns the function that ends it. */
  watch(watcher: PulseWatcher): () => void {
    this.#watchers.add(watcher);
    if (this.#channel === undefined) {
      this.#channel = this.#deps.join((companion) => this.#hear(companion));
      this.#beat();
    }
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.#stop();
    };
  }

  #stop(): void {
    this.#cancelTick?.();
    this.#channel?.leave();
    this.#channel = undefined;
    this.#missed.clear();
  }

  #beat(): void {
    const { name, clock } = this.#deps;
    this.#tickedAt = clock.now();
    this.#hasHeardItself = false;
    this.#channel?.say(name);
    this.#cancelTick = clock.after(BEAT_MS, () => {
      if (this.#hasHeardItself && clock.now() - this.#tickedAt < LATE_MS) this.#count();
      this.#beat();
    });
  }

  /** Another beat of everybody is due. */
  #count(): void {
    for (const [companion, missed] of this.#missed) {
      this.#missed.set(companion, missed + 1);
      if (missed < MAX_MISSED_BEATS) continue;
      this.#missed.delete(companion);
      for (const watcher of this.#watchers) watcher.onSilence(companion);
    }
  }

  #hear(companion: string): void {
    if (companion === this.#deps.name) {
      this.#hasHeardItself = true;
      return;
    }
    const isNew = !this.#missed.has(companion);
    this.#missed.set(companion, 0);
    if (!isNew) return;
    this.#channel?.say(this.#deps.name); // it may be new, and would know us only at our next beat
    for (const watcher of this.#watchers) watcher.onReturn(companion);
  }
}
