/**
 * Gives every passage its embedding. Nothing waits for it: until it is done, and also if it fails, search goes
 * by the words alone.
 */
import { internal } from "../_generated/api.js";
import type { JobDefinition } from "./definition.ts";
import { documentIdOf, hasDocument } from "./subject.ts";

const nothing = () => Promise.resolve();

export const embedDocument: JobDefinition = {
  action: internal.documents.embedding.run,
  maxAttempts: 4,
  firstBackoffMs: 5_000,
  label: "indexing by meaning",
  idempotencyKey: documentIdOf,
  isWanted: hasDocument,
  onSucceeded: nothing,
  onDead: nothing,
  onRevived: nothing,
};
