/** Who may ask something of a session over HTTP: settled before anything of it is touched. */
import { appError } from "../../../convex/contract/errors.ts";
import type { Role } from "../../protocol/principal.ts";
import type { Logins } from "../identity/logins.ts";
import { bearerToken } from "./httpContext.ts";
import type { HttpContext } from "./httpContext.ts";

/** Somebody's standing in a session; null means none. */
export type AskAccess = (who: {
  sessionId: string;
  userId: string;
  loginId: string;
}) => Promise<{ role: Role; sessionState: "active" | "ended" } | null>;

export interface StandingDeps {
  logins: Logins;
  askAccess: AskAccess;
}

/**
 * The caller, if they have one of `roles` in the session, which must be active unless they only look.
 * `charge` counts the call against their limits, before Convex is asked for their standing.
 * @throws UNAUTHENTICATED, LIMIT_EXCEEDED, NOT_FOUND, FORBIDDEN, SESSION_ENDED
 */
export async function requireStanding(
  c: HttpContext,
  { logins, askAccess }: StandingDeps,
  demand: {
    sessionId: string;
    roles: readonly Role[];
    isLooking?: boolean;
    charge: (userId: string) => void;
  },
): Promise<string> {
  const { userId, loginId } = await logins.authenticate(bearerToken(c));
  demand.charge(userId);
  const standing = await askAccess({ sessionId: demand.sessionId, userId, loginId });
  if (standing === null) throw appError("NOT_FOUND");
  if (!demand.roles.includes(standing.role)) throw appError("FORBIDDEN");
  const isOver = standing.sessionState === "ended" && demand.isLooking !== true;
  if (isOver) throw appError("SESSION_ENDED");
  return userId;
}
