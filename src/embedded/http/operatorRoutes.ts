/**
 * What the stock command line asks of a deployment beside functions and pushes: setting environment
 * variables, following the logs, running a query of its own, and the addresses. Also the answer to what this engine does not serve:
 * the command line repeats a request for minutes after a 404, and not after a 400.
 */
import { Hono, type Context } from "hono";
import { z } from "zod";

import {
  EnvironmentVariableError,
  type EnvironmentVariables,
} from "../admin/environmentVariables.ts";
import type { FunctionLogHistory } from "../admin/functionLogHistory.ts";
import { EmbeddedConvexError } from "../embeddedConvexError.ts";
import type { FunctionRunner } from "../functions/functionRunner.ts";
import { answer, vArgs, vFormat } from "./functionApi.ts";
import { HttpError } from "./httpError.ts";
import { requireAdmin } from "./operatorAuth.ts";
import { readJson } from "./requestBody.ts";

export type OperatorRoutesDeps = {
  adminKey: string;
  variables: EnvironmentVariables;
  logHistory: FunctionLogHistory;
  runner: Pick<FunctionRunner, "runInlineQuery">;
  cloudUrl: string;
  siteUrl: string;
};

/** How long a request for new log entries is held open. */
const LOG_POLL_MS = 25_000;

const vVariableChanges = z.object({
  changes: z.array(z.object({ name: z.string(), value: z.string().nullable() })),
});

const vInlineQuery = z.object({
  adminKey: z.string().optional(),
  bundle: z.object({ source: z.string() }),
  args: vArgs,
  /** The path of a component, which is also its id here. */
  componentId: z.string().nullish(),
  format: vFormat,
});

export function operatorRoutes(deps: OperatorRoutesDeps): Hono {
  const app = new Hono();

  app.post("/api/update_environment_variables", async (context) => {
    requireAdmin(context, deps.adminKey);
    const { changes } = await readJson(context, vVariableChanges);
    const named = changes.map(({ name, value }) => [name, value ?? undefined] as const);
    await deps.variables.changeStored(Object.fromEntries(named)).catch(refuseVariables);
    return context.json(null);
  });

  app.get("/api/stream_function_logs", async (context) => {
    requireAdmin(context, deps.adminKey);
    const cursor = Number(context.req.query("cursor") ?? 0);
    if (!Number.isFinite(cursor)) throw new HttpError(400, "BadCursor", "cursor is not a number");
    return context.json(await deps.logHistory.after(cursor, LOG_POLL_MS));
  });

  app.post("/api/run_test_function", async (context) => {
    const { adminKey, bundle, args, componentId, format } = await readJson(context, vInlineQuery);
    requireAdmin(context, deps.adminKey, adminKey);
    const query = { source: bundle.source, component: componentId ?? "" };
    const outcome = await deps.runner.runInlineQuery(query, args).catch(refuseQuery);
    return context.json(answer(outcome, format));
  });

  app.get("/api/v1/get_canonical_urls", (context) => {
    requireAdmin(context, deps.adminKey);
    const { cloudUrl: convexCloudUrl, siteUrl: convexSiteUrl } = deps;
    return context.json({ convexCloudUrl, convexSiteUrl });
  });

  return app;
}

/** @throws HttpError 400 naming what is asked for */
export function refuseUnknownTool(context: Context): never {
  throw new HttpError(
    400,
    "NotServed",
    `Embedded Convex does not serve ${context.req.path}, which this command needs.`,
  );
}

function refuseQuery(error: unknown): never {
  if (error instanceof EmbeddedConvexError) {
    throw new HttpError(400, "InvalidTestQuery", error.message);
  }
  throw error;
}

function refuseVariables(error: unknown): never {
  if (error instanceof EnvironmentVariableError) {
    throw new HttpError(400, "InvalidEnvironmentVariable", error.message);
  }
  if (error instanceof EmbeddedConvexError) {
    throw new HttpError(
      400,
      "InvalidEnvironmentVariable",
      `The functions do not load with this change, which was not made. ${error.message}`,
    );
  }
  throw error;
}
