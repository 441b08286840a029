/**
 * Kills the engine again and again while stock clients write, and counts what was acknowledged and is not
 * there afterwards (lost) and what is there twice (duplicated). Ends with 1 if either is not zero.
 *
 *   npm run chaos:embedded [-- KILLS [WRITERS]]     default: 200 kills, 8 writers
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import { WebSocket } from "ws";

import { startEngineProcess, type EngineProcess } from "./engineProcess.ts";
import { Ledger, type Verdict, type Write } from "./ledger.ts";
import { startPatientProxy } from "./patientProxy.ts";

const FUNCTIONS = fileURLToPath(
  new URL("../../test/fixtures/convex-projects/chaos/convex", import.meta.url),
);
const add = makeFunctionReference<"mutation", Write, number>("writes:add");
const inRound = makeFunctionReference<"query", { round: number }, string[]>("writes:inRound");
const counts = makeFunctionReference<"query", Record<string, never>, { count: number }[]>(
  "writes:counts",
);

const DEFAULT_KILLS = 200;
const DEFAULT_WRITERS = 8;
const PIPELINED = 4; // mutations that one writer has under way at a time
const MAX_WRITES_A_LIFE = 60; // so that several writers are back, and some lives are very short
const MAX_PAUSE_MS = 10; // so that the end comes at every moment of a commit

const kills = Number(process.argv[2] ?? DEFAULT_KILLS);
const writers = Number(process.argv[3] ?? DEFAULT_WRITERS);
const dataDir = mkdtempSync(join(tmpdir(), "chaos-"));
const ledger = new Ledger();
const proxy = await startPatientProxy();
let round = 0;
let isWriting = true;
let onAcknowledged: () => void = () => undefined;

/** One lane of one stock client: writes, waits for the answer, writes again, whatever happens. */
async function write(client: ConvexClient, writer: number, lane: number): Promise<void> {
  for (let i = 0; isWriting; i++) {
    const wanted = { round, writer, sequence: i * PIPELINED + lane };
    await client.mutation(add, wanted);
    ledger.acknowledge(wanted);
    onAcknowledged();
  }
}

/** Compares what is stored of these rounds with what was promised. */
async function read(port: number, rounds: readonly number[]): Promise<Verdict> {
  const client = new ConvexHttpClient(`http://127.0.0.1:${port}`, { logger: false });
  const stored = new Map<number, string[]>();
  for (const one of rounds) stored.set(one, await client.query(inRound, { round: one }));
  return ledger.judge(stored);
}

/** Lets the writers work for a moment that is never the same, then ends the engine in mid-air. */
async function killInMidAir(engine: EngineProcess): Promise<void> {
  let remaining = Math.ceil(Math.random() * MAX_WRITES_A_LIFE);
  await new Promise<void>((resolve) => {
    onAcknowledged = () => {
      remaining -= 1;
      if (remaining === 0) resolve();
    };
  });
  await sleep(Math.random() * MAX_PAUSE_MS);
  proxy.lead(null);
  await engine.kill();
}

const clients = Array.from({ length: writers }, (_, writer) => {
  const client = new ConvexClient(proxy.address, {
    logger: false,
    webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
  });
  const lanes = Array.from({ length: PIPELINED }, (_, lane) => write(client, writer, lane));
  return { client, done: Promise.all(lanes) };
});

let lost = 0;
let duplicated = 0;
for (round = 1; round <= kills; round++) {
  const engine = await startEngineProcess(FUNCTIONS, dataDir);
  const before = await read(engine.port, [round - 2, round - 1]);
  lost += before.lost;
  duplicated += before.duplicated;
  proxy.lead(engine.port);
  await killInMidAir(engine);
  if (round % 10 === 0) {
    console.log(
      `${round} kills, ${ledger.acknowledged} acknowledged, lost ${lost}, duplicated ${duplicated}`,
    );
  }
}

const engine = await startEngineProcess(FUNCTIONS, dataDir);
proxy.lead(engine.port);
isWriting = false;
await Promise.all(clients.map(({ done }) => done));
await Promise.all(clients.map(({ client }) => client.close()));
const all = await read(
  engine.port,
  Array.from({ length: kills + 2 }, (_, i) => i),
);
const counted = await new ConvexHttpClient(`http://127.0.0.1:${engine.port}`).query(counts, {});
const total = counted.reduce((sum, { count }) => sum + count, 0);
await engine.kill();
proxy.close();
rmSync(dataDir, { recursive: true, force: true });

console.log(`kills          ${kills}`);
console.log(`acknowledged   ${ledger.acknowledged}`);
console.log(`stored         ${all.stored}`);
console.log(`lost           ${Math.max(lost, all.lost)}`);
console.log(`duplicated     ${Math.max(duplicated, all.duplicated, total - all.stored)}`);
const isSound = lost + duplicated + all.lost + all.duplicated === 0 && total === all.stored;
process.exit(isSound && all.acknowledged === ledger.acknowledged ? 0 : 1);
