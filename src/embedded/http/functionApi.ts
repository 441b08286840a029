/**
 * Functions over HTTP: `/api/{query,mutation,action,function,run,…}`. Parses a request, finds out who asks,
 * runs the function and answers `{status: "success" | "error", …}`, both with status 200.
 */
import type { JSONValue } from "convex/values";
import { Hono, type Context } from "hono";
import { z } from "zod";

import { requestIdentity, type RequestAuth } from "../auth/requestIdentity.ts";
import type { FunctionCall, RequestMetadata } from "../functions/functionCall.ts";
import { inComponent } from "../functions/functionPath.ts";
import type { FunctionRunner } from "../functions/functionRunner.ts";
import { decodeTimestamp, encodeTimestamp } from "../sync/wireTimestamp.ts";
import { cleanJson } from "./cleanJson.ts";
import { HttpError } from "./httpError.ts";
import { readJson } from "./requestBody.ts";
import { requestMetadata } from "./requestMetadata.ts";

export type FunctionApiDeps = {
  runner: Pick<FunctionRunner, "runQuery" | "runMutation" | "runAction" | "find">;
  latestTs(): number;
  auth: RequestAuth;
};

export const vFormat = z.enum(["json", "convex_encoded_json"]).default("json");
const vJson = z.custom<JSONValue>((value) => value !== undefined);
export const vArgs = z
  .union([z.array(vJson), z.record(z.string(), vJson)])
  .default({})
  .transform((args): JSONValue[] => (Array.isArray(args) ? args : [args]));
/** A path is repeated in errors and logs. */
const MAX_PATH_CHARS = 1024;
const vPath = z.string().max(MAX_PATH_CHARS);
const vCall = z.object({
  path: vPath,
  args: vArgs,
  format: vFormat,
  /** Of a component's function, which only operators reach. */
  componentPath: vPath.nullish(),
});
const vCallAt = vCall.extend({ ts: z.string() });
const vRun = vCall.omit({ path: true });
const vBatch = z.object({ queries: z.array(vCall).max(1000) });

type ParsedCall = z.infer<typeof vCall>;
type Outcome =
  | { ok: true; value: JSONValue; logLines: string[] }
  | { ok: false; errorMessage: string; errorData?: JSONValue; logLines: string[] };

export function functionApi(deps: FunctionApiDeps): Hono {
  const { runner } = deps;
  const app = new Hono();

  /** The call as the runner takes it: with who asks. */
  async function called(context: Context, call: ParsedCall): Promise<FunctionCall> {
    const identity = await requestIdentity(context.req.header("authorization"), deps.auth);
    const request: RequestMetadata = requestMetadata(context);
    return { path: pathOf(call), args: call.args, identity, request };
  }

  async function runAny(call: FunctionCall): Promise<Outcome> {
    switch (runner.find(call.path)?.kind) {
      case "mutation":
        return await runner.runMutation(call);
      case "action":
        return await runner.runAction(call);
      default:
        return await runner.runQuery(call); // a function that does not exist fails as a query would
    }
  }

  function post(path: string, run: (call: FunctionCall) => Promise<Outcome>): void {
    app.post(path, async (context) => {
      const call = await readJson(context, vCall);
      return context.json(answer(await run(await called(context, call)), call.format));
    });
  }

  post("/api/query", (call) => runner.runQuery(call));
  post("/api/mutation", (call) => runner.runMutation(call));
  post("/api/action", (call) => runner.runAction(call));
  post("/api/function", runAny);

  app.get("/api/query", async (context) => {
    const { path, args, format } = context.req.query();
    const call = parseCall({ path, args: args === undefined ? {} : parseArgs(args), format });
    return context.json(answer(await runner.runQuery(await called(context, call)), call.format));
  });

  app.post("/api/run/:path{.+}", async (context) => {
    const { args, format } = await readJson(context, vRun);
    const call = { path: pathFromUrl(context.req.param("path")), args, format };
    return context.json(answer(await runAny(await called(context, call)), format));
  });

  app.post("/api/query_ts", (context) => context.json({ ts: encodeTimestamp(deps.latestTs()) }));

  app.post("/api/query_at_ts", async (context) => {
    const call = await readJson(context, vCallAt);
    const ts = decodeTimestamp(call.ts);
    if (ts === null || ts > deps.latestTs()) {
      throw new HttpError(400, "InvalidTimestamp", "ts is not a timestamp this engine has given");
    }
    const outcome = await runner.runQuery({ ...(await called(context, call)), ts });
    return context.json(answer(outcome, call.format));
  });

  app.post("/api/query_batch", async (context) => {
    const { queries } = await readJson(context, vBatch);
    const ts = deps.latestTs();
    const results = [];
    for (const query of queries) {
      const outcome = await runner.runQuery({ ...(await called(context, query)), ts });
      results.push(answer(outcome, query.format));
    }
    return context.json({ results });
  });

  return app;
}

function pathOf({ componentPath, path }: ParsedCall): string {
  return inComponent(componentPath ?? "", path);
}

/** What the clients of functions over HTTP read. */
export function answer(outcome: Outcome, format: ParsedCall["format"]) {
  const shape = (value: JSONValue): JSONValue => (format === "json" ? cleanJson(value) : value);
  const { logLines } = outcome;
  if (outcome.ok) return { status: "success", value: shape(outcome.value), logLines };
  const { errorMessage, errorData } = outcome;
  if (errorData === undefined) return { status: "error", errorMessage, logLines };
  return { status: "error", errorMessage, errorData: shape(errorData), logLines };
}

function parseCall(candidate: unknown): ParsedCall {
  const parsed = vCall.safeParse(candidate);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new HttpError(400, "BadRequest", `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

function parseArgs(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, "BadRequest", "args: is not JSON");
  }
}

/** `folder/module/export`, or `folder/module:export` as function paths are written elsewhere. */
function pathFromUrl(path: string): string {
  if (path.includes(":")) return path;
  const cut = path.lastIndexOf("/");
  return cut === -1 ? path : `${path.slice(0, cut)}:${path.slice(cut + 1)}`;
}
