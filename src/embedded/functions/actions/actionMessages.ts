/** What the engine and a worker in which actions run say to each other. */
import type { HostOutcome, HostResult, JobOutcome } from "../context/host.ts";
import type { RequestMessage, ResponseMessage } from "./httpMessages.ts";

/** @template Job what there is to run, as that kind of worker takes it */
export type ToWorker<Job> =
  | { readonly type: "describe"; readonly describeId: number; readonly file: string }
  | {
      readonly type: "run";
      readonly runId: number;
      readonly job: Job;
      readonly requestId: string;
    }
  /** Whoever waited for it has gone: the signal of its request tells. */
  | { readonly type: "abort"; readonly runId: number }
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

/** An action or HTTP action of the default runtime. */
export type IsolateJob =
  | {
      readonly kind: "action";
      /** Path of the component. */
      readonly component: string;
      readonly module: string;
      readonly export: string;
      /** JSON text of the arguments array. */
      readonly args: string;
    }
  | {
      readonly kind: "httpAction";
      readonly component: string;
      /** As the component's router knows it. */
      readonly path: string;
      readonly request: RequestMessage;
    };

/** A system call. */
export type Question =
  | { readonly type: "syscall"; readonly op: string; readonly args: string }
  | { readonly type: "jsSyscall"; readonly op: string; readonly args: object };

export type FromWorker =
  | { readonly type: "described"; readonly describeId: number; readonly outcome: JobOutcome }
  | (Question & { readonly runId: number; readonly callId: number })
  | { readonly type: "line"; readonly runId: number; readonly line: string }
  /** An HTTP action has responded; it ends with the body. */
  | { readonly type: "responded"; readonly runId: number; readonly response: ResponseMessage }
  | { readonly type: "ended"; readonly runId: number; readonly outcome: JobOutcome };
