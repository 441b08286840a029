/** The two things that are compared, behind one door: convex-test in this process, the engine behind a socket. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { ConvexClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import { convexTest } from "convex-test";
import { WebSocket } from "ws";

import {
  startEmbeddedConvex,
  type EmbeddedConvex,
} from "../../src/embedded/startEmbeddedConvex.ts";

const PROJECT = new URL("../../test/fixtures/convex-projects/bench/convex/", import.meta.url);

export const functions = {
  fill: makeFunctionReference<"mutation", { from: number; to: number }, null>("documents:fill"),
  first: makeFunctionReference<"query", { key: number }, number | null>("documents:first"),
  range: makeFunctionReference<"query", { key: number }, number>("documents:range"),
  insert: makeFunctionReference<"mutation", { key: number }, string>("documents:insert"),
  count: makeFunctionReference<"mutation", { name: string }, number>("documents:count"),
  counted: makeFunctionReference<"query", { name: string }, number>("documents:counted"),
};

export const CALLERS = 10;

export type BenchTarget = {
  readonly name: string;
  fill(from: number, to: number): Promise<unknown>;
  first(key: number): Promise<unknown>;
  range(key: number): Promise<unknown>;
  insert(key: number): Promise<unknown>;
  /** @param caller 0 to CALLERS - 1: callers do not wait for each other */
  count(name: string, caller: number): Promise<unknown>;
  close(): Promise<void>;
};

export async function convexTestTarget(): Promise<BenchTarget> {
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
  return {
    name: "convex-test",
    fill: (from, to) => t.mutation(functions.fill, { from, to }),
    first: (key) => t.query(functions.first, { key }),
    range: (key) => t.query(functions.range, { key }),
    insert: (key) => t.mutation(functions.insert, { key }),
    count: (name) => t.mutation(functions.count, { name }),
    close: () => Promise.resolve(),
  };
}

export type EngineTarget = BenchTarget & { readonly engine: EmbeddedConvex };

/** The engine on its own thread with its data on disk, spoken to by a stock client. */
export async function engineTarget(): Promise<EngineTarget> {
  const dataDir = mkdtempSync(join(tmpdir(), "bench-"));
  const engine = await startEmbeddedConvex({ functionsDir: fileURLToPath(PROJECT), dataDir });
  const client = stockClient(engine.url);
  const callers = Array.from({ length: CALLERS }, () => stockClient(engine.url));
  return {
    name: "engine",
    engine,
    fill: (from, to) => client.mutation(functions.fill, { from, to }),
    first: (key) => client.query(functions.first, { key }),
    range: (key) => client.query(functions.range, { key }),
    insert: (key) => client.mutation(functions.insert, { key }),
    count: async (name, caller) => await callers[caller]?.mutation(functions.count, { name }),
    async close() {
      await Promise.all([client, ...callers].map((one) => one.close()));
      await engine.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export function stockClient(address: string): ConvexClient {
  return new ConvexClient(address, {
    logger: false,
    webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
  });
}
