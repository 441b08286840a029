/**
 * Runs a `convex` block through the stock clients: `mutation room/file:name as <token>`, the arguments,
 * and after the arrow what comes back: a value, `error CODE`, or `soon` and a value, which a
 * subscription must show sooner or later. Bytes are written `{"$bytes": "<base64>"}`.
 */
import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import { convexToJson, jsonToConvex, type JSONValue, type Value } from "convex/values";
import { expect } from "vitest";
import { appErrorDataOf, ERRORS } from "../../convex/contract/errors.ts";
import { fill, fillString, mismatch, type Names } from "./patterns.ts";

const SOON_MS = 30_000;

export interface ConvexExample {
  type: "query" | "mutation" | "action";
  path: string;
  /** `nobody`, or a name that stands for a token. */
  caller: string;
  args: unknown;
  outcome: { kind: "value" | "soon"; pattern: unknown } | { kind: "error"; code: string };
}

/** A call whose names have been filled in. */
export interface Call {
  type: ConvexExample["type"];
  path: string;
  args: Record<string, Value>;
}

export function parseConvexExample(text: string): ConvexExample {
  const [head = "", ...rest] = text.split("\n");
  const match = /^(query|mutation|action) (\S+) as (nobody|<\w+>)$/.exec(head);
  const [args = "", outcome] = rest.join("\n").split(/^→ /m);
  if (match === null || outcome === undefined) throw new Error(`not a convex block:\n${text}`);
  const [, type, path = "", caller = ""] = match;
  return {
    type: type as ConvexExample["type"],
    path,
    caller,
    args: JSON.parse(args),
    outcome: parseOutcome(outcome),
  };
}

function parseOutcome(text: string): ConvexExample["outcome"] {
  const code = /^error (\w+)$/.exec(text.trim())?.[1];
  if (code !== undefined) return { kind: "error", code };
  const isSoon = text.startsWith("soon ");
  const pattern: unknown = JSON.parse(isSoon ? text.slice("soon ".length) : text);
  return { kind: isSoon ? "soon" : "value", pattern };
}

export function fillCall({ type, path, args }: ConvexExample, names: Names): Call {
  const filled = jsonToConvex(fill(args, names) as JSONValue) as Record<string, Value>;
  return { type, path, args: filled };
}

export async function runConvexExample(
  example: ConvexExample,
  names: Names,
  convexUrl: string,
): Promise<void> {
  const call = fillCall(example, names);
  const token = example.caller === "nobody" ? undefined : fillString(example.caller, names);
  const { outcome } = example;
  if (outcome.kind === "error") {
    expect(await errorCodeOf(call, token, convexUrl)).toBe(outcome.code);
  } else if (outcome.kind === "soon") {
    await watch(call, token, convexUrl, (value) => mismatch(outcome.pattern, value, names));
  } else {
    const result = convexToJson(await run(call, token, convexUrl));
    expect(mismatch(outcome.pattern, result, names)).toBeUndefined();
  }
}

async function run(call: Call, token: string | undefined, convexUrl: string): Promise<Value> {
  const options = { logger: false as const, ...(token === undefined ? {} : { auth: token }) };
  const client = new ConvexHttpClient(convexUrl, options);
  const { type, path, args } = call;
  if (type === "query") {
    return (await client.query(makeFunctionReference<"query">(path), args)) as Value;
  }
  if (type === "mutation") {
    return (await client.mutation(makeFunctionReference<"mutation">(path), args)) as Value;
  }
  return (await client.action(makeFunctionReference<"action">(path), args)) as Value;
}

/** The code a call is refused with; undefined when it is not refused, and other errors as they are. */
export async function errorCodeOf(
  call: Call,
  token: string | undefined,
  convexUrl: string,
): Promise<string | undefined> {
  try {
    await run(call, token, convexUrl);
    return undefined;
  } catch (error) {
    const data = appErrorDataOf(error);
    if (data === undefined) throw error;
    const { code, message, retryable } = data;
    expect([typeof message, retryable]).toEqual(["string", ERRORS[code].isRetryable]);
    return code;
  }
}

async function watch(
  { path, args }: Call,
  token: string | undefined,
  convexUrl: string,
  problemWith: (value: unknown) => string | undefined,
): Promise<void> {
  const client = new ConvexClient(convexUrl, { logger: false });
  if (token !== undefined) client.setAuth(() => Promise.resolve(token));
  let latest: string | undefined = "there was no result";
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`not within 30 s: ${latest}`)), SOON_MS);
      const onResult = (value: Value) => {
        latest = problemWith(convexToJson(value));
        if (latest === undefined) resolve();
      };
      client.onUpdate(makeFunctionReference<"query">(path), args, onResult, reject);
    });
  } finally {
    clearTimeout(timer);
    await client.close();
  }
}
