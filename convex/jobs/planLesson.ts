/**
 * Adds a document's objectives to the session's plan. One job a document, so that two documents that become
 * ready together both get in. Embedding, which takes all the processor there is, waits until this is over.
 */
import { internal } from "../_generated/api.js";
import type { MutationCtx } from "../_generated/server.js";
import type { JobDefinition } from "./definition.ts";
import { documentIdOf, hasDocument } from "./subject.ts";
import type { JobInput } from "./tables.ts";

export const planLesson: JobDefinition = {
  action: internal.agents.plannerAgent.run,
  maxAttempts: 4,
  firstBackoffMs: 5_000,
  label: "planning the lesson",
  idempotencyKey: documentIdOf,
  isWanted: hasDocument,
  onSucceeded: embed,
  onDead: embed,
  onRevived: () => Promise.resolve(),
};

async function embed(ctx: MutationCtx, input: JobInput): Promise<void> {
  await ctx.scheduler.runAfter(0, internal.jobs.enqueue.run, { name: "embedDocument", input });
}
