/**
 * Runs every way that a function can fail to end, as a query, a mutation and an action, while
 * another client writes on. Prints how each was ended, how long the other client was kept waiting, and
 * whether anything that it was promised is gone. Ends with 1 if a wait was longer than three seconds or a
 * write was lost.
 *
 *   npm run chaos:runaways [-- KIND]
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
import { stockClient } from "./writers.ts";

const KINDS = [
  ...["loop", "microtasks", "promises", "regex", "sort", "wait", "recursion", "arrays", "objects"],
  ...["pushes", "strings", "joins", "buffers", "hoard", "bomb", "spread"],
];
const MAX_WAIT_MS = 3_000;
const PAUSE_MS = 20;
const AFTERMATH_MS = 1_500; // whatever a call does to others it has done by then

const asQuery = makeFunctionReference<"query", { kind: string }>("runaways:inQuery");
const asMutation = makeFunctionReference<"mutation", { kind: string }>("runaways:inMutation");
const asAction = makeFunctionReference<"action", { kind: string }>("runaways:inAction");

const dataDir = mkdtempSync(join(tmpdir(), "runaways-"));
const engine = await startEngineProcess(CHAOS_FUNCTIONS, dataDir);
const ledger = new Ledger();

let longestWaitMs = 0;
let isWriting = true;

/** Somebody else, who has nothing to do with any of it. */
async function writeOn(): Promise<void> {
  const other = stockClient(engine.address);
  for (let sequence = 0; isWriting; sequence++) {
    const wanted = { round: 1, writer: 1, sequence };
    const askedAt = performance.now();
    await other.mutation(add, wanted);
    longestWaitMs = Math.max(longestWaitMs, performance.now() - askedAt);
    ledger.acknowledge(wanted);
    await sleep(PAUSE_MS);
  }
  await other.close();
}

type Ended = { afterMs: number; words: string };

/** How a call of this kind ended for the one who made it. */
async function provoke(call: (client: ConvexClient) => Promise<unknown>): Promise<Ended> {
  const culprit = stockClient(engine.address);
  const startedAt = performance.now();
  const words = await call(culprit).then(
    () => "it returned",
    (error: unknown) => (error instanceof Error ? reasonOf(error) : String(error)),
  );
  const afterMs = performance.now() - startedAt;
  await sleep(AFTERMATH_MS);
  await culprit.close();
  return { afterMs, words };
}

function reasonOf({ message }: Error): string {
  const lines = message.split("\n").map((line) => line.trim());
  return lines.find((line) => /execution|Uncaught/.test(line)) ?? lines[0] ?? "";
}

const only = process.argv[2];
const writing = writeOn();
let isSound = true;
for (const kind of KINDS.filter((one) => only === undefined || one === only)) {
  const calls = {
    query: (client: ConvexClient) => client.query(asQuery, { kind }),
    mutation: (client: ConvexClient) => client.mutation(asMutation, { kind }),
    action: (client: ConvexClient) => client.action(asAction, { kind }),
  };
  for (const [name, call] of Object.entries(calls)) {
    longestWaitMs = 0;
    const { afterMs, words } = await provoke(call);
    const isInTime = longestWaitMs <= MAX_WAIT_MS;
    isSound &&= isInTime;
    const waited = `others waited ${longestWaitMs.toFixed(0)} ms${isInTime ? "" : " TOO LONG"}`;
    console.log(`${kind} as ${name}: ended after ${afterMs.toFixed(0)} ms, ${waited}: ${words}`);
  }
}
isWriting = false;
await writing;
const reader = new ConvexHttpClient(engine.address, { logger: false });
const stored = await reader.query(writesInRound, { round: 1 });
const { acknowledged, lost, duplicated } = ledger.judge(new Map([[1, stored]]));
await engine.kill();
rmSync(dataDir, { recursive: true, force: true });
console.log(`acknowledged ${acknowledged}, lost ${lost}, duplicated ${duplicated}`);
process.exit(isSound && lost + duplicated === 0 ? 0 : 1);
