/**
 * Adds a document's objectives to the session's plan. One job a document, so that two documents that become
 * ready together both get in.
 */
import { internal } from "../_generated/api.js";
import type { JobDefinition } from "./definition.ts";
import { documentIdOf, hasDocument } from "./subject.ts";

const nothing = () => Promise.resolve();

export const planLesson: JobDefinition = {
  action: internal.agents.plannerAgent.run,
  maxAttempts: 4,
  firstBackoffMs: 5_000,
  label: "planning the lesson",
  idempotencyKey: documentIdOf,
  isWanted: hasDocument,
  onSucceeded: nothing,
  onDead: nothing,
  onRevived: nothing,
};
