/** Puts the gateway's HTTP routes behind what all requests share: trace, headers, origins, errors. */
import { Hono } from "hono";
import { appError } from "../../../convex/contract/errors.ts";
import type { Clock } from "../../util/clock.ts";
import type { Logger } from "../../util/logger.ts";
import type { Accounts } from "../identity/accounts.ts";
import type { Logins } from "../identity/logins.ts";
import type { Tokens } from "../identity/tokens.ts";
import type { Metrics } from "../metrics.ts";
import { createAuthRoutes } from "./authRoutes.ts";
import { createBoardHistoryRoutes } from "./boardHistoryRoutes.ts";
import type { BoardHistory } from "./boardHistoryRoutes.ts";
import { createBoardImageRoutes } from "./boardImageRoutes.ts";
import type { BoardImages } from "./boardImageRoutes.ts";
import { crossOrigin } from "./crossOrigin.ts";
import { errorResponse } from "./httpContext.ts";
import type { HttpEnv } from "./httpContext.ts";
import type { Origins } from "./origins.ts";
import type { ConvexAddress } from "./pageAddress.ts";
import { createRateLimits } from "./rateLimits.ts";
import { requestTrace } from "./requestTrace.ts";
import type { AskAccess } from "./requireStanding.ts";
import { securityHeaders } from "./securityHeaders.ts";
import { createStaticPage } from "./staticPage.ts";
import { createStatusRoutes } from "./statusRoutes.ts";
import type { ProductInfo, Readiness } from "./statusRoutes.ts";
import { createUploadRoute } from "./uploadRoute.ts";
import type { DocumentIntake } from "./uploadRoute.ts";

export interface HttpAppDeps {
  readonly info: ProductInfo;
  readonly accounts: Accounts;
  readonly logins: Logins;
  readonly tokens: Tokens;
  readonly intake: DocumentIntake;
  readonly askAccess: AskAccess;
  readonly boardHistory: BoardHistory;
  readonly boardImages: BoardImages;
  readonly readiness: () => Promise<Readiness>;
  readonly origins: Origins;
  readonly convexAddress: ConvexAddress;
  /** The folder of the built page; undefined: no page is served. */
  readonly pageFolder: string | undefined;
  readonly metricsHost: string | undefined;
  readonly trustedProxyHops: number;
  readonly isHttps: boolean;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: Clock;
}

export function createHttpApp(deps: HttpAppDeps): Hono<HttpEnv> {
  const limits = createRateLimits(deps.clock);
  const app = new Hono<HttpEnv>();
  app.use(requestTrace(deps));
  app.use(securityHeaders(deps));
  app.use(crossOrigin(deps.origins));
  app.route("/auth", createAuthRoutes({ ...deps, limits }));
  app.route("/", createStatusRoutes(deps));
  app.route("/", createUploadRoute({ ...deps, limits }));
  app.route("/", createBoardHistoryRoutes({ ...deps, limits }));
  app.route("/", createBoardImageRoutes({ ...deps, limits }));
  if (deps.pageFolder !== undefined) {
    const { pageFolder: folder, convexAddress } = deps;
    app.route("/", createStaticPage({ folder, convexAddress }));
  }
  app.notFound((c) => errorResponse(c, appError("NOT_FOUND")));
  app.onError((error, c) => errorResponse(c, error));
  return app;
}
