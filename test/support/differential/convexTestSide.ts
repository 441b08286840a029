/** The reference: Convex's own `convex-test`, a fresh instance a program. */
import { convexTest } from "convex-test";
import { makeFunctionReference, type GenericSchema, type SchemaDefinition } from "convex/server";
import { ConvexError, type Value } from "convex/values";
import type { CallKind, Outcome, Side } from "./side.ts";

/**
 * @param schema of the app and of its component alike
 * @param interpreter the loaded module of the fixture
 */
export function openConvexTestSide(
  schema: SchemaDefinition<GenericSchema, boolean>,
  interpreter: unknown,
): Side {
  const modules = {
    "./interpreter.ts": () => Promise.resolve(interpreter),
    "./_generated/api.js": () => Promise.resolve({}), // where it looks for the folder's root
  };
  const t = convexTest(schema, modules);
  const timers = new JobTimers();
  t.registerComponent("child", schema, modules);
  const run = (kind: CallKind, path: string, args: Record<string, Value>): Promise<Value> => {
    switch (kind) {
      case "query":
        return t.query(makeFunctionReference<"query">(path), args) as Promise<Value>;
      case "mutation":
        return t.mutation(makeFunctionReference<"mutation">(path), args) as Promise<Value>;
      case "action":
        return t.action(makeFunctionReference<"action">(path), args) as Promise<Value>;
    }
  };
  return {
    async call(kind, path, args): Promise<Outcome> {
      try {
        const value = await timers.during(() => run(kind, path, structuredClone(args)));
        return { kind: "returned", value };
      } catch (error) {
        const data = error instanceof ConvexError ? (error.data as Value) : null;
        return { kind: "threw", message: (error as Error).message, data };
      }
    },
    async finishJobs() {
      for (let next = timers.takeFirst(); next !== undefined; next = timers.takeFirst()) {
        const { task } = next;
        await timers.during(async () => {
          task();
          await quietly(() => t.finishInProgressScheduledFunctions());
        });
      }
    },
    close: () => Promise.resolve(),
  };
}

/** `convex-test` starts each job by a timer of its own; jobs of programs are a minute away or more. */
const SOONEST_JOB_MS = 30_000;

/** Holds the timers of jobs back until it is their turn. */
class JobTimers {
  #waiting: { readonly at: number; readonly task: () => void }[] = [];

  async during<T>(work: () => Promise<T>): Promise<T> {
    const real = globalThis.setTimeout;
    const hold = (task: () => void, delayMs = 0): unknown =>
      delayMs < SOONEST_JOB_MS
        ? real(task, delayMs)
        : this.#waiting.push({ at: Date.now() + delayMs, task });
    globalThis.setTimeout = hold as typeof setTimeout;
    try {
      return await work();
    } finally {
      globalThis.setTimeout = real;
    }
  }

  takeFirst() {
    this.#waiting = this.#waiting.toSorted((a, b) => a.at - b.at);
    return this.#waiting.shift();
  }
}

/** `convex-test` prints what jobs throw, which they are meant to. */
async function quietly(work: () => Promise<void>): Promise<void> {
  const { error } = console;
  Object.assign(console, { error: () => undefined });
  try {
    await work();
  } finally {
    Object.assign(console, { error });
  }
}
