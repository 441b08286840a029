/** Many documents through mutations of a thousand each, into a table with three indexes. */
import { emptyFolder } from "./dataFolders.ts";
import { startEngine } from "./engineProcess.ts";
import { runLoad } from "./loadProcess.ts";
import { figure, type Table } from "./table.ts";

const PER_MUTATION = 1_000;

export async function bulk({ isShort }: { isShort: boolean }): Promise<Table[]> {
  const documents = isShort ? 50_000 : 350_000;
  const engine = await startEngine(emptyFolder());
  const options = { documents, perMutation: PER_MUTATION };
  const { before, after, result } = await runLoad(engine, "inserts", options);
  await engine.close();
  const cpuMs = after.cpuMs - before.cpuMs;
  return [
    {
      title: "Bulk insert through mutations of 1,000 documents",
      header: ["documents", "s", "documents/s", "engine CPU a document, µs", "peak RSS, MiB"],
      rows: [
        [
          figure(documents),
          figure(result.wallMs / 1000),
          figure(documents / (result.wallMs / 1000)),
          figure((cpuMs * 1000) / documents),
          figure(after.peakRssMb),
        ],
      ],
      note: "One stock client; three indexes beside those of the system. To be reached at 350,000 documents: 60 s and 512 MiB.",
    },
  ];
}
