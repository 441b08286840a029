/** How the system calls of actions are served, whichever thread they come from. */
import { DatabaseError } from "../../store/databaseError.ts";
import type { ActionScope } from "./actionScope.ts";
import type { HostOutcome } from "../context/host.ts";
import { FunctionFailure } from "../functionFailure.ts";
import { ACTION_JS_SYSCALLS, ACTION_SYSCALLS } from "../syscalls/actionSyscalls.ts";

/** Never rejects. */
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
