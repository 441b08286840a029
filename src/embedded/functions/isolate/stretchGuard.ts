/**
 * Guards the thread against a query or mutation that does not return. `vm`'s own timeout starts a thread
 * for each stretch of code, which costs more than a small function takes. So where a supervisor watches
 * (`cutOff.ts`), a stretch is only noted in memory that both share, and it is the supervisor who
 * ends what runs too long: it marks the stretch as STRUCK and has V8 terminate this thread's JavaScript.
 *
 * SG1 Only code of functions is struck: while the engine works for a function nothing is, and once a stretch
 *     is struck the engine waits for its end rather than touch anything.
 * SG2 Termination unwinds everything down to the event loop without a `catch` or `finally` being run, so a
 *     guarded stretch is entered from a message of a port, below which lies no JavaScript, and what is
 *     to happen afterwards is done when the supervisor tells (`recover`).
 * SG3 A stretch is too long when it is the same one for STRETCH_LIMIT_MS of the supervisor's ticks and had
 *     half of that of the processor: one that only waited for it is not cut off.
 */
import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { Excess } from "./excess.ts";

/** Cut-off for one uninterrupted stretch; above a function's limit, since database work counts in it. */
export const STRETCH_LIMIT_MS = 2_000;

const MIN_STRETCH_CPU_MS = STRETCH_LIMIT_MS / 2;

const IS_WATCHED = 0;
const STATE = 1;
const STRETCHES = 2;
const FIELDS = 3;

const IDLE = 0;
const IN_FUNCTION = 1;
const IN_ENGINE = 2;
const STRUCK = 3;

export function createGuardMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(FIELDS * Int32Array.BYTES_PER_ELEMENT);
}

/** The side of the thread that runs functions. */
export class StretchGuard {
  #memory: Int32Array = new Int32Array(FIELDS);
  #turns: MessagePort | undefined;
  readonly #tasks: (() => void)[] = [];
  #isInTurn = false;
  #onStruck: ((excess: Excess) => void) | undefined;

  /** From now on a supervisor may watch. */
  share(memory: SharedArrayBuffer): void {
    this.#memory = new Int32Array(memory);
    const { port1, port2 } = new MessageChannel();
    port2.on("message", () => this.#turn());
    port2.unref();
    this.#turns = port1;
  }

  /** Runs a task in a later turn of the event loop, one from which a stretch can be entered. */
  inTurn(task: () => void): void {
    if (this.#turns === undefined || Atomics.load(this.#memory, IS_WATCHED) === 0) {
      setImmediate(task);
      return;
    }
    this.#tasks.push(task);
    this.#turns.postMessage(null);
  }

  #turn(): void {
    const task = this.#tasks.shift();
    this.#isInTurn = true;
    try {
      task?.();
    } finally {
      this.#isInTurn = false;
    }
  }

  /** Whether `run` can be used now; otherwise the caller has to guard itself. */
  get canRun(): boolean {
    return this.#isInTurn;
  }

  /** Runs a stretch. When it is struck this does not return, and `onStruck` is called in a later turn. */
  run(stretch: () => void, onStruck: (excess: Excess) => void): void {
    this.#onStruck = onStruck;
    Atomics.add(this.#memory, STRETCHES, 1);
    Atomics.store(this.#memory, STATE, IN_FUNCTION);
    try {
      stretch();
    } finally {
      this.#leave(IN_FUNCTION, IDLE);
      Atomics.store(this.#memory, STATE, IDLE);
    }
  }

  /** The engine goes to work for a function, whose own time this is not. */
  enterEngine(): void {
    this.#leave(IN_FUNCTION, IN_ENGINE);
  }

  /** The function goes on. */
  leaveEngine(): void {
    this.#leave(IN_ENGINE, IN_FUNCTION);
  }

  #leave(from: number, to: number): void {
    const was = Atomics.compareExchange(this.#memory, STATE, from, to);
    while (was === STRUCK); // SG1: the end is on its way
  }

  /** After a strike: the thread is free again. */
  recover(excess: Excess): void {
    if (Atomics.compareExchange(this.#memory, STATE, STRUCK, IDLE) !== STRUCK) return;
    this.#isInTurn = false;
    if (this.#tasks.length > 0) this.#turns?.postMessage(null);
    this.#onStruck?.(excess);
  }
}

/** Of this thread: V8 can only terminate all that a thread is running. */
export const stretchGuard = new StretchGuard();

/** The side of the supervisor. */
export class StretchWatch {
  readonly #memory: Int32Array;
  #stretch = -1;
  #ticks = 0;
  #cpuMsAtStart = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#memory = new Int32Array(memory);
  }

  /** Says that there is somebody who will end what runs too long. */
  begin(): void {
    Atomics.store(this.#memory, IS_WATCHED, 1);
  }

  /**
   * To be called every `tickMs`: whether the stretch that runs goes on too long. Ticks are counted rather
   * than time, so that a machine that was asleep accuses nobody.
   * @param cpuMs what the thread has had of the processor, as it said last
   */
  isLong(tickMs: number, cpuMs: number): boolean {
    const stretch = Atomics.load(this.#memory, STRETCHES);
    const isRunning = Atomics.load(this.#memory, STATE) !== IDLE;
    this.#ticks = isRunning && stretch === this.#stretch ? this.#ticks + 1 : 0;
    this.#stretch = stretch;
    if (this.#ticks === 0) this.#cpuMsAtStart = cpuMs;
    const usedMs = cpuMs - this.#cpuMsAtStart;
    return this.#ticks * tickMs >= STRETCH_LIMIT_MS && usedMs >= MIN_STRETCH_CPU_MS;
  }

  /** Whether a strike has been made that the thread has not recovered from. */
  get isStriking(): boolean {
    return Atomics.load(this.#memory, STATE) === STRUCK;
  }

  /**
   * Marks the stretch that runs. If true, V8 has to terminate the thread's JavaScript now, and the thread to be
   * told to recover; false while no function runs, or nobody would end it.
   */
  strike(): boolean {
    if (Atomics.load(this.#memory, IS_WATCHED) === 0) return false;
    return Atomics.compareExchange(this.#memory, STATE, IN_FUNCTION, STRUCK) === IN_FUNCTION;
  }
}
