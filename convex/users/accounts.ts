/** Guests and password accounts, for the gateway. Passwords arrive hashed; Convex never sees one. */
import { v } from "convex/values";
import { appError } from "../contract/errors.ts";
import { serviceMutation, serviceQuery } from "../functions.ts";
import { cleanEmail, cleanName } from "./model.ts";

/** Makes a guest. @throws INVALID_INPUT */
export const createGuest = serviceMutation({
  args: { name: v.string() },
  returns: v.id("users"),
  handler: async (ctx, { name }) =>
    await ctx.db.insert("users", { name: cleanName(name), kind: "guest" }),
});

/**
 * Makes an account, or turns the guest `userId` into one and keeps all that is theirs.
 * @throws INVALID_INPUT, CONFLICT if the address is taken, NOT_FOUND if there is no such guest.
 */
export const register = serviceMutation({
  args: {
    name: v.string(),
    email: v.string(),
    passwordHash: v.string(),
    userId: v.optional(v.id("users")),
  },
  returns: v.id("users"),
  handler: async (ctx, args) => {
    const email = cleanEmail(args.email);
    const taken = await ctx.db
      .query("credentials")
      .withIndex("by_email", (q) => q.eq("email", email))
      .first();
    if (taken !== null)
      throw appError("CONFLICT", "There is an account with this address already.");

    const account = { name: cleanName(args.name), kind: "account" as const, email };
    let userId = args.userId;
    if (userId === undefined) {
      userId = await ctx.db.insert("users", account);
    } else {
      const guest = await ctx.db.get("users", userId);
      if (guest?.kind !== "guest" || guest.isRemoving === true) throw appError("NOT_FOUND");
      await ctx.db.patch("users", userId, account);
    }
    await ctx.db.insert("credentials", { userId, email, passwordHash: args.passwordHash });
    return userId;
  },
});

/** What is needed to check a password; null when no account has this address. */
export const findCredential = serviceQuery({
  args: { email: v.string() },
  returns: v.union(
    v.object({ userId: v.id("users"), passwordHash: v.string(), name: v.string() }),
    v.null(),
  ),
  handler: async (ctx, args) => {
    const credential = await ctx.db
      .query("credentials")
      .withIndex("by_email", (q) => q.eq("email", args.email.trim().toLowerCase()))
      .first();
    if (credential === null) return null;
    const user = await ctx.db.get("users", credential.userId);
    if (user === null || user.isRemoving === true) return null;
    return { userId: user._id, passwordHash: credential.passwordHash, name: user.name };
  },
});
