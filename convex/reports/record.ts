/** Everything a report is made from, in one consistent reading and bounded. */
import { v } from "convex/values";
import type { Doc, Id } from "../_generated/dataModel.js";
import { internalQuery, type QueryCtx } from "../_generated/server.js";
import { listDocuments } from "../documents/model.ts";
import { findPlan } from "../lessons/model.ts";
import { vObjectiveState } from "../lessons/tables.ts";
import { findSession } from "../sessions/model.ts";

const MAX_TURNS = 60; // the newest; with their answers below what one function may read
const MAX_ANSWERS = 1_000;
const MAX_QUESTION_CHARS = 500;

/** Null when the session is gone. */
export const read = internalQuery({
  args: { sessionId: v.id("sessions") },
  returns: v.union(
    v.object({
      title: v.string(),
      startedAt: v.number(),
      endedAt: v.number(),
      turnCount: v.number(), // of the whole session
      turns: v.array(
        v.object({
          question: v.string(),
          kind: v.string(),
          answerChars: v.number(),
          pages: v.array(v.number()),
        }),
      ),
      objectives: v.array(
        v.object({ title: v.string(), state: vObjectiveState, pages: v.array(v.number()) }),
      ),
      answers: v.array(
        v.object({
          concept: v.string(),
          isCorrect: v.boolean(),
          documentName: v.string(),
          page: v.number(),
        }),
      ),
      documents: v.array(v.string()),
    }),
    v.null(),
  ),
  handler: async (ctx, { sessionId }) => {
    const session = await findSession(ctx, sessionId);
    if (session === null) return null;
    const documents = await listDocuments(ctx, sessionId);
    const turns = await readTurns(ctx, sessionId);
    const plan = await findPlan(ctx, sessionId);
    return {
      title: session.title,
      startedAt: session._creationTime,
      endedAt: endOf(session, turns.at(-1)),
      turnCount: session.lastTurnNumber,
      turns: turns.map(({ question, state, answerLength, citations }) => ({
        question: question.slice(0, MAX_QUESTION_CHARS),
        kind: state.kind,
        answerChars: answerLength,
        pages: [...new Set(citations.map(({ page }) => page))],
      })),
      objectives: (plan?.objectives ?? []).map(({ title, state, pages }) => {
        return { title, state, pages };
      }),
      answers: await readAnswers(ctx, sessionId, documents),
      documents: documents.map(({ name }) => name),
    };
  },
});

/** Of a session that goes on: its last turn, as far as a query can know the time. */
function endOf({ state, _creationTime }: Doc<"sessions">, last: Doc<"turns"> | undefined): number {
  if (state.kind === "ended") return state.endedAt;
  return last?._creationTime ?? _creationTime;
}

async function readTurns(ctx: QueryCtx, sessionId: Id<"sessions">): Promise<Doc<"turns">[]> {
  const turns = await ctx.db
    .query("turns")
    .withIndex("by_sessionId_and_number", (q) => q.eq("sessionId", sessionId))
    .order("desc")
    .take(MAX_TURNS);
  return turns.reverse();
}

async function readAnswers(
  ctx: QueryCtx,
  sessionId: Id<"sessions">,
  documents: Doc<"documents">[],
) {
  const names = new Map(documents.map(({ _id, name }) => [_id, name]));
  const answers = await ctx.db
    .query("quizAnswers")
    .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
    .take(MAX_ANSWERS);
  const rows = [];
  for (const { questionId, isCorrect } of answers) {
    const question = await ctx.db.get("questions", questionId);
    if (question === null) continue;
    const { concept, documentId, page } = question;
    rows.push({ concept, isCorrect, documentName: names.get(documentId) ?? "a document", page });
  }
  return rows;
}
