/** The door of the routes that only the operator may use. */
import type { Context } from "hono";

import { checkAdminKey } from "../auth/adminKey.ts";
import { HttpError } from "./httpError.ts";

/**
 * @param fromBody the key, where a request carries it in its body as well
 * @throws HttpError 401
 */
export function requireAdmin(context: Context, adminKey: string, fromBody?: string): void {
  const header = /^Convex (.*)$/i.exec(context.req.header("authorization") ?? "")?.[1];
  const presented = header ?? fromBody;
  if (presented === undefined || checkAdminKey(presented, adminKey) === null) {
    throw new HttpError(401, "BadDeployKey", "The admin key is missing or not valid");
  }
}
