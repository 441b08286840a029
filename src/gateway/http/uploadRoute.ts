/**
 * `POST /sessions/<id>/documents`: who may upload is settled before a byte of the body is read; then
 * the files stream to storage and are registered together, or, if anything went wrong, none is (UP1,
 * UP2). Stored bytes that nobody registered are swept by Convex; reading documents is a job's work.
 */
import { Hono } from "hono";
import { appError } from "../../../convex/contract/errors.ts";
import type { Logins } from "../identity/logins.ts";
import type { Metrics } from "../metrics.ts";
import { bearerToken } from "./httpContext.ts";
import type { HttpEnv } from "./httpContext.ts";
import type { RateLimits } from "./rateLimits.ts";
import { receiveFiles } from "./receiveFiles.ts";
import type { ReceivedFile, StoreFile } from "./receiveFiles.ts";

/** Where documents go. Errors are coded (contract/errors.ts). */
export interface DocumentIntake {
  /** Settles, before a body is read, whether they may add documents. @throws NOT_FOUND, FORBIDDEN, SESSION_ENDED */
  checkMayUpload(who: { sessionId: string; userId: string; loginId: string }): Promise<void>;
  store: StoreFile;
  /** Makes documents of stored files and starts reading them. @throws as checkMayUpload, and limits */
  register(upload: {
    sessionId: string;
    userId: string;
    files: readonly ReceivedFile[];
  }): Promise<string[]>;
}

export function createUploadRoute(deps: {
  logins: Logins;
  intake: DocumentIntake;
  limits: RateLimits;
  metrics: Metrics;
}): Hono<HttpEnv> {
  const { logins, intake } = deps;
  const routes = new Hono<HttpEnv>();
  routes.post("/sessions/:sessionId/documents", async (c) => {
    const { userId, loginId } = await logins.authenticate(bearerToken(c));
    deps.limits.takeUpload(c.get("address"), userId);
    const sessionId = c.req.param("sessionId");
    await intake.checkMayUpload({ sessionId, userId, loginId });
    const files = await receiveFiles(c.env.incoming, intake.store);
    const documentIds = await intake.register({ sessionId, userId, files });
    for (const file of files) deps.metrics.uploaded(file.sizeBytes);
    return c.json({ documentIds }, 202);
  });
  routes.all("/sessions/:sessionId/documents", () => {
    throw appError("NOT_FOUND");
  });
  return routes;
}
