/**
 * Durable mutations of stock clients: what the engine's process spends on each, beside the same SQLite
 * statements in a bare loop. The two take turns.
 */
import { openBareSqlite, RETENTION_MS, type BareSqlite } from "./bareSqlite.ts";
import { functions } from "./benchProject.ts";
import { emptyFolder } from "./dataFolders.ts";
import { startEngine, type EngineProcess } from "./engineProcess.ts";
import { openInProcess } from "./inProcessEngine.ts";
import { runLoad } from "./loadProcess.ts";
import { counterName } from "./loads.ts";
import { stockClient } from "./stockClient.ts";
import { figure, median, quantile, ratio, type Table } from "./table.ts";

const CLIENTS = 64;
const COUNTERS = 10_000;
const LOAD = { clients: CLIENTS, counters: COUNTERS };
const WARM_UP_MS = 5_000;
const CREATE_STEP = 2_000;
const BARE_GROUPS = 300;

export async function writes({ isShort }: { isShort: boolean }): Promise<Table[]> {
  const [rounds, forMs] = isShort ? [3, 3_000] : [7, 8_000];
  const pristine = emptyFolder();
  const seeding = await openInProcess(pristine);
  for (let from = 0; from < COUNTERS; from += CREATE_STEP) {
    const args = [{ from, to: from + CREATE_STEP }];
    await seeding.runner.runMutation({ path: "counters:create", args, identity: { kind: "none" } });
  }
  await seeding.close();
  const engine = await startEngine(await counted());
  const write = (forMs: number) => runLoad(engine, "writers", { ...LOAD, forMs });
  const { mutations, wallMs } = (await write(WARM_UP_MS)).result;
  const oldVersions = Math.round((mutations / wallMs) * RETENTION_MS);
  const bare = await openBareSqlite(pristine, increment, oldVersions);
  if (!isShort) await write(RETENTION_MS); // from here on the engine, too, has old versions to remove
  const all: Round[] = [];
  for (let i = 0; i < rounds; i++) all.push(await round(engine, bare, forMs));
  await engine.close();
  await bare.close();
  return [asTable(all)];
}

type Round = {
  engineUs: number;
  bareUs: number;
  statements: number;
  groupSize: number;
  perSecond: number;
  p99Ms: number;
};

/** A folder of the engine's own, with the counters made through it. */
async function counted(): Promise<string> {
  const folder = emptyFolder();
  const engine = await startEngine(folder);
  await createCounters(engine, COUNTERS);
  await engine.close();
  return folder;
}

export async function createCounters(engine: EngineProcess, count: number): Promise<void> {
  const client = stockClient(engine.url);
  for (let from = 0; from < count; from += CREATE_STEP) {
    await client.mutation(functions.createCounters, { from, to: from + CREATE_STEP });
  }
  await client.close();
}

async function round(engine: EngineProcess, bare: BareSqlite, forMs: number): Promise<Round> {
  const { before, after, result } = await runLoad(engine, "writers", { ...LOAD, forMs });
  const groups = after.stats.flushedGroups - before.stats.flushedGroups;
  const groupSize = result.mutations / groups;
  const { cpuUsPerMutation, statementsPerMutation } = await bare.measure({
    groups: BARE_GROUPS,
    groupSize: Math.round(groupSize),
  });
  return {
    engineUs: ((after.cpuMs - before.cpuMs) * 1000) / result.mutations,
    bareUs: cpuUsPerMutation,
    statements: statementsPerMutation,
    groupSize,
    perSecond: result.mutations / (result.wallMs / 1000),
    p99Ms: quantile(result.latencies, 0.99),
  };
}

function increment(i: number): { path: string; args: [Record<string, string>] } {
  return { path: "counters:increment", args: [{ name: counterName((i * 7_919) % COUNTERS) }] };
}

function asTable(rounds: readonly Round[]): Table {
  const of = (key: keyof Round): number => median(rounds.map((one) => one[key]));
  const ratios = rounds.map(({ engineUs, bareUs }) => engineUs / bareUs);
  return {
    title: `Durable mutations of ${CLIENTS} stock clients`,
    header: [
      "engine CPU, µs",
      "bare SQLite CPU, µs",
      "engine : bare",
      "statements",
      "group size",
      "mutations/s",
      "p99, ms",
    ],
    rows: [
      [
        figure(of("engineUs")),
        figure(of("bareUs")),
        ratio(median(ratios)),
        figure(of("statements")),
        figure(of("groupSize")),
        figure(of("perSecond")),
        figure(of("p99Ms")),
      ],
    ],
    note:
      `A mutation finds one document by an index, writes it, and moves its entry in one of its two indexes; its outcome is stored for clients that ask again. ` +
      `CPU of the engine's whole process, sockets included and the clients' process left out, against the recorded statements in a bare \`node:sqlite\` loop on the same rows with \`synchronous = FULL\` and the same group size; both hold what 30 s of such writing leave of old versions, and remove as many as they make. ` +
      `Medians of ${rounds.length} rounds in which both take turns; ratios of the rounds: ${ratios.map(ratio).join(", ")}. To be reached: at most 3x.`,
  };
}
