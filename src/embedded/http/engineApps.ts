/**
 * Which path leads where, on the two origins of a deployment: the main one (functions, files, meta, HTTP
 * actions below `/http`) and the site origin, which is HTTP actions alone. No logic of its own.
 */
import { Hono, type Context } from "hono";
import { cors } from "hono/cors";

import { deployRoutes, type DeployRoutesDeps } from "./deployRoutes.ts";
import { functionApi, type FunctionApiDeps } from "./functionApi.ts";
import { httpActions, type HttpActionsDeps } from "./httpActions.ts";
import { errorResponse } from "./httpError.ts";
import { operatorRoutes, refuseUnknownTool, type OperatorRoutesDeps } from "./operatorRoutes.ts";
import { readBody } from "./requestBody.ts";
import { snapshotRoutes, type SnapshotRoutesDeps } from "./snapshotRoutes.ts";
import { storageRoutes } from "./storageRoutes.ts";
import type { FileStore } from "../storage/fileStore.ts";
import type { SigningKey } from "../functions/signingKey.ts";

export type EngineAppsDeps = Omit<FunctionApiDeps, "runner"> &
  Omit<OperatorRoutesDeps, "runner"> &
  SnapshotRoutesDeps &
  Omit<HttpActionsDeps, "runner"> &
  DeployRoutesDeps & {
    runner: FunctionApiDeps["runner"] & HttpActionsDeps["runner"] & OperatorRoutesDeps["runner"];
    files: FileStore;
    signingKey: SigningKey;
    instanceName: string;
    /** Faults of the engine, never of a request. */
    onError: (error: unknown) => void;
  };

const CORS_MAX_AGE_SECONDS = 86_400;
/** What `convex network-test --speed-test` sends. */
const MAX_ECHO_BYTES = 64 * 1024 * 1024;
const VERSION = "embedded-1.48.0"; // the client release whose protocol this is

export function mainApp(deps: EngineAppsDeps): Hono {
  const app = new Hono();
  app.onError((error, context) => errorResponse(context, error, deps.onError));
  app.use(
    "/api/*",
    cors({
      origin: (origin) => origin, // any page may call; what it may do is decided by its token
      credentials: true,
      allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
      maxAge: CORS_MAX_AGE_SECONDS,
    }),
  );
  app.route("/", functionApi(deps));
  app.route("/", storageRoutes(deps.files));
  app.route("/", deployRoutes(deps));
  app.route("/", operatorRoutes(deps));
  app.route("/", snapshotRoutes(deps));
  app.post("/echo", async (context) => {
    const body = new Uint8Array(await readBody(context.req.raw, MAX_ECHO_BYTES));
    return context.body(body, 200, { "Content-Type": "application/octet-stream" }); // never a page
  });
  app.get("/", (context) => context.text("This Convex deployment is running."));
  app.get("/version", (context) => context.text(VERSION));
  app.get("/instance_version", (context) => context.text(VERSION));
  app.get("/instance_name", (context) => context.text(deps.instanceName));
  app.get("/.well-known/jwks.json", (context) => context.json(deps.signingKey.jwks));
  app.all("/http/*", httpActions(deps, "/http"));
  app.notFound((context) => (isTool(context) ? refuseUnknownTool(context) : notFound(context)));
  return app;
}

export function siteApp(deps: EngineAppsDeps): Hono {
  const app = new Hono();
  app.onError((error, context) => errorResponse(context, error, deps.onError));
  app.all("*", httpActions(deps, ""));
  return app;
}

function isTool(context: Context): boolean {
  return context.req.header("convex-client")?.startsWith("npm-cli-") === true;
}

function notFound(context: Context): Response {
  return context.json({ code: "NotFound", message: `No such path: ${context.req.path}` }, 404);
}
