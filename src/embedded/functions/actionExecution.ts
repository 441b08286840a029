/** A running HTTP action, and how the system calls of all actions are served. */
import { randomBytes } from "node:crypto";
import { DatabaseError } from "../store/databaseError.ts";
import type { ActionScope } from "./actionScope.ts";
import type { HostOutcome } from "./context/host.ts";
import type { Execution } from "./execution.ts";
import { FunctionFailure } from "./functionFailure.ts";
import { RandomSource } from "./randomSource.ts";
import type { RunState } from "./runState.ts";
import { ACTION_JS_SYSCALLS, ACTION_SYSCALLS } from "./syscalls/actionSyscalls.ts";

export class ActionExecution implements Execution {
  readonly random = new RandomSource(randomBytes(16));
  readonly #scope: ActionScope;
  readonly #onResume: () => void;

  /** @param onResume told before the action's code goes on with an answer */
  constructor(scope: ActionScope, onResume: () => void) {
    this.#scope = scope;
    this.#onResume = onResume;
  }

  get component(): string {
    return this.#scope.component;
  }

  get run(): RunState {
    return this.#scope.call.run;
  }

  now(): number {
    return Math.floor(this.#scope.call.services.now());
  }

  refusal(): null {
    return null;
  }

  console(method: string, args: unknown[]): void {
    this.#scope.call.logs.console(method, args);
  }

  syscall(op: string): string {
    throw new Error(`${op} can only be used in queries and mutations.`);
  }

  asyncSyscall(op: string, args: string, settle: (outcome: HostOutcome) => void): void {
    void actionSyscall(this.#scope, op, args).then((outcome) => {
      this.#onResume();
      settle(outcome);
    });
  }

  jsSyscall(op: string, args: object): Promise<unknown> {
    return actionJsSyscall(this.#scope, op, args);
  }
}

/** Serves one system call of an action, whichever runtime made it. Never rejects. */
export async function actionSyscall(
  scope: ActionScope,
  op: string,
  args: string,
): Promise<HostOutcome> {
  try {
    const syscall = ACTION_SYSCALLS.get(op);
    if (syscall === undefined) throw new Error(`Unknown async operation ${op}`);
    const value = await syscall(scope, JSON.parse(args) as never);
    return { ok: true, value: JSON.stringify(value ?? null) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const carriesData = error instanceof FunctionFailure || error instanceof DatabaseError;
    return carriesData ? { ok: false, message, data: error.data } : { ok: false, message };
  }
}

/** @throws Error whose message the function sees */
export async function actionJsSyscall(
  scope: ActionScope,
  op: string,
  args: object,
): Promise<unknown> {
  const syscall = ACTION_JS_SYSCALLS.get(op);
  if (syscall === undefined) throw new Error(`Unknown operation ${op}`);
  return await syscall(scope, args as never);
}
