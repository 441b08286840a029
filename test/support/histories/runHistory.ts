/**
 * Lets clients work at random on one engine, waits until all is quiet, and returns what they saw. Whoever
 * calls it disturbs them meanwhile.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { ConvexHttpClient } from "convex/browser";
import * as prng from "lib0/prng";

import { api } from "../../fixtures/convex-projects/histories/convex/_generated/api.js";
import type { History, LiveResult, Operation } from "./history.ts";
import { HistoryClient } from "./historyClient.ts";
import { Recorder } from "./recorder.ts";
import type { TokenIssuer } from "./tokenIssuer.ts";
import { ACCOUNTS, OPENING_BALANCE, TOTAL, Workload } from "./workload.ts";

export type HistoryOptions = {
  seed: number;
  /** Signs in the users of every other client; the others stay nobody. */
  issuer: TokenIssuer;
  clients: number;
  /** How many things each client does at a time. */
  lanes: number;
  operationsPerLane: number;
  /** Where the sockets of a client go. */
  addressOf: (client: number) => string;
  engineAddress: () => string | null;
  reconnectsAtOnce: boolean;
  /** Called when all is set up: from now on the clients may be disturbed. */
  onStarted?: () => void;
  /** Resolves when clients that still wait should be disturbed no more. */
  disturbed: Promise<unknown>;
  /** Ends all disturbance; the engine is up when it resolves. */
  heal: () => Promise<string>;
  /** How long clients may take to finish once all disturbance has ended, and live queries after that. */
  patienceMs: number;
};

const POLL_MS = 20;

export async function runHistory(options: HistoryOptions): Promise<History> {
  const { seed, lanes, operationsPerLane, patienceMs } = options;
  const { addressOf, engineAddress, reconnectsAtOnce } = options;
  const recorder = new Recorder();
  const workload = new Workload(String(seed));
  const opening = new ConvexHttpClient(engineAddress() ?? "", { logger: false });
  await opening.mutation(api.accounts.open, { names: ACCOUNTS, balance: OPENING_BALANCE });
  const clients = Array.from({ length: options.clients }, (_, i) => {
    return new HistoryClient({
      ...{ name: `client ${i}`, address: addressOf(i), engineAddress, reconnectsAtOnce },
      ...{ random: prng.create(seed * 1000 + i), workload, recorder },
      ...{ issuer: options.issuer, signsIn: i % 2 === 1 },
    });
  });
  const work = clients.flatMap((client) =>
    Array.from({ length: lanes }, () => client.work(operationsPerLane)),
  );
  options.onStarted?.();
  const allWork = Promise.all(work);
  await Promise.race([allWork, options.disturbed]);
  const address = await options.heal();
  await Promise.race([allWork, sleep(patienceMs, undefined, { ref: false })]);
  await Promise.all(clients.map((client) => client.settle(address)));
  const live = await whenQuiet(clients, patienceMs);
  const fresh = new ConvexHttpClient(address, { logger: false });
  const final = await lastLook(fresh, workload.allLists, recorder);
  const shown = clients.flatMap((client) => client.shown);
  await Promise.all(clients.map((client) => client.close()));
  const { operations, recognized } = recorder;
  return { operations: operations.slice(0, -1), final, total: TOTAL, shown, live, recognized };
}

/** What all clients hold and what is true: as soon as they agree, or when patience ends. */
async function whenQuiet(
  clients: readonly HistoryClient[],
  patienceMs: number,
): Promise<LiveResult[]> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const results = (await Promise.all(clients.map((client) => client.liveResults()))).flat();
    const isQuiet = results.every(({ live, fresh }) => live === fresh);
    if (isQuiet || performance.now() > giveUpAt) return results;
    await sleep(POLL_MS);
  }
}

async function lastLook(
  fresh: ConvexHttpClient,
  lists: readonly string[],
  recorder: Recorder,
): Promise<Operation> {
  const operation = recorder.begin("query", "the last look", []);
  const { lists: values, total } = await fresh.query(api.lists.readAll, { lists: [...lists] });
  const events = lists.map((list, i) => ({ kind: "read" as const, list, values: values[i] ?? [] }));
  recorder.end(operation, "ok", { events, total });
  return operation;
}
