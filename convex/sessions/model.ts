/**
 * Who may do what in a session, and the session's life. Someone who takes no part is told the same as for a
 * session that does not exist, so ids cannot be probed (rule SE3).
 */
import { internal } from "../_generated/api.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import { MAX_TITLE_CHARS } from "../contract/limits.ts";
import type { LearnerModel, Role, SessionSettings } from "./tables.ts";

export interface Membership {
  session: Doc<"sessions">;
  role: Role;
}

/** Idle time is counted in hours, so a write a minute is exact enough and keeps the row cool. */
export const ACTIVITY_RESOLUTION_MS = 60_000;

/** Roles that may speak, draw and answer; an observer only looks. */
export const WRITERS = ["owner", "teacher", "student"] as const satisfies Role[];
export const TEACHERS = ["owner", "teacher"] as const satisfies Role[];

/** A session that exists and is not being removed, or null. */
export async function findSession(ctx: QueryCtx, sessionId: Id<"sessions">) {
  const session = await ctx.db.get("sessions", sessionId);
  return session === null || session.state.kind === "removing" ? null : session;
}

export async function findParticipant(
  ctx: QueryCtx,
  sessionId: Id<"sessions">,
  userId: Id<"users">,
) {
  return await ctx.db
    .query("participants")
    .withIndex("by_sessionId_and_userId", (q) => q.eq("sessionId", sessionId).eq("userId", userId))
    .unique();
}

/** Students share a board only when they are told to, as in most classrooms. */
export const NEW_SETTINGS: SessionSettings = {
  interactionMode: "chat_and_whiteboard",
  studentsMayEditAssistantObjects: false,
  studentsMayEditOthersObjects: false,
};

/** Sessions that began before students could be kept from others' objects go on as they began. */
export function settingsOf({ settings }: Doc<"sessions">): SessionSettings {
  return { studentsMayEditOthersObjects: true, ...settings };
}

/** @throws NOT_FOUND unless the user takes part; FORBIDDEN unless their role is one of `roles`. */
export async function requireMember(
  ctx: QueryCtx,
  sessionId: Id<"sessions">,
  userId: Id<"users">,
  roles?: readonly Role[],
): Promise<Membership> {
  const participant = await findParticipant(ctx, sessionId, userId);
  const session = participant === null ? null : await findSession(ctx, sessionId);
  if (participant === null || session === null) {
    throw appError("NOT_FOUND", "There is no such session.");
  }
  if (roles !== undefined && !roles.includes(participant.role)) throw appError("FORBIDDEN");
  return { session, role: participant.role };
}

/** As requireMember, and the session must not have ended. @throws SESSION_ENDED (rule SE2) */
export async function requireActiveMember(
  ctx: QueryCtx,
  sessionId: Id<"sessions">,
  userId: Id<"users">,
  roles?: readonly Role[],
): Promise<Membership> {
  const membership = await requireMember(ctx, sessionId, userId, roles);
  if (membership.session.state.kind !== "active") throw appError("SESSION_ENDED");
  return membership;
}

/** A title with outer blanks gone. @throws INVALID_INPUT */
export function cleanTitle(title: string): string {
  const clean = title.trim();
  if (clean.length === 0 || clean.length > MAX_TITLE_CHARS) {
    throw appError("INVALID_INPUT", `A title must have 1 to ${MAX_TITLE_CHARS} characters.`);
  }
  return clean;
}

/** Notes that something happened in an active session, at most once a minute. */
export async function touchSession(ctx: MutationCtx, sessionId: Id<"sessions">, now: number) {
  const activity = await findActivity(ctx, sessionId);
  if (activity !== null && now - activity.lastActiveAt >= ACTIVITY_RESOLUTION_MS) {
    await ctx.db.patch("sessionActivity", activity._id, { lastActiveAt: now });
  }
}

/** Ends a session and asks for its report. Returns when it first ended; safe to repeat. */
export async function endSession(
  ctx: MutationCtx,
  session: Doc<"sessions">,
  reason: "owner" | "idle",
  now: number,
): Promise<number> {
  if (session.state.kind === "ended") return session.state.endedAt;
  await ctx.db.patch("sessions", session._id, { state: { kind: "ended", endedAt: now, reason } });
  await forgetActivity(ctx, session._id);
  await ctx.scheduler.runAfter(0, internal.reports.drafting.begin, { sessionId: session._id });
  return now;
}

/** Hides a session from everyone at once; what hangs on it is deleted in batches. Safe to repeat. */
export async function beginSessionRemoval(ctx: MutationCtx, sessionId: Id<"sessions">) {
  await ctx.db.patch("sessions", sessionId, { state: { kind: "removing" } });
  await forgetActivity(ctx, sessionId);
  await ctx.scheduler.runAfter(0, internal.jobs.removeSession.run, { sessionId });
}

async function findActivity(ctx: QueryCtx, sessionId: Id<"sessions">) {
  return await ctx.db
    .query("sessionActivity")
    .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
    .unique();
}

async function forgetActivity(ctx: MutationCtx, sessionId: Id<"sessions">) {
  const activity = await findActivity(ctx, sessionId);
  if (activity !== null) await ctx.db.delete("sessionActivity", activity._id);
}

/** The session's tutor context; made with the session, so always there. */
export async function getTutorContext(ctx: QueryCtx, sessionId: Id<"sessions">) {
  return await ctx.db
    .query("tutorContexts")
    .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
    .unique();
}

export const NEW_LEARNER_MODEL: LearnerModel = {
  concepts: [],
  overallProgress: 0,
  currentTopic: null,
  paceFactor: 1,
  preferredStyle: null,
  notes: [],
};
