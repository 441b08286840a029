/**
 * The only doors into Convex: `student…` for people, `service…` for the companion. A person is known by the
 * signed token alone; what the token says is believed only while its login is neither revoked nor gone, so
 * that logging out closes every door at once (rule AC2). Knows nothing of sessions and roles.
 */
import type { UserIdentity } from "convex/server";
import {
  customAction,
  customCtx,
  customMutation,
  customQuery,
} from "convex-helpers/server/customFunctions";
import { action, mutation, query, type QueryCtx } from "./_generated/server.js";
import type { Id } from "./_generated/dataModel.js";
import { appError } from "./contract/errors.ts";

export interface Caller {
  userId: Id<"users">;
  loginId: Id<"logins">;
}

/** The gateway's name, from the deployment's environment; while it is unset no token is believed. */
function trustedIssuer(): string | undefined {
  // eslint-disable-next-line @convex-dev/no-process-env -- auth.config.ts reads the same variable the same way
  return process.env["LECTERN_ISSUER"];
}

/** @throws UNAUTHENTICATED unless a live login of the gateway stands behind the call. */
async function requireStudent(ctx: Pick<QueryCtx, "auth" | "db">): Promise<Caller> {
  const identity = await ctx.auth.getUserIdentity();
  if (identity === null || identity.issuer !== trustedIssuer()) throw appError("UNAUTHENTICATED");
  const sid = identity["sid"];
  const loginId = typeof sid === "string" ? ctx.db.normalizeId("logins", sid) : null;
  const login = loginId === null ? null : await ctx.db.get("logins", loginId);
  const isLive = login?.revokedAt === undefined && login?.userId === identity.subject;
  if (login === null || !isLive) throw appError("UNAUTHENTICATED");
  return { userId: login.userId, loginId: login._id };
}

/** @throws UNAUTHENTICATED without a token, FORBIDDEN with a person's. */
async function requireService(ctx: {
  auth: { getUserIdentity: () => Promise<UserIdentity | null> };
}): Promise<void> {
  const identity = await ctx.auth.getUserIdentity();
  if (identity === null) throw appError("UNAUTHENTICATED");
  if (identity.issuer !== `${trustedIssuer() ?? ""}/service` || identity.subject !== "companion") {
    throw appError("FORBIDDEN", "Only the companion server may call this.");
  }
}

export const studentQuery = customQuery(
  query,
  customCtx(async (ctx) => ({ user: await requireStudent(ctx) })),
);
export const studentMutation = customMutation(
  mutation,
  customCtx(async (ctx) => ({ user: await requireStudent(ctx) })),
);
export const serviceQuery = customQuery(
  query,
  customCtx(async (ctx) => {
    await requireService(ctx);
    return {};
  }),
);
export const serviceMutation = customMutation(
  mutation,
  customCtx(async (ctx) => {
    await requireService(ctx);
    return {};
  }),
);
export const serviceAction = customAction(
  action,
  customCtx(async (ctx) => {
    await requireService(ctx);
    return {};
  }),
);
