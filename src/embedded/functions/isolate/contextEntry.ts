/**
 * The way into a context, stretch by stretch: a task of the engine's that calls code of functions, and all
 * that becomes ready in the context's own microtask queue. A stretch that does not come to its end is cut
 * off, after which the context is lost: what it left behind is unknown.
 */
import { constants, createContext, Script, type Context } from "node:vm";
import type { Excess } from "./excess.ts";
import { STRETCH_LIMIT_MS, stretchGuard } from "./stretchGuard.ts";

/**
 * How long a stretch goes on: then no further function of a batch is started, and system calls are answered
 * in the next stretch. Far enough from the cut-off for a function to have all of its own time.
 */
const STRETCH_MS = 500;

/** The context was given up because another function had to be cut off in it: run the call again. */
export class IsolateLostError extends Error {
  override readonly name = "IsolateLostError";
}

/** Told after a stretch: null, or why it was cut off. */
export type StretchEnd = (cutOff: Excess | null) => void;

export class ContextEntry {
  readonly context: Context;
  readonly #isLimited: boolean;
  #task: (() => void) | undefined;
  #startedAt = 0;
  #isInEngine = false;
  #isLost = false;

  /** @param isLimited whether stretches end by themselves or are cut off; else the thread's queue is shared */
  constructor({ isLimited }: { isLimited: boolean }) {
    this.#isLimited = isLimited;
    this.context = createContext(constants.DONT_CONTEXTIFY, {
      codeGeneration: { strings: false }, // as on Convex: `eval` and `new Function` throw EvalError
      ...(isLimited ? { microtaskMode: "afterEvaluate" as const } : {}),
    });
    Object.defineProperty(this.context, ENTER, { value: () => this.#task?.() });
  }

  /** True after a cut-off: take a new context. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** True when the cut-off may be near, whoever is running then. */
  get isStretchLong(): boolean {
    return this.#isLimited && performance.now() - this.#startedAt > STRETCH_MS;
  }

  /** Runs a stretch in a later turn; its end is told in that turn or, after a cut-off, in one after it. */
  enterInTurn(task: () => void, ended: StretchEnd, failed: (error: unknown) => void): void {
    stretchGuard.inTurn(() => {
      if (this.#isLost) failed(new IsolateLostError("Another function had to be cut off."));
      else if (stretchGuard.canRun) this.#enterGuarded(task, ended);
      else ended(this.enter(task) ? null : "time");
    });
  }

  #enterGuarded(task: () => void, ended: StretchEnd): void {
    this.#begin(task);
    stretchGuard.run(
      () => void ENTER_SCRIPT.runInContext(this.context),
      (excess) => {
        this.#isLost = true;
        ended(excess);
      },
    );
    this.#task = undefined;
    ended(null);
  }

  /** Runs a stretch at once, guarded by `vm` at the price of a thread. False when it was cut off. */
  enter(task: () => void, limitMs: number = STRETCH_LIMIT_MS): boolean {
    this.#begin(task);
    try {
      ENTER_SCRIPT.runInContext(this.context, this.#isLimited ? { timeout: limitMs } : {});
      return true;
    } catch (error) {
      if ((error as { code?: string }).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
      this.#isLost = true;
      if (this.#isInEngine) dieOfInterruption();
      return false;
    } finally {
      this.#task = undefined;
    }
  }

  #begin(task: () => void): void {
    this.#task = task;
    this.#startedAt = performance.now();
  }

  /** Says whose code runs now: the engine's is not to be cut off. Returns what it was. */
  setInEngine(isInEngine: boolean): boolean {
    const was = this.#isInEngine;
    this.#isInEngine = isInEngine;
    if (was !== isInEngine && this.#isLimited) {
      if (isInEngine) stretchGuard.enterEngine();
      else stretchGuard.leaveEngine();
    }
    return was;
  }
}

const ENTER = Symbol.for("embedded-convex.enter");
const ENTER_SCRIPT = new Script('globalThis[Symbol.for("embedded-convex.enter")]()');

/** The cut-off struck inside the engine, whose own state may be torn: only a fresh thread is safe. */
function dieOfInterruption(): void {
  setImmediate(() => {
    throw new Error("A function was cut off while the engine worked for it.");
  });
}
