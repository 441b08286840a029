/**
 * The actions of the default runtime: each worker holds a context with the code of the app and of its
 * components. They have threads of their own so that one which computes for long, loops for ever or takes
 * too much memory harms neither the engine nor its queries and mutations.
 */
import { Worker } from "node:worker_threads";
import type { IsolateJob } from "./actionMessages.ts";
import { ActionWorkers, HEAP_LIMIT_MB } from "./actionWorkers.ts";
import type { ComponentInstance } from "../code/componentTree.ts";

export const ACTION_LIMIT_MS = 1_800_000; // Convex's limit

/** What a worker is started with; everything can be cloned. */
export interface IsolateCode {
  /** JavaScript that prepares a context. */
  readonly contextSource: string;
  readonly components: readonly { readonly instance: ComponentInstance; readonly source: string }[];
  /** Ms since epoch: the time that modules see while they load. */
  readonly loadedAt: number;
}

export class IsolateActions extends ActionWorkers<IsolateJob> {
  constructor(code: IsolateCode, limitMs = ACTION_LIMIT_MS) {
    super({
      limitMs,
      outOfMemory: "JavaScript execution ran out of memory (maximum memory usage: 64 MB)",
      start: () =>
        new Worker(new URL("./isolateActionWorker.ts", import.meta.url), {
          workerData: code,
          env: {},
          resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB },
        }),
    });
  }
}
