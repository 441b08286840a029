/**
 * Measures the engine beside convex-test, the same functions in the same run, and the engine alone where
 * convex-test has no counterpart (durable writes of many clients, subscribers). Prints tables; never fails on time.
 *
 *   npm run bench:embedded [-- SIZES]     default: 1000,20000,350000 documents
 *
 * convex-test holds everything in memory and is called in this process; the engine is reached through a
 * stock client and a socket, and every mutation of it is on disk before it resolves.
 */
import {
  CALLERS,
  functions,
  convexTestTarget,
  engineTarget,
  stockClient,
  type BenchTarget,
  type EngineTarget,
} from "./benchTarget.ts";
import { milliseconds, printTable, quantile, times } from "./measure.ts";

const DEFAULT_SIZES = [1_000, 20_000, 350_000];
const FILL_STEP = 2_000; // documents a mutation, well below the limits of a transaction
const MAX_FILL_MS = 60_000; // beyond it convex-test is given up at that size
const BUDGET = { maxRuns: 300, maxMs: 5_000 };
const WRITERS = 50;
const WRITE_MS = 5_000;
const SUBSCRIBERS = 1_000;
const FAN_OUT_ROUNDS = 20;

const sizes = process.argv[2]?.split(",").map(Number) ?? DEFAULT_SIZES;

type Operation = "first" | "range 100" | "insert" | "conflict";
const OPERATIONS: readonly Operation[] = ["first", "range 100", "insert", "conflict"];

/** Milliseconds per operation at one size (medians), or null if the size was not reached in time. */
async function measureAt(
  target: BenchTarget,
  from: number,
  size: number,
): Promise<Record<Operation, number> | null> {
  const giveUpAt = performance.now() + (target.name === "engine" ? Infinity : MAX_FILL_MS);
  for (let at = from; at < size; at += FILL_STEP) {
    if (performance.now() > giveUpAt) return null;
    await target.fill(at, Math.min(at + FILL_STEP, size));
  }
  const key = (): number => Math.floor(Math.random() * (size - 100));
  const median = async (run: (i: number) => Promise<unknown>): Promise<number> =>
    quantile(await times(run, BUDGET), 0.5);
  return {
    first: await median(() => target.first(key())),
    "range 100": await median(() => target.range(key())),
    insert: await median((i) => target.insert(-1 - i)),
    conflict: await conflictTime(target),
  };
}

/** Milliseconds per mutation when several callers count on one document at the same time. */
async function conflictTime(target: BenchTarget): Promise<number> {
  const rounds = await times(
    () => Promise.all(Array.from({ length: CALLERS }, (_, i) => target.count("shared", i))),
    { maxRuns: 20, maxMs: BUDGET.maxMs },
  );
  return quantile(rounds, 0.5) / CALLERS;
}

async function compare(engine: EngineTarget): Promise<void> {
  const peer = await convexTestTarget();
  const rows: string[][] = [];
  let from = 0;
  let isPeerAlive = true;
  for (const size of sizes) {
    const ours = await measureAt(engine, from, size);
    const theirs: Record<Operation, number> | null = isPeerAlive
      ? await measureAt(peer, from, size)
      : null;
    isPeerAlive = theirs !== null;
    for (const operation of OPERATIONS) {
      const [own, other] = [ours?.[operation] ?? NaN, theirs?.[operation] ?? NaN];
      rows.push([
        `${operation} at ${size.toLocaleString("en")}`,
        milliseconds(own),
        milliseconds(other),
        Number.isNaN(other) ? "-" : `${(other / own).toFixed(1)}x`,
      ]);
    }
    from = size;
  }
  console.log("Median milliseconds per operation. Ratio above 1x: the engine is faster.");
  if (!isPeerAlive) {
    console.log(`-: convex-test was not filled within ${MAX_FILL_MS / 1000} s and was left out.`);
  }
  console.log(`convex-test is sampled for at most ${BUDGET.maxMs / 1000} s per operation.`);
  printTable(["operation", "engine", "convex-test", "ratio"], rows);
}

/** Stock clients that each write, wait for the answer, and write again. */
async function durableWrites(address: string): Promise<void> {
  const clients = Array.from({ length: WRITERS }, () => stockClient(address));
  const latencies: number[] = [];
  await Promise.all(clients.map((client) => client.mutation(functions.insert, { key: -1 })));
  const startedAt = performance.now();
  await Promise.all(
    clients.map(async (client, writer) => {
      for (let i = 0; performance.now() - startedAt < WRITE_MS; i++) {
        const sentAt = performance.now();
        await client.mutation(functions.insert, { key: -writer * 1_000_000 - i });
        latencies.push(performance.now() - sentAt);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  await Promise.all(clients.map((client) => client.close()));
  latencies.sort((a, b) => a - b);
  console.log(`Durable mutations from ${WRITERS} stock clients, each waiting for its answer.`);
  printTable(
    ["mutations/s", "p50 ms", "p99 ms"],
    [
      [
        (latencies.length / seconds).toFixed(0),
        milliseconds(quantile(latencies, 0.5)),
        milliseconds(quantile(latencies, 0.99)),
      ],
    ],
  );
}

/** From the call of a mutation until the callback of each subscriber, all of them in this process. */
async function fanOut(address: string): Promise<void> {
  const clients = Array.from({ length: SUBSCRIBERS }, () => stockClient(address));
  let onUpdate: (count: number) => void = () => undefined;
  const watched = { name: "watched" };
  await Promise.all(clients.map((client) => client.query(functions.counted, watched)));
  for (const client of clients) client.onUpdate(functions.counted, watched, (n) => onUpdate(n));
  const writer = stockClient(address);
  await writer.mutation(functions.count, watched);
  const latencies: number[] = [];
  const lasts: number[] = [];
  for (let round = 0; round < FAN_OUT_ROUNDS; round++) {
    const sentAt = performance.now();
    let missing = SUBSCRIBERS;
    const reached = new Promise<void>((resolve) => {
      onUpdate = (count) => {
        if (count !== round + 2) return;
        latencies.push(performance.now() - sentAt);
        missing -= 1;
        if (missing === 0) resolve();
      };
    });
    await writer.mutation(functions.count, watched);
    await reached;
    lasts.push(performance.now() - sentAt);
  }
  await Promise.all([writer, ...clients].map((client) => client.close()));
  latencies.sort((a, b) => a - b);
  lasts.sort((a, b) => a - b);
  console.log(
    `From a mutation to ${SUBSCRIBERS} subscribers of one query (and this process parses them all).`,
  );
  printTable(
    ["p50 ms", "p99 ms", "last of them, median ms"],
    [[quantile(latencies, 0.5), quantile(latencies, 0.99), quantile(lasts, 0.5)].map(milliseconds)],
  );
}

const engine = await engineTarget();
await compare(engine);
await durableWrites(engine.engine.url);
await fanOut(engine.engine.url);
await engine.close();
