/** What the engine and a worker in which actions run say to each other. */
import type { HostOutcome, HostResult, JobOutcome } from "./context/host.ts";

/** @template Job what there is to run, as that kind of worker takes it */
export type ToWorker<Job> =
  | { readonly type: "describe"; readonly describeId: number; readonly file: string }
  | {
      readonly type: "run";
      readonly runId: number;
      readonly job: Job;
      readonly requestId: string;
    }
  | Answer;

/** To what code in the worker has asked. */
export type Answer = {
  readonly type: "answer";
  readonly callId: number;
  readonly outcome: HostOutcome | HostResult;
};

/** An action of a "use node" file. */
export interface NodeJob {
  readonly file: string;
  readonly export: string;
  /** JSON text of the arguments array. */
  readonly args: string;
}

/** An action of the default runtime. */
export interface IsolateJob {
  /** Path of the component. */
  readonly component: string;
  readonly module: string;
  readonly export: string;
  /** JSON text of the arguments array. */
  readonly args: string;
}

/** A system call. */
export type Question =
  | { readonly type: "syscall"; readonly op: string; readonly args: string }
  | { readonly type: "jsSyscall"; readonly op: string; readonly args: object };

export type FromWorker =
  | { readonly type: "described"; readonly describeId: number; readonly outcome: JobOutcome }
  | (Question & { readonly runId: number; readonly callId: number })
  | { readonly type: "line"; readonly runId: number; readonly line: string }
  | { readonly type: "ended"; readonly runId: number; readonly outcome: JobOutcome };
