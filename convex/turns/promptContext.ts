/** What a turn is answered from, apart from the passages it searches: bounded, and one consistent moment. */
import { v, type Infer } from "convex/values";
import type { Doc } from "../_generated/dataModel.js";
import type { QueryCtx } from "../_generated/server.js";
import { findAnalysis, listDocuments } from "../documents/model.ts";
import { findPlan } from "../lessons/model.ts";
import { vObjective } from "../lessons/tables.ts";
import { settingsOf } from "../sessions/model.ts";
import { vInteractionMode, vSessionSettings } from "../sessions/tables.ts";
import { isLive } from "./model.ts";

const MAX_HISTORY_TURNS = 10;
const MAX_HISTORY_ANSWER_CHARS = 4_000;
const MAX_TERMS = 60; // of each document

export const vPromptContext = v.object({
  history: v.array(v.object({ number: v.number(), question: v.string(), answer: v.string() })),
  objectives: v.array(vObjective),
  focus: v.union(vObjective, v.null()),
  analyses: v.array(
    v.object({
      documentId: v.id("documents"),
      documentName: v.string(),
      summary: v.string(),
      keyConcepts: v.array(
        v.object({
          name: v.string(),
          explanation: v.string(),
          pages: v.array(v.number()),
          passageIds: v.array(v.id("passages")),
        }),
      ),
      terms: v.array(
        v.object({
          term: v.string(),
          definition: v.string(),
          page: v.number(),
          passageId: v.id("passages"),
        }),
      ),
    }),
  ),
  interactionMode: vInteractionMode,
  settings: vSessionSettings,
});
export type PromptContext = Infer<typeof vPromptContext>;

/** `beforeNumber`: the turn that is to be answered; older ones, oldest first, are the history. */
export async function readPromptContext(
  ctx: QueryCtx,
  session: Doc<"sessions">,
  beforeNumber: number,
): Promise<PromptContext> {
  const older = await ctx.db
    .query("turns")
    .withIndex("by_sessionId_and_number", (q) =>
      q.eq("sessionId", session._id).lt("number", beforeNumber),
    )
    .order("desc")
    .take(MAX_HISTORY_TURNS);
  const history = older
    .filter(({ state, answer }) => !isLive(state) && answer !== "")
    .map(({ number, question, answer }) => {
      return { number, question, answer: answer.slice(0, MAX_HISTORY_ANSWER_CHARS) };
    })
    .reverse();

  const analyses = [];
  for (const { _id: documentId, name: documentName } of await listDocuments(ctx, session._id)) {
    const analysis = await findAnalysis(ctx, documentId);
    if (analysis === null) continue;
    const { summary, keyConcepts, terms } = analysis;
    const shownTerms = terms.slice(0, MAX_TERMS);
    analyses.push({ documentId, documentName, summary, keyConcepts, terms: shownTerms });
  }
  const plan = await findPlan(ctx, session._id);
  const objectives = plan?.objectives ?? [];
  const focus = objectives.find((o) => o.objectiveId === plan?.focusObjectiveId) ?? null;
  const settings = settingsOf(session);
  const { interactionMode } = settings;
  return { history, objectives, focus, analyses, interactionMode, settings };
}
