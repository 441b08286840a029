/**
 * What runs while modules are loaded: no function yet, so there is a clock that stands still and
 * randomness from a fixed seed (a module must come out the same each time), and nothing else.
 */
import type { Execution } from "../isolate/execution.ts";
import { LogLines } from "../logs/logLines.ts";
import { RandomSource } from "../isolate/randomSource.ts";
import { RunState } from "../isolate/runState.ts";

const SEED = new Uint8Array(16);

/**
 * @param component whose modules are loaded
 * @param loadedAt ms since epoch
 */
export function loadExecution(component: string, loadedAt: number): Execution {
  const refuse = (what: string) => `${what} cannot be used while a module is being loaded.`;
  const logs = new LogLines({ onLine: () => undefined, elapsed: () => 0 });
  return {
    component,
    now: () => loadedAt,
    random: new RandomSource(SEED),
    run: new RunState(),
    refusal: (capability) => refuse(capability === "fetch" ? "fetch()" : "Timers"),
    syscall: (op) => {
      throw new Error(refuse(`Convex functions (${op})`));
    },
    asyncSyscall: (op, _args, settle) =>
      settle({ ok: false, message: refuse(`Convex functions (${op})`) }),
    jsSyscall: (op) => Promise.reject(new Error(refuse(`Convex functions (${op})`))),
    console: (method, text, label) => logs.console(method, text, label),
  };
}
