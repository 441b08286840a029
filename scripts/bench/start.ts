/** How long an engine with a million documents takes from the start of its process to its first answer. */
import { functions } from "./benchProject.ts";
import { copyOf, filledFolders, killedWithFullLog } from "./dataFolders.ts";
import { startEngine } from "./engineProcess.ts";
import { stockClient } from "./stockClient.ts";
import { figure, median, type Table } from "./table.ts";

const CACHES_MB = [8, 64, 256];
const CACHE_AFTER_KILL_MB = 64;
const STARTS = 3;
const MEASURED = ["listening, ms", "first query answered, ms", "peak RSS, MiB"];
const READS_AFTERWARDS = 3_000;

type Start = { listeningMs: number; answeredMs: number; rssMb: number };

export async function start({ isShort }: { isShort: boolean }): Promise<Table[]> {
  const size = isShort ? 20_000 : 1_000_000;
  const folder = (await filledFolders([size])).get(size) ?? "";
  const documents = `${size.toLocaleString("en")} documents`;
  const rows: string[][] = [];
  for (const cacheMb of CACHES_MB) {
    const starts: Start[] = [];
    for (let i = 0; i < STARTS; i++) starts.push(await measure(folder, size, cacheMb));
    rows.push([String(cacheMb), ...medians(starts)]);
  }
  const killed = await killedWithFullLog(folder);
  const recoveries: Start[] = [];
  for (let i = 0; i < STARTS; i++) {
    recoveries.push(await measure(copyOf(killed), size, CACHE_AFTER_KILL_MB));
  }
  return [
    {
      title: `Cold start with ${documents}`,
      header: ["`--cache-mb`", ...MEASURED],
      rows,
      note: `Medians of ${STARTS} starts, from the start of the process; the functions are bundled anew each time. The memory is that of the whole process after ${READS_AFTERWARDS.toLocaleString("en")} ranges of 100 at random places. To be reached: 3 s.`,
    },
    {
      title: `Cold start with ${documents} after \`kill -9\` with a full log`,
      header: ["`--cache-mb`", ...MEASURED],
      rows: [[String(CACHE_AFTER_KILL_MB), ...medians(recoveries)]],
      note: "As above; the log, the largest that an engine leaves behind, is read, checked and moved into the file first.",
    },
  ];
}

function medians(starts: readonly Start[]): string[] {
  const of = (key: keyof Start): string => figure(median(starts.map((one) => one[key])));
  return [of("listeningMs"), of("answeredMs"), of("rssMb")];
}

async function measure(folder: string, size: number, cacheMb: number): Promise<Start> {
  const startedAt = performance.now();
  const engine = await startEngine(folder, { cacheMb });
  const listeningMs = performance.now() - startedAt;
  const client = stockClient(engine.url);
  await client.query(functions.first, { key: Math.floor(size / 2) });
  const answeredMs = performance.now() - startedAt;
  for (let done = 0; done < READS_AFTERWARDS; done++) {
    await client.query(functions.range, { key: Math.floor(Math.random() * (size - 100)) });
  }
  const { peakRssMb: rssMb } = await engine.sample();
  await client.close();
  await engine.close();
  return { listeningMs, answeredMs, rssMb };
}
