/**
 * Who is calling a function. Made by the edges (token checks, admin keys, the scheduler) and only
 * read here: this file knows no token format. What `ctx.auth.getUserIdentity()` answers follows
 * from it alone.
 */
import type { JSONObject } from "../values/jsonValue.ts";

export type Identity =
  | { readonly kind: "none" }
  /** `attributes`: camelCase claims with `tokenIdentifier`, `subject` and `issuer`. */
  | { readonly kind: "user"; readonly attributes: JSONObject }
  /** May call internal functions; `actingAs` is the user the operator poses as. */
  | { readonly kind: "admin"; readonly actingAs?: JSONObject }
  /** The scheduler and crons: may call internal functions, has no user. */
  | { readonly kind: "system" }
  /** A token was sent to an HTTP action and not accepted; asking for the user throws `reason`. */
  | { readonly kind: "unknown"; readonly reason: string }
  /** Showed a wrong admin key on a socket: is answered, but every call is refused. */
  | { readonly kind: "stranger" };

export const NO_IDENTITY: Identity = { kind: "none" };
export const SYSTEM_IDENTITY: Identity = { kind: "system" };

/** Which functions a caller may run; whoever may run `all` also reaches those that are `internal`. */
export type Reach = "all" | "public" | "none";

export function reachOf(identity: Identity): Reach {
  switch (identity.kind) {
    case "admin":
    case "system":
      return "all";
    case "none":
    case "user":
    case "unknown":
      return "public";
    case "stranger":
      return "none";
  }
}

/**
 * What `getUserIdentity` answers: the user's attributes or null.
 * @throws Error when a token was sent but not accepted.
 */
export function userIdentity(identity: Identity): JSONObject | null {
  switch (identity.kind) {
    case "user":
      return identity.attributes;
    case "admin":
      return identity.actingAs ?? null;
    case "none":
    case "system":
    case "stranger":
      return null;
    case "unknown":
      throw new Error(identity.reason);
  }
}

/** Who calls, as a function sees it that was called from another component. */
export function acrossComponents(identity: Identity): Identity {
  return identity.kind === "admin" ? identity : NO_IDENTITY;
}

/** Two identities with the same key see the same results of a query that asked who calls. */
export function identityKey(identity: Identity): string {
  switch (identity.kind) {
    case "user":
      return `user:${JSON.stringify(identity.attributes)}`;
    case "admin":
      return `admin:${JSON.stringify(identity.actingAs ?? null)}`;
    case "unknown":
      return `unknown:${identity.reason}`;
    case "none":
    case "system":
    case "stranger":
      return identity.kind;
  }
}
