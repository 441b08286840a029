/** The door of the routes that only the operator may use. */
import type { Context } from "hono";

import { checkAdminKey } from "../auth/adminKey.ts";
import { HttpError } from "./httpError.ts";

const WRONG_KEY =
  "The admin key is missing, or is not that of this engine, which printed it at its first start.";

/**
 * @param fromBody the key, where a request carries it in its body as well
 * @throws HttpError 403, as on Convex: the command line then shows the message and ends, which it does not at a 401
 */
export function requireAdmin(context: Context, adminKey: string, fromBody?: string): void {
  const header = /^Convex (.*)$/i.exec(context.req.header("authorization") ?? "")?.[1];
  const presented = header ?? fromBody;
  if (presented === undefined || checkAdminKey(presented, adminKey) === null) {
    throw new HttpError(403, "BadDeployKey", WRONG_KEY);
  }
}
