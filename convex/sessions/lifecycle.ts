/** Public door to a session's life: start, join, rename, end, remove, list. Rules SE1-SE6; logic in ./model. */
import { v } from "convex/values";
import { appError } from "../contract/errors.ts";
import { MAX_PARTICIPANTS_PER_SESSION, MAX_SESSIONS_LISTED } from "../contract/limits.ts";
import { studentMutation, studentQuery } from "../functions.ts";
import {
  beginSessionRemoval,
  cleanTitle,
  endSession,
  findParticipant,
  findSession,
  NEW_LEARNER_MODEL,
  NEW_SETTINGS,
  requireActiveMember,
  requireMember,
  settingsOf,
  TEACHERS,
  touchSession,
} from "./model.ts";
import { vRole, vSessionSettings, vSessionState } from "./tables.ts";

const summary = {
  sessionId: v.id("sessions"),
  title: v.string(),
  role: vRole,
  state: vSessionState,
  createdAt: v.number(), // ms since epoch
};

/** Starts a session that the caller owns. @throws INVALID_INPUT */
export const start = studentMutation({
  args: { title: v.string() },
  returns: v.id("sessions"),
  handler: async (ctx, args) => {
    const now = Date.now();
    const { userId } = ctx.user;
    const sessionId = await ctx.db.insert("sessions", {
      ownerId: userId,
      title: cleanTitle(args.title),
      state: { kind: "active" },
      settings: NEW_SETTINGS,
      lastTurnNumber: 0,
    });
    await ctx.db.insert("participants", { sessionId, userId, role: "owner", joinedAt: now });
    await ctx.db.insert("sessionActivity", { sessionId, lastActiveAt: now });
    await ctx.db.insert("tutorContexts", {
      sessionId,
      goal: null,
      focusObjective: null,
      learnerModel: NEW_LEARNER_MODEL,
      currentTopic: null,
      lastInteractionSummary: null,
      lastPedagogicalAction: null,
      pendingInteraction: null,
      currentQuestionId: null,
    });
    return sessionId;
  },
});

/** Owner and teachers. @throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, SESSION_ENDED */
export const rename = studentMutation({
  args: { sessionId: v.id("sessions"), title: v.string() },
  returns: v.null(),
  handler: async (ctx, { sessionId, title }) => {
    await requireActiveMember(ctx, sessionId, ctx.user.userId, TEACHERS);
    await ctx.db.patch("sessions", sessionId, { title: cleanTitle(title) });
    return null;
  },
});

/**
 * Joins by an invite; whoever takes part already keeps their role. Returns the caller's role.
 * @throws NOT_FOUND for a wrong code, an expired one and a session that is not there, SESSION_ENDED,
 * LIMIT_EXCEEDED
 */
export const join = studentMutation({
  args: { sessionId: v.id("sessions"), inviteCode: v.string() },
  returns: vRole,
  handler: async (ctx, { sessionId, inviteCode }) => {
    const now = Date.now();
    const { userId } = ctx.user;
    const invite = await ctx.db
      .query("invites")
      .withIndex("by_sessionId_and_code", (q) =>
        q.eq("sessionId", sessionId).eq("code", inviteCode),
      )
      .first();
    const session = invite === null ? null : await findSession(ctx, sessionId);
    if (invite === null || invite.expiresAt <= now || session === null) {
      throw appError("NOT_FOUND", "This invitation is not valid any more.");
    }
    const present = await findParticipant(ctx, sessionId, userId);
    if (present !== null) return present.role;
    if (session.state.kind !== "active") throw appError("SESSION_ENDED");
    const others = await ctx.db
      .query("participants")
      .withIndex("by_sessionId_and_userId", (q) => q.eq("sessionId", sessionId))
      .take(MAX_PARTICIPANTS_PER_SESSION);
    if (others.length === MAX_PARTICIPANTS_PER_SESSION) {
      throw appError("LIMIT_EXCEEDED", "This session is full.");
    }
    await ctx.db.insert("participants", { sessionId, userId, role: invite.role, joinedAt: now });
    await touchSession(ctx, sessionId, now);
    return invite.role;
  },
});

/** Ends a session for everyone; safe to retry. Returns when it first ended. @throws NOT_FOUND, FORBIDDEN */
export const end = studentMutation({
  args: { sessionId: v.id("sessions") },
  returns: v.number(),
  handler: async (ctx, { sessionId }) => {
    const { session } = await requireMember(ctx, sessionId, ctx.user.userId, TEACHERS);
    return await endSession(ctx, session, "owner", Date.now());
  },
});

/** Removes a session and all that hangs on it; it is gone for everyone at once. @throws NOT_FOUND, FORBIDDEN */
export const remove = studentMutation({
  args: { sessionId: v.id("sessions") },
  returns: v.null(),
  handler: async (ctx, { sessionId }) => {
    await requireMember(ctx, sessionId, ctx.user.userId, ["owner"]);
    await beginSessionRemoval(ctx, sessionId);
    return null;
  },
});

/** The sessions the caller takes part in, newest first, at most MAX_SESSIONS_LISTED. */
export const listMine = studentQuery({
  args: {},
  returns: v.array(v.object(summary)),
  handler: async (ctx) => {
    const mine = await ctx.db
      .query("participants")
      .withIndex("by_userId", (q) => q.eq("userId", ctx.user.userId))
      .order("desc")
      .take(MAX_SESSIONS_LISTED);
    const rows = await Promise.all(
      mine.map(async ({ sessionId, role }) => {
        const session = await findSession(ctx, sessionId);
        return session === null
          ? []
          : [
              {
                sessionId,
                title: session.title,
                role,
                state: session.state,
                createdAt: session._creationTime,
              },
            ];
      }),
    );
    return rows.flat().sort((a, b) => b.createdAt - a.createdAt);
  },
});

/** @throws NOT_FOUND */
export const get = studentQuery({
  args: { sessionId: v.id("sessions") },
  returns: v.object({ ...summary, settings: vSessionSettings, ownerId: v.id("users") }),
  handler: async (ctx, { sessionId }) => {
    const { session, role } = await requireMember(ctx, sessionId, ctx.user.userId);
    const { title, state, ownerId, _creationTime: createdAt } = session;
    const settings = settingsOf(session);
    return { sessionId, title, state, role, settings, ownerId, createdAt };
  },
});
