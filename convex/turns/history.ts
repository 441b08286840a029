/** Public door to the conversation: every turn of a session, live ones with what has been saved of the answer. */
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { studentQuery } from "../functions.ts";
import { requireMember } from "../sessions/model.ts";
import { shownName } from "../users/model.ts";
import { showCitations } from "./model.ts";
import { vCitation, vTurnState } from "./tables.ts";

const MAX_PAGE_TURNS = 50;

const vShownTurn = v.object({
  turnId: v.id("turns"),
  number: v.number(),
  authorId: v.id("users"),
  authorName: v.string(),
  clientMessageId: v.string(),
  question: v.string(),
  askedAt: v.number(), // ms since epoch
  state: vTurnState,
  answer: v.string(),
  citations: v.array(v.object({ ...vCitation.fields, isGone: v.boolean() })),
  droppedCitations: v.number(),
  madeBy: v.string(),
});

/** Newest first, at most MAX_PAGE_TURNS a page. @throws NOT_FOUND */
export const list = studentQuery({
  args: { sessionId: v.id("sessions"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vShownTurn),
  handler: async (ctx, { sessionId, paginationOpts }) => {
    await requireMember(ctx, sessionId, ctx.user.userId);
    const numItems = Math.min(paginationOpts.numItems, MAX_PAGE_TURNS);
    const result = await ctx.db
      .query("turns")
      .withIndex("by_sessionId_and_number", (q) => q.eq("sessionId", sessionId))
      .order("desc")
      .paginate({ ...paginationOpts, numItems });
    const citations = await showCitations(ctx, result.page);
    const names = new Map<string, string>();
    for (const { authorId } of result.page) {
      if (!names.has(authorId)) names.set(authorId, await shownName(ctx, authorId));
    }
    const page = result.page.map((turn, index) => ({
      turnId: turn._id,
      number: turn.number,
      authorId: turn.authorId,
      authorName: names.get(turn.authorId) ?? "",
      clientMessageId: turn.clientMessageId,
      question: turn.question,
      askedAt: turn._creationTime,
      state: turn.state,
      answer: turn.answer,
      citations: citations[index] ?? [],
      droppedCitations: turn.droppedCitations,
      madeBy: turn.madeBy,
    }));
    return { ...result, page };
  },
});
