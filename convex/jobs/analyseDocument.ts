/** Understands a document that was read; with it the lesson can be planned. */
import { internal } from "../_generated/api.js";
import type { JobDefinition } from "./definition.ts";
import { documentIdOf, hasDocument, setDocumentState } from "./subject.ts";

export const analyseDocument: JobDefinition = {
  action: internal.agents.documentAnalyserAgent.run,
  maxAttempts: 4,
  firstBackoffMs: 5_000,
  label: "analysing the document",
  idempotencyKey: documentIdOf,
  isWanted: hasDocument,
  onSucceeded: async (ctx, input) => {
    await setDocumentState(ctx, input, { kind: "ready" });
    await ctx.scheduler.runAfter(0, internal.jobs.enqueue.run, { name: "planLesson", input });
  },
  onDead: async (ctx, input, { code, message }) => {
    await setDocumentState(ctx, input, { kind: "failed", code, message });
  },
  onRevived: async (ctx, input) => {
    await setDocumentState(ctx, input, { kind: "analysing" });
  },
};
