/** What a change costs when many watch: each its own document, or all the same one. */
import { emptyFolder } from "./dataFolders.ts";
import { startEngine, type EngineProcess } from "./engineProcess.ts";
import { runLoad } from "./loadProcess.ts";
import { figure, quantile, type Table } from "./table.ts";
import { createCounters } from "./writes.ts";

const COUNTERS = 10_000;
const DISTINCT = { clients: 100, counters: COUNTERS, writers: 32, perSecond: 1_000 };
const RUNS = 3;
const QUERY = "counters:value";
const MUTATION = "counters:increment";

export async function subscriptions({ isShort }: { isShort: boolean }): Promise<Table[]> {
  const engine = await startEngine(emptyFolder());
  await createCounters(engine, COUNTERS);
  const tables = [await distinct(engine, isShort), await shared(engine, isShort)];
  await engine.close();
  return tables;
}

async function distinct(engine: EngineProcess, isShort: boolean): Promise<Table> {
  const rows: string[][] = [];
  for (let run = 0; run < (isShort ? 1 : RUNS); run++) {
    const options = { ...DISTINCT, forMs: isShort ? 5_000 : 15_000 };
    const { before, after, result } = await runLoad(engine, "subscribers", options);
    const queryRuns = (after.runs[QUERY] ?? 0) - (before.runs[QUERY] ?? 0);
    const { mutations, updates, wallMs, latencies } = result;
    rows.push([
      figure(mutations),
      figure(queryRuns),
      figure(updates),
      figure(mutations / (wallMs / 1000)),
      figure(quantile(latencies, 0.5)),
      figure(quantile(latencies, 0.99)),
      figure(((after.cpuMs - before.cpuMs) * 1000) / mutations),
    ]);
  }
  return {
    title: "10,000 subscriptions on distinct keys, 1,000 mutations a second on random ones",
    header: [
      "mutations",
      "query runs",
      "updates",
      "mutations/s",
      "p50, ms",
      "p99, ms",
      "engine CPU a mutation, µs",
    ],
    rows,
    note: `${DISTINCT.clients} stock clients watch ${COUNTERS / DISTINCT.clients} keys each, ${DISTINCT.writers} others write at a steady rate. The times are from the call of a mutation until the subscriber has its value; clients share one process. To be reached: as many query runs as mutations, p99 at most 20 ms.`,
  };
}

async function shared(engine: EngineProcess, isShort: boolean): Promise<Table> {
  const clients = 2_000;
  const rounds = isShort ? 20 : 60;
  const { before, after, result } = await runLoad(engine, "audience", { clients, rounds });
  const during = (path: string): number => (after.runs[path] ?? 0) - (before.runs[path] ?? 0);
  return {
    title: "One query shared by 2,000 clients",
    header: ["changes", "query runs", "updates", "engine CPU an update, µs", "last client, p50 ms"],
    rows: [
      [
        figure(during(MUTATION)),
        figure(during(QUERY)),
        figure(result.updates),
        figure(((after.cpuMs - before.cpuMs) * 1000) / result.updates),
        figure(quantile(result.latencies, 0.5)),
      ],
    ],
    note: "To be reached: one run of the query a change.",
  };
}
