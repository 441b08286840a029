/**
 * Finds the passages of a session that bear on a question: by words and by meaning, merged by reciprocal rank.
 * Meaning is a help, not a need: where embeddings are not there (yet), the words decide alone. Rule DO7.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import { internalQuery } from "../_generated/server.js";
import { EMBEDDING_DIMENSIONS } from "../contract/limits.ts";
import { logProblem } from "../functionLog.ts";
import { serviceAction } from "../functions.ts";
import { findDocument } from "./model.ts";
import { fuseRanks } from "./fuseRanks.ts";
import { searchTerms } from "./searchTerms.ts";

const MAX_RESULTS = 20;
const CANDIDATES = 30; // of each kind; what neither ranks so high does not answer the question
const EMBEDDING_DEADLINE_MS = 4_000; // a first call loads the model; the student should not wait longer

const vFoundPassage = v.object({
  passageId: v.id("passages"),
  documentId: v.id("documents"),
  documentName: v.string(),
  page: v.number(),
  heading: v.optional(v.string()),
  text: v.string(),
  score: v.number(), // comparable within one answer only
});
type FoundPassage = Infer<typeof vFoundPassage>;

/** The best passages first, at most `limit` (1..MAX_RESULTS). `queryEmbedding` saves the work of making one. */
export const passages = serviceAction({
  args: {
    sessionId: v.id("sessions"),
    question: v.string(),
    queryEmbedding: v.optional(v.array(v.float64())),
    limit: v.number(),
  },
  returns: v.array(vFoundPassage),
  handler: async (ctx, { sessionId, question, limit, ...args }): Promise<FoundPassage[]> => {
    const [byWords, vector] = await Promise.all([
      ctx.runQuery(internal.documents.search.byWords, { sessionId, question }),
      args.queryEmbedding ??
        withDeadline(ctx.runAction(internal.documents.embedding.embedQuestion, { question })),
    ]);
    const byMeaning = await findByMeaning(vector);
    const ranked = fuseRanks([byWords, byMeaning]).slice(0, Math.min(limit, MAX_RESULTS));
    return await ctx.runQuery(internal.documents.search.describe, { sessionId, ranked });

    async function findByMeaning(embedding: number[] | null): Promise<Id<"passages">[]> {
      if (embedding?.length !== EMBEDDING_DIMENSIONS) return [];
      const hits = await ctx.vectorSearch("passageEmbeddings", "by_embedding", {
        vector: embedding,
        limit: CANDIDATES,
        filter: (q) => q.eq("sessionId", sessionId),
      });
      const ids = hits.map(({ _id }) => _id);
      return await ctx.runQuery(internal.documents.search.passagesOf, { ids });
    }
  },
});

/** Passages that hold the question's words, best first. */
export const byWords = internalQuery({
  args: { sessionId: v.id("sessions"), question: v.string() },
  returns: v.array(v.id("passages")),
  handler: async (ctx, { sessionId, question }) => {
    const terms = searchTerms(question);
    if (terms === "") return [];
    const found = await ctx.db
      .query("passages")
      .withSearchIndex("search_text", (q) =>
        q.search("searchText", terms).eq("sessionId", sessionId),
      )
      .take(CANDIDATES);
    return found.map(({ _id }) => _id);
  },
});

/** The passages that embeddings belong to, in the same order. */
export const passagesOf = internalQuery({
  args: { ids: v.array(v.id("passageEmbeddings")) },
  returns: v.array(v.id("passages")),
  handler: async (ctx, { ids }) => {
    const rows = await Promise.all(ids.map((id) => ctx.db.get("passageEmbeddings", id)));
    return rows.flatMap((row) => (row === null ? [] : [row.passageId]));
  },
});

/** Looks ranked passages up; those that are gone or belong to another session are left out. */
export const describe = internalQuery({
  args: {
    sessionId: v.id("sessions"),
    ranked: v.array(v.object({ passageId: v.id("passages"), score: v.number() })),
  },
  returns: v.array(vFoundPassage),
  handler: async (ctx, { sessionId, ranked }) => {
    const found: FoundPassage[] = [];
    for (const { passageId, score } of ranked) {
      const passage = await ctx.db.get("passages", passageId);
      if (passage?.sessionId !== sessionId) continue;
      const document = await findDocument(ctx, passage.documentId);
      if (document === null) continue;
      const { documentId, page, heading, text } = passage;
      const place = { passageId, documentId, documentName: document.name, page, text, score };
      found.push(heading === undefined ? place : { ...place, heading });
    }
    return found;
  },
});

/** Null when the embedding failed or took too long; the search then goes by words. */
async function withDeadline(embedding: Promise<number[]>): Promise<number[] | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), EMBEDDING_DEADLINE_MS);
  });
  const result = embedding.catch((error: unknown) => {
    logProblem("the question was not embedded", error);
    return null;
  });
  return await Promise.race([result, deadline]).finally(() => clearTimeout(timer));
}
