/** Reads an uploaded file into pages and passages; then it is analysed. */
import { internal } from "../_generated/api.js";
import type { JobDefinition } from "./definition.ts";
import { documentIdOf, hasDocument, setDocumentState } from "./subject.ts";

export const readDocument: JobDefinition = {
  action: internal.documents.readFile.run,
  maxAttempts: 4,
  firstBackoffMs: 2_000,
  label: "opening the document",
  idempotencyKey: documentIdOf,
  isWanted: hasDocument,
  onSucceeded: async (ctx, input) => {
    await setDocumentState(ctx, input, { kind: "analysing" });
    await ctx.scheduler.runAfter(0, internal.jobs.enqueue.run, { name: "analyseDocument", input });
  },
  onDead: async (ctx, input, { code, message }) => {
    await setDocumentState(ctx, input, { kind: "failed", code, message });
  },
  onRevived: async (ctx, input) => {
    await setDocumentState(ctx, input, { kind: "received" });
  },
};
