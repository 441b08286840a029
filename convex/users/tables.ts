/** Tables of people: who they are, how they prove it, and where they are signed in. */
import { defineTable } from "convex/server";
import { v } from "convex/values";

export const vUserKind = v.union(v.literal("guest"), v.literal("account"));

export const userTables = {
  // Written by users/accounts and users/profile; read by every room for names; deleted by jobs/removeAccount.
  users: defineTable({
    name: v.string(), // trimmed, 1..MAX_NAME_CHARS
    kind: vUserKind,
    email: v.optional(v.string()), // lower case; set exactly when kind is "account"
    isRemoving: v.optional(v.boolean()), // removal has begun and cannot be undone
  }),
  // Written by users/accounts; read at login only; deleted by jobs/removeAccount.
  credentials: defineTable({
    userId: v.id("users"),
    email: v.string(), // lower case; unique
    passwordHash: v.string(), // made by the gateway (scrypt, parameters inside)
  })
    .index("by_email", ["email"])
    .index("by_userId", ["userId"]),
  // One sign-in of one device. Written by users/logins; read by every door; deleted by jobs/expireLogins
  // and jobs/removeAccount. A token whose login is revoked or gone opens nothing.
  logins: defineTable({
    userId: v.id("users"),
    expiresAt: v.number(), // ms since epoch; moved forward at each refresh
    revokedAt: v.optional(v.number()),
  })
    .index("by_userId", ["userId"])
    .index("by_expiresAt", ["expiresAt"]),
  // Every refresh token a login ever had, so that the reuse of an old one betrays a theft.
  // Written by users/logins; deleted with the login.
  refreshTokens: defineTable({
    loginId: v.id("logins"),
    tokenHash: v.string(), // unique
    replacedAt: v.optional(v.number()), // ms since epoch; undefined = the current one
  })
    .index("by_tokenHash", ["tokenHash"])
    .index("by_loginId", ["loginId"]),
};
