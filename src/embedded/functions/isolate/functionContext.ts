/**
 * What travels with the asynchronous context of a function: which execution it belongs to (calls into the
 * engine carry no name of their caller) and the values of the `AsyncLocalStorage`s that it sees. Both
 * are one store of the host's, so that entering a function, or leaving it, is one step.
 *
 * Leaving must not be Node's own `AsyncLocalStorage.snapshot()`: it keeps a stack that a function which
 * is cut off in the middle leaves unbalanced, and Node then ends the whole process.
 */
import { AsyncLocalStorage } from "node:async_hooks";

import type { Execution } from "./execution.ts";

type Values = ReadonlyMap<object, unknown>;

interface FunctionContext {
  readonly execution: Execution | undefined;
  readonly values: Values;
}

const NO_VALUES: Values = new Map();
const OUTSIDE: FunctionContext = { execution: undefined, values: NO_VALUES };

const contexts = new AsyncLocalStorage<FunctionContext>();
const current = (): FunctionContext => contexts.getStore() ?? OUTSIDE;

/** The execution that is calling; undefined outside of functions. */
export function currentExecution(): Execution | undefined {
  return current().execution;
}

/** Runs work as that of an execution, with none of the values that its caller may have. */
export function runAs(execution: Execution, work: () => void): void {
  contexts.run({ execution, values: NO_VALUES }, work);
}

/** Runs work as if no function had called it: with no execution and none of its values. */
export function outsideFunctions<R>(work: () => R): R {
  const { execution, values } = current();
  const isOutside = execution === undefined && values === NO_VALUES;
  return isOutside ? work() : contexts.run(OUTSIDE, work);
}

/** The `AsyncLocalStorage` that functions see. */
export class FunctionLocalStorage<T> {
  static snapshot(): <Args extends unknown[], R>(task: (...args: Args) => R, ...args: Args) => R {
    const { values } = current();
    return (task, ...args) => withValues(values, task, args);
  }

  static bind<Args extends unknown[], R>(task: (...args: Args) => R): (...args: Args) => R {
    const within = FunctionLocalStorage.snapshot();
    return (...args) => within(task, ...args);
  }

  getStore(): T | undefined {
    return current().values.get(this) as T | undefined;
  }

  run<Args extends unknown[], R>(store: T, task: (...args: Args) => R, ...args: Args): R {
    return withValues(this.#with(store), task, args);
  }

  exit<Args extends unknown[], R>(task: (...args: Args) => R, ...args: Args): R {
    return withValues(this.#with(undefined), task, args);
  }

  enterWith(store: T): void {
    contexts.enterWith({ ...current(), values: this.#with(store) });
  }

  disable(): void {
    contexts.enterWith({ ...current(), values: this.#with(undefined) });
  }

  #with(store: T | undefined): Values {
    return new Map(current().values).set(this, store);
  }
}

function withValues<Args extends unknown[], R>(
  values: Values,
  task: (...args: Args) => R,
  args: Args,
): R {
  return contexts.run({ ...current(), values }, task, ...args);
}
