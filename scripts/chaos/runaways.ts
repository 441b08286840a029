/**
 * Runs every way that a function can fail to end, as a query, a mutation and an action, while another client
 * writes on. Prints how each was ended, how long the other client was kept waiting, and whether anything
 * that it was promised is gone. Ends with 1 if a wait was longer than three seconds or a write was lost.
 *
 *   npm run chaos:runaways [-- --kind loop]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { ConvexHttpClient, type ConvexClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";

import { add, CHAOS_FUNCTIONS, writesInRound } from "./chaosFunctions.ts";
import { startEngineProcess } from "./engineProcess.ts";
import { Ledger } from "./ledger.ts";
import { readOptions } from "./readOptions.ts";
import { stockClient } from "./writers.ts";

const KINDS = [
  ...["loop", "microtasks", "promises", "regex", "sort", "wait", "inspector", "recursion"],
  ...["arrays", "objects", "pushes", "strings", "joins", "buffers", "hoard", "bomb", "spread"],
];
const MAX_WAIT_MS = 3_000;
const PAUSE_MS = 20;
const MAX_PATIENCE_MS = 8_000;
const AFTERMATH_MS = 1_500; // whatever a call does to others it has done by then

const asQuery = makeFunctionReference<"query", { kind: string }>("runaways:inQuery");
const asMutation = makeFunctionReference<"mutation", { kind: string }>("runaways:inMutation");
const asAction = makeFunctionReference<"action", { kind: string }>("runaways:inAction");

const dataDir = mkdtempSync(join(tmpdir(), "runaways-"));
const ledger = new Ledger();
let sequence = 0;

/** Somebody else, who has nothing to do with any of it: writes until told to stop, and knows its longest wait. */
function startOther(address: string): { stop: () => Promise<number> } {
  const state = { isWriting: true, longestWaitMs: 0 };
  const client = stockClient(address);
  const writing = (async () => {
    while (state.isWriting) {
      const wanted = { round: 1, writer: 1, sequence: sequence++ };
      const askedAt = performance.now();
      await client.mutation(add, wanted);
      state.longestWaitMs = Math.max(state.longestWaitMs, performance.now() - askedAt);
      ledger.acknowledge(wanted);
      await sleep(PAUSE_MS);
    }
  })();
  return {
    async stop() {
      state.isWriting = false;
      await writing;
      await client.close();
      return state.longestWaitMs;
    },
  };
}

/** How a call of this kind ended for the one who made it, and how long others waited for it. */
async function provoke(call: (client: ConvexClient) => Promise<unknown>): Promise<string> {
  // Each has an engine of its own: an action may go on for as long as Convex lets it.
  const engine = await startEngineProcess(CHAOS_FUNCTIONS, dataDir);
  const other = startOther(engine.address);
  const culprit = stockClient(engine.address);
  const startedAt = performance.now();
  const ended = call(culprit).then(
    () => "it returned",
    (error: unknown) => (error instanceof Error ? reasonOf(error) : String(error)),
  );
  const words = await Promise.race([ended, sleep(MAX_PATIENCE_MS, "it goes on, to its limit")]);
  const afterMs = performance.now() - startedAt;
  await sleep(AFTERMATH_MS);
  const waitedMs = await other.stop();
  void culprit.close();
  const isInTime = waitedMs <= MAX_WAIT_MS;
  slowestMs = Math.max(slowestMs, waitedMs);
  await engine.kill();
  const waited = `others waited ${waitedMs.toFixed(0)} ms${isInTime ? "" : " TOO LONG"}`;
  return `after ${afterMs.toFixed(0)} ms, ${waited}: ${words}`;
}

function reasonOf({ message }: Error): string {
  const lines = message.split("\n").map((line) => line.trim());
  return lines.find((line) => /execution|Uncaught/.test(line)) ?? lines[0] ?? "";
}

const { kind: only } = readOptions({}, "kind");
const kinds = KINDS.filter((one) => only === undefined || one === only);
if (kinds.length === 0) throw new Error(`There are these kinds: ${KINDS.join(", ")}.`);
let slowestMs = 0;
for (const kind of kinds) {
  const calls = {
    query: (client: ConvexClient) => client.query(asQuery, { kind }),
    mutation: (client: ConvexClient) => client.mutation(asMutation, { kind }),
    action: (client: ConvexClient) => client.action(asAction, { kind }),
  };
  for (const [name, call] of Object.entries(calls)) {
    console.log(`${kind} as ${name}: ${await provoke(call)}`);
  }
}
const engine = await startEngineProcess(CHAOS_FUNCTIONS, dataDir);
const reader = new ConvexHttpClient(engine.address, { logger: false });
const stored = await reader.query(writesInRound, { round: 1 });
const { acknowledged, lost, duplicated } = ledger.judge(new Map([[1, stored]]));
await engine.kill();
rmSync(dataDir, { recursive: true, force: true });
console.log(`acknowledged ${acknowledged}, lost ${lost}, duplicated ${duplicated}`);
process.exit(slowestMs <= MAX_WAIT_MS && lost + duplicated === 0 ? 0 : 1);
