/**
 * `POST /sessions/<id>/board/versions` names the board as it is now, `POST …/board/restorations` puts a
 * version back. They are the companion's because it has the live board; all that only reads history
 * is Convex's. Who may is settled before the board is touched (BH8).
 */
import { Hono } from "hono";
import { z } from "zod";
import { MAX_VERSION_LABEL_CHARS } from "../../../convex/contract/limits.ts";
import type { Role } from "../../protocol/principal.ts";
import type { HttpContext, HttpEnv } from "./httpContext.ts";
import { limitedBody, readBody } from "./jsonBody.ts";
import type { RateLimits } from "./rateLimits.ts";
import { requireStanding } from "./requireStanding.ts";
import type { StandingDeps } from "./requireStanding.ts";

/** The board rooms, as far as history goes. Errors are coded (contract/errors.ts). */
export interface BoardHistory {
  /** Returns the version's id. */
  keepVersion(sessionId: string, version: { label: string; userId: string }): Promise<string>;
  restoreVersion(
    sessionId: string,
    version: { versionId: string; userId: string },
  ): Promise<{ beforeId: string; changed: number }>;
}

const zName = z.object({ label: z.string().trim().min(1).max(MAX_VERSION_LABEL_CHARS) });
const zRestoration = z.object({ versionId: z.string().min(1).max(64) });

const NAMERS: readonly Role[] = ["owner", "teacher", "student"];
const RESTORERS: readonly Role[] = ["owner", "teacher"];

export function createBoardHistoryRoutes(
  deps: StandingDeps & { boardHistory: BoardHistory; limits: RateLimits },
): Hono<HttpEnv> {
  const { limits, boardHistory } = deps;
  const routes = new Hono<HttpEnv>();

  const admit = (c: HttpContext, sessionId: string, roles: readonly Role[]) =>
    requireStanding(c, deps, { sessionId, roles, charge: (userId) => limits.takeVersion(userId) });

  routes.post("/sessions/:sessionId/board/versions", limitedBody, async (c) => {
    const sessionId = c.req.param("sessionId");
    const userId = await admit(c, sessionId, NAMERS);
    const { label } = await readBody(c, zName);
    const versionId = await boardHistory.keepVersion(sessionId, { label, userId });
    return c.json({ versionId }, 201);
  });

  routes.post("/sessions/:sessionId/board/restorations", limitedBody, async (c) => {
    const sessionId = c.req.param("sessionId");
    const userId = await admit(c, sessionId, RESTORERS);
    const { versionId } = await readBody(c, zRestoration);
    const { beforeId, changed } = await boardHistory.restoreVersion(sessionId, {
      versionId,
      userId,
    });
    return c.json({ beforeId, changed });
  });
  return routes;
}
