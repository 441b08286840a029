/**
 * Reads at growing sizes: through the engine's function runner and through convex-test, both in this
 * process, and once more over a socket for information. All sizes are open at the same time and take turns,
 * so that a busy machine is busy for each of them.
 */
import { filledFolders } from "./dataFolders.ts";
import { startEngine } from "./engineProcess.ts";
import { openInProcess } from "./inProcessEngine.ts";
import {
  makeReader,
  READS,
  throughConvexTest,
  throughRunner,
  throughSocket,
  type Read,
  type Reader,
} from "./readers.ts";
import { stockClient } from "./stockClient.ts";
import { figure, median, ratio, type Table } from "./table.ts";

const ROUNDS = 9;
const READS_PER_ROUND = 100;
const PEER_READS_PER_ROUND = 5; // some 50 ms each
const PEER_SIZE = 20_000;
const NAMES: Record<Read, string> = {
  first: "indexed `first`",
  range: "range of 100",
  get: "point get",
};

/** Whoever takes part, how often it reads a round, and the medians of its rounds in microseconds. */
type Participant = { reader: Reader; reads: number; medians: Record<Read, number[]> };

export async function reads({ isShort }: { isShort: boolean }): Promise<Table[]> {
  const sizes = isShort ? [1_000, PEER_SIZE] : [1_000, PEER_SIZE, 350_000, 1_000_000];
  const folders = await filledFolders(sizes);
  const engines = [];
  const participants: Participant[] = [];
  for (const [size, folder] of folders) {
    const engine = await openInProcess(folder);
    engines.push(engine);
    participants.push(participant(await makeReader(size, throughRunner(engine)), READS_PER_ROUND));
  }
  const peer = await makeReader(PEER_SIZE, await throughConvexTest(PEER_SIZE));
  participants.push(participant(peer, PEER_READS_PER_ROUND));
  await takeTurns(participants);
  for (const engine of engines) await engine.close();
  return [inProcessTable(sizes, participants), await overSocket(folders)];
}

function participant(reader: Reader, readsPerRound: number): Participant {
  return { reader, reads: readsPerRound, medians: { first: [], range: [], get: [] } };
}

async function takeTurns(participants: readonly Participant[]): Promise<void> {
  for (let round = -1; round < ROUNDS; round++) {
    for (const read of READS) {
      for (const { reader, reads: count, medians } of participants) {
        const taken = await medianOf(reader[read], count);
        if (round >= 0) medians[read].push(taken); // the first round only warms up
      }
    }
  }
}

/** Microseconds. */
async function medianOf(read: () => Promise<unknown>, count: number): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < count; i++) {
    const startedAt = performance.now();
    await read();
    taken.push((performance.now() - startedAt) * 1000);
  }
  return median(taken);
}

function inProcessTable(sizes: readonly number[], participants: readonly Participant[]): Table {
  const rows = READS.map((read) => {
    const times = participants.map(({ medians }) => median(medians[read]));
    const ours = times.slice(0, sizes.length);
    const atPeerSize = ours[sizes.indexOf(PEER_SIZE)] ?? NaN;
    const peer = times.at(-1) ?? NaN;
    return [
      NAMES[read],
      ...ours.map(figure),
      ratio((ours.at(-1) ?? NaN) / (ours[0] ?? NaN)),
      figure(peer),
      ratio(peer / atPeerSize),
    ];
  });
  const names = sizes.map((size) => size.toLocaleString("en"));
  return {
    title: "Reads in process",
    header: [
      "µs a query, by documents",
      ...names,
      `${names.at(-1) ?? ""} : ${names[0] ?? ""}`,
      `convex-test at ${PEER_SIZE.toLocaleString("en")}`,
      "convex-test : engine",
    ],
    rows,
    note: `One query after the other, at random places. Medians of ${ROUNDS} rounds in which all sizes take turns. To be reached: at most 1.5x from the smallest to the largest, at least 100x faster than convex-test.`,
  };
}

/** With a stock client, each query asked once. */
async function overSocket(folders: ReadonlyMap<number, string>): Promise<Table> {
  const rows: string[][] = [];
  for (const [size, folder] of folders) {
    const engine = await startEngine(folder);
    const client = stockClient(engine.url);
    const reader = await makeReader(size, throughSocket(client));
    for (const read of READS) await medianOf(reader[read], READS_PER_ROUND);
    const times = [];
    for (const read of READS) times.push(await medianOf(reader[read], READS_PER_ROUND));
    rows.push([size.toLocaleString("en"), ...times.map(figure)]);
    await client.close();
    await engine.close();
  }
  return {
    title: "Reads over a socket",
    header: ["documents", ...READS.map((read) => `${NAMES[read]}, µs`)],
    rows,
    note: "The same from a stock `ConvexClient` in another process: subscribe, first result, unsubscribe.",
  };
}
