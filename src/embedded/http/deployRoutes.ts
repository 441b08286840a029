/**
 * Pushes over HTTP, as `npx convex deploy`, `dev` and `codegen` make them. Only carries: what a push
 * does is said in `pushes.ts`.
 */
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";

import { Hono, type Context } from "hono";
import { z } from "zod";

import { EmbeddedConvexError } from "../embeddedConvexError.ts";
import { vPushRequest } from "../push/pushedCode.ts";
import { PushLostError, type Pushes } from "../push/pushes.ts";
import { HttpError } from "./httpError.ts";
import { requireAdmin } from "./operatorAuth.ts";
import { parseJson, readBody, readJson } from "./requestBody.ts";

export type DeployRoutesDeps = { pushes: Pushes; adminKey: string };

/** Every module of a large project with its source map, before and after compression. */
const MAX_PUSH_BYTES = 64 * 1024 * 1024;
const MAX_DECOMPRESSED_BYTES = 256 * 1024 * 1024;
const MAX_WAIT_MS = 30_000;

const vHashesRequest = z.object({ adminKey: z.string().optional() });
const vSchemaChange = z.object({ schemaIds: z.object({ push: z.string() }) });
const vWaitRequest = z.object({
  adminKey: z.string(),
  schemaChange: vSchemaChange,
  timeoutMs: z.number().min(0).max(MAX_WAIT_MS),
  dryRun: z.boolean(),
});
const vFinishRequest = z.object({
  adminKey: z.string(),
  startPush: z.object({ schemaChange: vSchemaChange }),
  dryRun: z.boolean(),
});

const decompress = promisify(brotliDecompress);

export function deployRoutes({ pushes, adminKey }: DeployRoutesDeps): Hono {
  const app = new Hono();

  app.post("/api/get_config_hashes", async (context) => {
    const request = await readJson(context, vHashesRequest);
    requireAdmin(context, adminKey, request.adminKey);
    // No hashes: the command then sends every module, and nothing depends on what we remember.
    return context.json({
      config: { functions: "convex/", authInfo: [] },
      moduleHashes: [],
      nodeDependencies: [],
      udfServerVersion: null,
    });
  });

  app.post("/api/deploy2/start_push", async (context) => {
    const push = await readPush(context, adminKey);
    return context.json(await pushes.start(push.code, push.udfServerVersion).catch(refuse));
  });

  app.post("/api/deploy2/evaluate_push", async (context) => {
    const push = await readPush(context, adminKey);
    const { schemaChange } = await pushes.start(push.code, push.udfServerVersion).catch(refuse);
    return context.json({ schemaChange });
  });

  app.post("/api/deploy2/evaluate_schema", async (context) => {
    const push = await readPush(context, adminKey);
    return context.json(await pushes.evaluate(push.code).catch(refuse));
  });

  app.post("/api/deploy2/wait_for_schema", async (context) => {
    const request = await readJson(context, vWaitRequest);
    requireAdmin(context, adminKey, request.adminKey);
    const { timeoutMs, dryRun: isDryRun } = request;
    const id = request.schemaChange.schemaIds.push;
    return context.json(await pushes.waitForSchema(id, { timeoutMs, isDryRun }).catch(refuse));
  });

  app.post("/api/deploy2/finish_push", async (context) => {
    const request = parseJson(await pushBody(context), vFinishRequest);
    requireAdmin(context, adminKey, request.adminKey);
    const { push } = request.startPush.schemaChange.schemaIds;
    return context.json(await pushes.finish(push, request.dryRun).catch(refuse));
  });

  app.post("/api/deploy2/report_push_completed", (context) => {
    requireAdmin(context, adminKey); // how long its steps took, which nobody here asks
    return context.json(null);
  });

  return app;
}

async function readPush(context: Context, adminKey: string): Promise<z.infer<typeof vPushRequest>> {
  requireAdmin(context, adminKey); // before the body, which is large, is looked at
  return parseJson(await pushBody(context), vPushRequest);
}

async function pushBody(context: Context): Promise<string> {
  const body = await readBody(context.req.raw, MAX_PUSH_BYTES);
  if (context.req.header("content-encoding") !== "br") return body.toString("utf8");
  try {
    const text = await decompress(body, { maxOutputLength: MAX_DECOMPRESSED_BYTES });
    return text.toString("utf8");
  } catch {
    throw new HttpError(400, "BadBody", "The body is not Brotli, or far too large");
  }
}

const UNSET_VARIABLE = /environment variable (\w+), which .* declares, is not set/;

/** @throws HttpError with the codes that the command knows */
function refuse(error: unknown): never {
  if (error instanceof PushLostError) throw new HttpError(400, "RaceDetected", error.message);
  if (error instanceof EmbeddedConvexError) {
    const [, variable] = UNSET_VARIABLE.exec(error.message) ?? [];
    if (variable !== undefined) {
      const message = `Environment variables are not set: ${variable}.`;
      throw new HttpError(400, "MissingEnvironmentVariables", message);
    }
    throw new HttpError(400, "InvalidModules", error.message);
  }
  throw error;
}
