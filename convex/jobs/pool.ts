/**
 * The pool in which jobs run: so many at a time, each begun once, its end told even if the process that ran
 * it dies. When to try again is decided by the life of a job (jobs/model), not by the pool.
 */
import { Workpool } from "@convex-dev/workpool";
import { components } from "../_generated/api.js";

/** Reading and embedding take a processor each; the agents mostly wait for a model. */
const JOBS_AT_A_TIME = 8;

export const jobPool = new Workpool(components.jobPool, {
  maxParallelism: JOBS_AT_A_TIME,
  retryActionsByDefault: false,
  logLevel: "ERROR",
});
