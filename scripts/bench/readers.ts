/** The same reads through three doors: the engine's function runner, a stock client, convex-test. */
import type { ConvexClient } from "convex/browser";
import { convexTest } from "convex-test";

import { functions, PROJECT } from "./benchProject.ts";
import type { InProcessEngine } from "./inProcessEngine.ts";

export const READS = ["first", "range", "get"] as const;
export type Read = (typeof READS)[number];

/** Each reads at a random place. */
export type Reader = Record<Read, () => Promise<unknown>>;

type Query = Read | "idOf";
type Call = (query: Query, args: Record<string, string | number>) => Promise<unknown>;

const FILL_STEP = 2_000;
const IDS = 200;

export function throughRunner({ runner }: InProcessEngine): Call {
  return async (query, args) => {
    const call = { path: `documents:${query}`, args: [args], identity: { kind: "none" } } as const;
    const outcome = await runner.runQuery({ ...call, args: [args] });
    if (!outcome.ok) throw new Error(outcome.errorMessage);
    return outcome.value;
  };
}

export function throughSocket(client: ConvexClient): Call {
  return (query, args) => client.query(functions[query], args as never);
}

/** convex-test with so many documents in its memory. */
export async function throughConvexTest(documents: number): Promise<Call> {
  const load = async (file: string): Promise<Record<string, unknown>> =>
    (await import(new URL(file, PROJECT).href)) as Record<string, unknown>;
  const { default: schema } = await load("schema.ts");
  const t = convexTest({
    schema: schema as never,
    modules: {
      "./documents.ts": () => load("documents.ts"),
      "./_generated/api.js": () => load("_generated/api.js"),
    },
  });
  for (let from = 0; from < documents; from += FILL_STEP) {
    await t.mutation(functions.fill, { from, to: Math.min(from + FILL_STEP, documents) });
  }
  return (query, args) => t.query(functions[query], args as never);
}

/** @param size how many documents there are, with the keys from 0 */
export async function makeReader(size: number, call: Call): Promise<Reader> {
  const key = (): number => Math.floor(Math.random() * (size - 100));
  const ids: string[] = [];
  for (let i = 0; i < IDS; i++) ids.push((await call("idOf", { key: key() })) as string);
  return {
    first: () => call("first", { key: key() }),
    range: () => call("range", { key: key() }),
    get: () => call("get", { id: ids[Math.floor(Math.random() * IDS)] ?? "" }),
  };
}
