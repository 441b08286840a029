/** `ctx.scheduler` inside a mutation: jobs come and go with its transaction. */
import { cancelJob, scheduleJob, stateUnder } from "../../scheduler/scheduledJobs.ts";
import type { JSONValue } from "../../values/jsonValue.ts";
import { resolveAddress } from "../functionPath.ts";
import type { FunctionAddress } from "../functionPath.ts";
import type { TransactionScope } from "../transactions/transactionScope.ts";
import { checkExists } from "../validateCall.ts";
import type { TransactionSyscall } from "./transactionSyscall.ts";

export interface ScheduleArgs extends FunctionAddress {
  /** Seconds since epoch. */
  readonly ts: number;
  readonly args: JSONValue;
}

export const SCHEDULER_SYSCALLS = {
  "1.0/schedule": {
    writes: true,
    run({ tx, call, called }: TransactionScope, wanted: ScheduleArgs) {
      const path = resolveAddress(wanted, called.component, call.code.functions);
      checkExists(path, call.code.functions.get(path));
      const state = stateUnder(tx, call.scheduledFunctionId);
      const job = { path, args: [wanted.args], scheduledTime: wanted.ts * 1_000, state };
      return scheduleJob(tx, job, call.startedAt);
    },
  },
  "1.0/cancel_job": {
    writes: true,
    run({ tx, call }: TransactionScope, { id }: { id: string }) {
      if (id === call.scheduledFunctionId) {
        call.logs.add("[WARN] A scheduled mutation cannot cancel itself: it already runs.");
        return;
      }
      cancelJob(tx, id, call.startedAt);
    },
  },
} satisfies Record<string, TransactionSyscall>;
