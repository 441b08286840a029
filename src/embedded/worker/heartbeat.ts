/**
 * What the engine's thread and its supervisor share: a counter that proves the thread still turns its event
 * loop, and a note of whose code last got the thread, and with how much memory taken. Memory, not messages, because a thread
 * that is stuck can send none.
 */
import { hash } from "node:crypto";

import { canonicalPath } from "../functions/functionPath.ts";
import type { RunningCall } from "../functions/functionCall.ts";

/**
 * A call in as few words as are needed to recognise its repetition. `argsMark`: its arguments as JSON text,
 * or a digest of them if they are long.
 */
export type CallNote = { kind: RunningCall["kind"]; path: string; argsMark: string };

/** Digesting costs more than noting down what most functions are given. */
const MAX_ARGS_CHARS = 512;

const MAX_NOTE_BYTES = 4096;
const BEATS = 0;
const ENTRIES = 1;
const NOTE_LENGTH = 2;
const HEADER_FIELDS = 3;
const HELD_BYTES = Float64Array.BYTES_PER_ELEMENT; // first, since a Float64Array has to be aligned
const HEADER_BYTES = HELD_BYTES + HEADER_FIELDS * Int32Array.BYTES_PER_ELEMENT;

export function createHeartbeatMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + MAX_NOTE_BYTES);
}

export function callNote(call: Pick<RunningCall, "kind" | "path" | "args">): CallNote {
  const args = JSON.stringify(call.args);
  const argsMark = args.length <= MAX_ARGS_CHARS ? args : hash("sha256", args);
  return { kind: call.kind, path: canonicalPath(call.path), argsMark };
}

/** The side of the engine's thread. */
export class HeartbeatWriter {
  readonly #held: Float64Array;
  readonly #header: Int32Array;
  readonly #note: Uint8Array;
  readonly #encoder = new TextEncoder();
  #lastCall: RunningCall | null = null;

  constructor(memory: SharedArrayBuffer) {
    this.#held = new Float64Array(memory, 0, 1);
    this.#header = new Int32Array(memory, HELD_BYTES, HEADER_FIELDS);
    this.#note = new Uint8Array(memory, HEADER_BYTES);
  }

  /** The loop has turned, so nobody's code holds the thread. */
  beat(): void {
    this.#lastCall = null;
    Atomics.store(this.#header, NOTE_LENGTH, 0);
    Atomics.add(this.#header, BEATS, 1);
  }

  /** `call` is about to get the thread, which held so many bytes just before. */
  enter(call: RunningCall, heldBytes: number): void {
    this.#held[0] = heldBytes;
    Atomics.add(this.#header, ENTRIES, 1);
    if (call === this.#lastCall) return;
    this.#lastCall = call;
    const { written } = this.#encoder.encodeInto(JSON.stringify(callNote(call)), this.#note);
    Atomics.store(this.#header, NOTE_LENGTH, written);
  }
}

/** The side of the supervisor. */
export class HeartbeatReader {
  readonly #held: Float64Array;
  readonly #header: Int32Array;
  readonly #note: Uint8Array;

  constructor(memory: SharedArrayBuffer) {
    this.#held = new Float64Array(memory, 0, 1);
    this.#header = new Int32Array(memory, HELD_BYTES, HEADER_FIELDS);
    this.#note = new Uint8Array(memory, HEADER_BYTES);
  }

  get beats(): number {
    return Atomics.load(this.#header, BEATS);
  }

  /** How often a function got the thread: a burst of work is slow, but it is no loop. */
  get entries(): number {
    return Atomics.load(this.#header, ENTRIES);
  }

  /** What the thread held, dead or alive, when the function got it. */
  get bytesAtEntry(): number {
    return this.#held[0] ?? 0;
  }

  /** Whose code has the thread, as far as is known; null when it is the engine's own. */
  running(): CallNote | null {
    const length = Atomics.load(this.#header, NOTE_LENGTH);
    if (length === 0) return null;
    try {
      return JSON.parse(Buffer.from(this.#note.slice(0, length)).toString("utf8")) as CallNote;
    } catch {
      return null; // the thread was writing it just now, so it is not stuck
    }
  }
}
