/**
 * The global `Convex` that `convex/server` calls: turns what the engine answers into promises and
 * errors of this context. Runs inside the context.
 */
import type { Host } from "./host.ts";

export function installConvex(host: Host): void {
  const convex = {
    syscall(op: string, args: string): string {
      const outcome = host.syscall(op, args);
      if (outcome.ok) return outcome.value;
      throw new Error(outcome.message);
    },
    asyncSyscall: (op: string, args: string): Promise<string> =>
      new Promise((resolve, reject) => {
        host.asyncSyscall(op, args, (outcome) => {
          if (outcome.ok) resolve(outcome.value);
          else reject(failure(outcome.message, outcome.data));
        });
      }),
    jsSyscall: (op: string, args: object): Promise<unknown> =>
      new Promise((resolve, reject) => {
        host.jsSyscall(op, args, (result) => {
          if (result.ok) resolve(result.value);
          else reject(new Error(result.message));
        });
      }),
  };
  Object.defineProperty(globalThis, "Convex", { value: Object.freeze(convex) });
}

/** The library reads `data` to tell a ConvexError of a nested call from any other error. */
function failure(message: string, data: unknown): Error {
  const error = new Error(message);
  return data === undefined ? error : Object.assign(error, { data });
}
