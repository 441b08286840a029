/** What the engine and a worker of Node actions say to each other. */
import type { HostOutcome, HostResult, JobOutcome } from "./context/host.ts";

export type ToWorker =
  | { readonly type: "describe"; readonly describeId: number; readonly file: string }
  | {
      readonly type: "run";
      readonly runId: number;
      readonly file: string;
      readonly export: string;
      /** JSON text of the arguments array. */
      readonly args: string;
      readonly requestId: string;
    }
  | {
      readonly type: "answer";
      readonly callId: number;
      readonly outcome: HostOutcome | HostResult;
    };

export type FromWorker =
  | { readonly type: "described"; readonly describeId: number; readonly outcome: JobOutcome }
  | {
      readonly type: "syscall";
      readonly runId: number;
      readonly callId: number;
      readonly op: string;
      readonly args: string;
    }
  | {
      readonly type: "jsSyscall";
      readonly runId: number;
      readonly callId: number;
      readonly op: string;
      readonly args: object;
    }
  | { readonly type: "line"; readonly runId: number; readonly line: string }
  | { readonly type: "ended"; readonly runId: number; readonly outcome: JobOutcome };
