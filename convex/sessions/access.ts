/** What the companion watches for every open socket: whether its owner may still be there, and as what. */
import { v } from "convex/values";
import { serviceQuery } from "../functions.ts";
import { shownName } from "../users/model.ts";
import { findParticipant, findSession, settingsOf } from "./model.ts";
import { vRole, vSessionSettings } from "./tables.ts";

/** Null: close the socket. Ids are plain strings from a URL and a token; a malformed one is null too. */
export const watch = serviceQuery({
  args: { sessionId: v.string(), userId: v.string(), loginId: v.string() },
  returns: v.union(
    v.object({
      name: v.string(), // as shown to others
      role: vRole,
      sessionState: v.union(v.literal("active"), v.literal("ended")),
      settings: vSessionSettings,
    }),
    v.null(),
  ),
  handler: async (ctx, args) => {
    const sessionId = ctx.db.normalizeId("sessions", args.sessionId);
    const userId = ctx.db.normalizeId("users", args.userId);
    const loginId = ctx.db.normalizeId("logins", args.loginId);
    if (sessionId === null || userId === null || loginId === null) return null;
    const login = await ctx.db.get("logins", loginId);
    if (login?.userId !== userId || login.revokedAt !== undefined) return null;
    const participant = await findParticipant(ctx, sessionId, userId);
    const session = await findSession(ctx, sessionId);
    if (participant === null || session === null) return null;
    const sessionState = session.state.kind === "active" ? ("active" as const) : ("ended" as const);
    const name = await shownName(ctx, userId);
    return { name, role: participant.role, sessionState, settings: settingsOf(session) };
  },
});
