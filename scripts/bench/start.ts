/** How long an engine with a million documents takes from the start of its process to its first answer. */
import { functions } from "./benchProject.ts";
import { filledFolders } from "./dataFolders.ts";
import { startEngine } from "./engineProcess.ts";
import { stockClient } from "./stockClient.ts";
import { figure, median, type Table } from "./table.ts";

const STARTS = 5;
const READS_AFTERWARDS = 5_000;

export async function start({ isShort }: { isShort: boolean }): Promise<Table[]> {
  const size = isShort ? 20_000 : 1_000_000;
  const folder = (await filledFolders([size])).get(size) ?? "";
  const listening: number[] = [];
  const answered: number[] = [];
  const rss: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const startedAt = performance.now();
    const engine = await startEngine(folder);
    listening.push(performance.now() - startedAt);
    const client = stockClient(engine.url);
    await client.query(functions.first, { key: Math.floor(size / 2) });
    answered.push(performance.now() - startedAt);
    for (let done = 0; done < READS_AFTERWARDS; done++) {
      await client.query(functions.range, { key: Math.floor(Math.random() * (size - 100)) });
    }
    rss.push((await engine.sample()).peakRssMb);
    await client.close();
    await engine.close();
  }
  return [
    {
      title: `Cold start with ${size.toLocaleString("en")} documents`,
      header: ["listening, ms", "first query answered, ms", "peak RSS, MiB"],
      rows: [[figure(median(listening)), figure(median(answered)), figure(median(rss))]],
      note: `Medians of ${STARTS} starts, the functions being bundled anew each time. The memory is that of the whole process after ${READS_AFTERWARDS.toLocaleString("en")} ranges of 100 at random places. To be reached: 3 s.`,
    },
  ];
}
