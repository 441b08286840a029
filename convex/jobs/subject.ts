/** Whether what a job is about still exists, and telling it how the job fared. */
import type { Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import { findDocument } from "../documents/model.ts";
import type { DocumentState } from "../documents/tables.ts";
import { findSession } from "../sessions/model.ts";
import type { JobInput } from "./tables.ts";

/** The document a job must have. @throws INTERNAL when it was enqueued without one, which is a mistake of ours. */
export function documentIdOf(input: JobInput): Id<"documents"> {
  if (input.documentId === undefined) throw appError("INTERNAL");
  return input.documentId;
}

export function quizIdOf(input: JobInput): Id<"quizzes"> {
  if (input.quizId === undefined) throw appError("INTERNAL");
  return input.quizId;
}

export async function hasDocument(ctx: QueryCtx, input: JobInput): Promise<boolean> {
  const document = await findDocument(ctx, documentIdOf(input));
  return document !== null && (await findSession(ctx, input.sessionId)) !== null;
}

export async function setDocumentState(ctx: MutationCtx, input: JobInput, state: DocumentState) {
  await ctx.db.patch("documents", documentIdOf(input), { state });
}
