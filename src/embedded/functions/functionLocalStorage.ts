/**
 * The `AsyncLocalStorage` that functions see. All of them share one of the host's, so that leaving the
 * values of a caller behind is one step (`outsideFunctions`).
 *
 * That step must not be Node's own `AsyncLocalStorage.snapshot()`: it keeps a stack that a function which
 * is cut off in the middle leaves unbalanced, and Node then ends the whole process.
 */
import { AsyncLocalStorage } from "node:async_hooks";

import { currentExecution } from "./execution.ts";

type Values = ReadonlyMap<object, unknown>;

const values = new AsyncLocalStorage<Values>();
const NO_VALUES: Values = new Map();

/** Runs work as if no function had called it: with no execution and none of its values. */
export function outsideFunctions<R>(work: () => R): R {
  const isOutside =
    currentExecution.getStore() === undefined && (values.getStore() ?? NO_VALUES) === NO_VALUES;
  return isOutside ? work() : values.run(NO_VALUES, () => currentExecution.exit(work));
}

export class FunctionLocalStorage<T> {
  static snapshot(): <Args extends unknown[], R>(task: (...args: Args) => R, ...args: Args) => R {
    const captured = values.getStore() ?? NO_VALUES;
    return (task, ...args) => values.run(captured, task, ...args);
  }

  static bind<Args extends unknown[], R>(task: (...args: Args) => R): (...args: Args) => R {
    const within = FunctionLocalStorage.snapshot();
    return (...args) => within(task, ...args);
  }

  getStore(): T | undefined {
    return values.getStore()?.get(this) as T | undefined;
  }

  run<Args extends unknown[], R>(store: T, task: (...args: Args) => R, ...args: Args): R {
    return values.run(this.#with(store), task, ...args);
  }

  exit<Args extends unknown[], R>(task: (...args: Args) => R, ...args: Args): R {
    return values.run(this.#with(undefined), task, ...args);
  }

  enterWith(store: T): void {
    values.enterWith(this.#with(store));
  }

  disable(): void {
    values.enterWith(this.#with(undefined));
  }

  #with(store: T | undefined): Values {
    return new Map(values.getStore()).set(this, store);
  }
}
