/**
 * Who takes part. The owner is the creator, for good. Owner and teachers invite and manage; a teacher cannot
 * manage another teacher (rule SE5).
 */
import { v } from "convex/values";
import type { Id } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import { INVITE_LIFETIME_MS, MAX_PARTICIPANTS_PER_SESSION } from "../contract/limits.ts";
import { studentMutation, studentQuery } from "../functions.ts";
import { shownName } from "../users/model.ts";
import { findParticipant, requireActiveMember, requireMember, TEACHERS } from "./model.ts";
import { vGrantableRole, vRole, type Role } from "./tables.ts";

const CODE_CHARS = 16; // 80 bits: cannot be guessed, still fits a link
const CODE_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"; // 32 signs, none easily confused

/** An invite code for `role`; a recent one is given out again. @throws NOT_FOUND, FORBIDDEN, SESSION_ENDED */
export const invite = studentMutation({
  args: { sessionId: v.id("sessions"), role: vGrantableRole },
  returns: v.string(),
  handler: async (ctx, { sessionId, role }) => {
    const { userId } = ctx.user;
    await requireActiveMember(ctx, sessionId, userId, TEACHERS);
    const now = Date.now();
    const recent = await ctx.db
      .query("invites")
      .withIndex("by_sessionId_and_role_and_expiresAt", (q) =>
        q
          .eq("sessionId", sessionId)
          .eq("role", role)
          .gt("expiresAt", now + INVITE_LIFETIME_MS / 2),
      )
      .first();
    if (recent !== null) return recent.code;
    const code = newInviteCode();
    const expiresAt = now + INVITE_LIFETIME_MS;
    await ctx.db.insert("invites", { sessionId, code, role, createdBy: userId, expiresAt });
    return code;
  },
});

/** Changes a participant's role, at once on every socket. @throws NOT_FOUND, FORBIDDEN, SESSION_ENDED */
export const setRole = studentMutation({
  args: { sessionId: v.id("sessions"), userId: v.id("users"), role: vGrantableRole },
  returns: v.null(),
  handler: async (ctx, { sessionId, userId, role }) => {
    const managed = await requireManaged(ctx, ctx.user.userId, { sessionId, userId });
    await ctx.db.patch("participants", managed._id, { role });
    return null;
  },
});

/** Puts someone out of the session. @throws NOT_FOUND, FORBIDDEN, SESSION_ENDED */
export const removeMember = studentMutation({
  args: { sessionId: v.id("sessions"), userId: v.id("users") },
  returns: v.null(),
  handler: async (ctx, { sessionId, userId }) => {
    const managed = await requireManaged(ctx, ctx.user.userId, { sessionId, userId });
    await ctx.db.delete("participants", managed._id);
    return null;
  },
});

/** Leaves a session; the owner cannot, but may remove it. @throws NOT_FOUND, FORBIDDEN */
export const leave = studentMutation({
  args: { sessionId: v.id("sessions") },
  returns: v.null(),
  handler: async (ctx, { sessionId }) => {
    const { userId } = ctx.user;
    const { role } = await requireMember(ctx, sessionId, userId);
    if (role === "owner")
      throw appError("FORBIDDEN", "The owner cannot leave; remove the session.");
    const participant = await findParticipant(ctx, sessionId, userId);
    if (participant !== null) await ctx.db.delete("participants", participant._id);
    return null;
  },
});

/** Everyone who takes part, in no order. @throws NOT_FOUND */
export const list = studentQuery({
  args: { sessionId: v.id("sessions") },
  returns: v.array(v.object({ userId: v.id("users"), name: v.string(), role: vRole })),
  handler: async (ctx, { sessionId }) => {
    await requireMember(ctx, sessionId, ctx.user.userId);
    const participants = await ctx.db
      .query("participants")
      .withIndex("by_sessionId_and_userId", (q) => q.eq("sessionId", sessionId))
      .take(MAX_PARTICIPANTS_PER_SESSION);
    return await Promise.all(
      participants.map(async ({ userId, role }) => ({
        userId,
        name: await shownName(ctx, userId),
        role,
      })),
    );
  },
});

/** The participant row, if the caller may change it. */
async function requireManaged(
  ctx: MutationCtx,
  callerId: Id<"users">,
  target: { sessionId: Id<"sessions">; userId: Id<"users"> },
) {
  const { role } = await requireActiveMember(ctx, target.sessionId, callerId, TEACHERS);
  const participant = await findParticipant(ctx, target.sessionId, target.userId);
  if (participant === null) throw appError("NOT_FOUND", "They take no part in this session.");
  if (!mayManage(role, participant.role)) throw appError("FORBIDDEN");
  return participant;
}

function mayManage(actor: Role, target: Role): boolean {
  if (target === "owner") return false;
  return actor === "owner" || target !== "teacher";
}

function newInviteCode(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(CODE_CHARS));
  return Array.from(bytes, (byte) => CODE_ALPHABET.charAt(byte % CODE_ALPHABET.length)).join("");
}
