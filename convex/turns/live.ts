/** Public door to the turn that is being answered, for those who follow without a socket. */
import { v } from "convex/values";
import { studentQuery } from "../functions.ts";
import { requireMember } from "../sessions/model.ts";
import { shownName } from "../users/model.ts";
import { findLastTurn, isLive } from "./model.ts";
import { vTurnState } from "./tables.ts";

/** Null while nothing is being answered. `text` is the prefix that was saved. @throws NOT_FOUND */
export const current = studentQuery({
  args: { sessionId: v.id("sessions") },
  returns: v.union(
    v.object({
      turnId: v.id("turns"),
      number: v.number(),
      authorId: v.id("users"),
      authorName: v.string(),
      question: v.string(),
      state: vTurnState,
      text: v.string(),
    }),
    v.null(),
  ),
  handler: async (ctx, { sessionId }) => {
    await requireMember(ctx, sessionId, ctx.user.userId);
    const turn = await findLastTurn(ctx, sessionId);
    if (turn === null || !isLive(turn.state)) return null;
    const { _id: turnId, number, authorId, question, state, answer: text } = turn;
    const authorName = await shownName(ctx, authorId);
    return { turnId, number, authorId, authorName, question, state, text };
  },
});
