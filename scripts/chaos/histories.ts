/**
 * Lets stock clients work at random while their cables break and the engine is killed (`kill -9`), stopped
 * and started, then asks whether one database that does one thing after the other could have given all
 * the answers they got. Ends with 1 if not, after telling the seed and what was wrong.
 *
 *   npm run chaos:histories [-- --rounds 20 --seed 1 --clients 6]     default: 10 rounds, a seed of chance
 *
 * A seed repeats what clients do and how they are disturbed; how it all falls together is up to the machine.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import * as prng from "lib0/prng";

import { checkHistory } from "../../test/support/histories/checkHistory.ts";
import { startFaultyProxy } from "../../test/support/histories/faultyProxy.ts";
import { NOBODY } from "../../test/support/histories/historyUser.ts";
import { runHistory } from "../../test/support/histories/runHistory.ts";
import { createTokenIssuer } from "../../test/support/histories/tokenIssuer.ts";
import { startEngineProcess, type EngineProcess } from "./engineProcess.ts";
import { readOptions } from "./readOptions.ts";

const FUNCTIONS = fileURLToPath(
  new URL("../../test/fixtures/convex-projects/histories/convex", import.meta.url),
);
const LANES = 6; // mutations that one client has under way at a time
const OPERATIONS_A_LANE = 100;
const CUT_RATE = 0.005; // of all packets
const MAX_CALM_MS = 1_500; // between two disturbances
const MAX_PAUSE_MS = 1_000;
const KILLS = 0.6; // of all disturbances; the others are pauses
const ROUND_MS = 180_000; // disturbed for no longer
const PATIENCE_MS = 60_000;

const { rounds, clients, seed } = readOptions({
  ...{ rounds: 10, clients: 6 },
  seed: prng.uint32(prng.create(Date.now()), 1, 1e9),
});

/** The engine that is up now, or the promise of the next. */
class Victim {
  kills = 0;
  pauses = 0;
  #engine: Promise<EngineProcess>;
  #address: string | null = null;
  readonly #dataDir: string;
  readonly #envFile: string;

  constructor(dataDir: string, environment: Readonly<Record<string, string>>) {
    this.#dataDir = dataDir;
    this.#envFile = join(dataDir, "functions.env");
    const variables = Object.entries(environment);
    writeFileSync(this.#envFile, variables.map(([name, value]) => `${name}='${value}'`).join("\n"));
    this.#engine = this.#start();
  }

  /** Null while it is down. */
  get address(): string | null {
    return this.#address;
  }

  async port(): Promise<number> {
    return (await this.#engine).port;
  }

  async kill(): Promise<void> {
    const engine = await this.#engine;
    this.#address = null;
    this.kills += 1;
    this.#engine = engine.kill().then(() => this.#start());
    await this.#engine;
  }

  async pause(forMs: number): Promise<void> {
    const engine = await this.#engine;
    this.pauses += 1;
    engine.pause();
    await sleep(forMs);
    engine.resume();
  }

  async end(): Promise<void> {
    await (await this.#engine).kill();
  }

  async #start(): Promise<EngineProcess> {
    const engine = await startEngineProcess(FUNCTIONS, this.#dataDir, {
      envFile: this.#envFile,
    });
    this.#address = `http://127.0.0.1:${engine.port}`;
    return engine;
  }
}

/** Disturbs the engine until `isOver` says so. */
async function disturb(victim: Victim, random: prng.PRNG, isOver: () => boolean): Promise<void> {
  for (;;) {
    await sleep(random.next() * MAX_CALM_MS);
    if (isOver()) return;
    if (random.next() < KILLS) await victim.kill();
    else await victim.pause(random.next() * MAX_PAUSE_MS);
  }
}

/** One history; returns how many anomalies it has. */
async function round(victim: Victim, seed: number, clients: number): Promise<number> {
  const random = prng.create(seed);
  const proxies = await Promise.all(
    Array.from({ length: clients }, (_, i) =>
      startFaultyProxy(() => victim.port(), prng.create(seed * 1000 + 500 + i), CUT_RATE),
    ),
  );
  await victim.port();
  let isOver = false;
  let disturbance = Promise.resolve();
  const before = { kills: victim.kills, pauses: victim.pauses };
  const startedAt = performance.now();
  const history = await runHistory({
    ...{ issuer, seed, clients, lanes: LANES, operationsPerLane: OPERATIONS_A_LANE },
    addressOf: (client) => proxies[client]?.address ?? "",
    engineAddress: () => victim.address,
    onStarted() {
      disturbance = disturb(victim, random, () => isOver);
    },
    disturbed: sleep(ROUND_MS, undefined, { ref: false }),
    async heal() {
      isOver = true;
      await disturbance;
      for (const proxy of proxies) proxy.heal();
      return victim.address ?? "";
    },
    ...{ reconnectsAtOnce: true, patienceMs: PATIENCE_MS },
  });
  const cuts = proxies.reduce((sum, proxy) => sum + proxy.cuts(), 0);
  for (const proxy of proxies) proxy.close();
  const anomalies = checkHistory(history);
  const count = (kind: string) => history.operations.filter((o) => o.kind === kind).length;
  const lost = history.operations.filter(({ outcome }) => outcome === "lost").length;
  const users = history.recognized.filter(({ owner }) => owner !== NOBODY).length;
  console.log(
    `seed ${seed}: ${count("mutation")} mutations (${lost} of actions that were lost), ` +
      `${count("query")} queries, ${count("snapshot")} snapshots, ${users} users recognized, ${victim.kills - before.kills} kills, ` +
      `${victim.pauses - before.pauses} pauses, ${cuts} cuts, ` +
      `${((performance.now() - startedAt) / 1000).toFixed(1)} s: ${anomalies.length} anomalies`,
  );
  for (const { kind, detail } of anomalies.slice(0, 20)) console.log(`  ${kind}: ${detail}`);
  return anomalies.length;
}

const dataDir = mkdtempSync(join(tmpdir(), "histories-"));
const issuer = await createTokenIssuer();
const victim = new Victim(dataDir, issuer.environment);
let anomalies = 0;
for (let i = 0; i < rounds; i++) {
  anomalies += await round(victim, seed + i, clients);
}
await victim.end();
rmSync(dataDir, { recursive: true, force: true });
console.log(`${anomalies} anomalies in ${rounds} rounds from seed ${seed}`);
process.exit(anomalies === 0 ? 0 : 1);
