/**
 * What stock clients do to the engine while it is measured. Each load connects, says `ready`, does the
 * measured part and returns what it saw; times in milliseconds.
 */
import { setTimeout as sleep } from "node:timers/promises";

import type { ConvexClient } from "convex/browser";

import { functions } from "./benchProject.ts";
import { stockClient } from "./stockClient.ts";

export type LoadContext = { url: string; ready: () => Promise<void> };

export const counterName = (i: number): string => `counter ${i}`;

/** Clients that each increment a random counter, wait for the answer, and do it again. */
async function writers(
  { url, ready }: LoadContext,
  { clients, counters, forMs }: { clients: number; counters: number; forMs: number },
): Promise<{ mutations: number; wallMs: number; latencies: number[] }> {
  const writing = Array.from({ length: clients }, () => stockClient(url));
  const write = (client: ConvexClient): Promise<number> =>
    client.mutation(functions.increment, { name: counterName(randomBelow(counters)) });
  for (let i = 0; i < WARM_UP_ROUNDS; i++) await Promise.all(writing.map(write));
  await ready();
  const latencies: number[] = [];
  const startedAt = performance.now();
  await Promise.all(
    writing.map(async (client) => {
      while (performance.now() - startedAt < forMs) {
        const sentAt = performance.now();
        await write(client);
        latencies.push(performance.now() - sentAt);
      }
    }),
  );
  return { mutations: latencies.length, wallMs: performance.now() - startedAt, latencies };
}

/**
 * Every counter watched by one subscription; mutations at a steady rate on random counters. A latency is
 * from the call of the mutation until the subscriber has its value.
 */
async function subscribers(
  { url, ready }: LoadContext,
  options: { clients: number; counters: number; writers: number; perSecond: number; forMs: number },
): Promise<{ mutations: number; updates: number; wallMs: number; latencies: number[] }> {
  const { counters, perSecond, forMs } = options;
  const watched = await watchEach(url, options.clients, counters);
  const writing = Array.from({ length: options.writers }, () => stockClient(url));
  await Promise.all(writing.map((client) => client.query(functions.counter, { name: "none" })));
  const latencies: number[] = [];
  let updates = 0;
  watched.onUpdate = (counter) => {
    updates += 1;
    const sentAt = watched.sentAt[counter]?.shift();
    if (sentAt !== undefined) latencies.push(performance.now() - sentAt);
  };
  await ready();
  const startedAt = performance.now();
  let mutations = 0;
  while (performance.now() - startedAt < forMs) {
    await sleep(1);
    const due = ((performance.now() - startedAt) / 1000) * perSecond;
    for (; mutations < due && mutations - latencies.length < counters / 2; mutations++) {
      const counter = freeCounter(watched.sentAt);
      watched.sentAt[counter]?.push(performance.now());
      const client = writing[mutations % writing.length];
      void client?.mutation(functions.increment, { name: counterName(counter) });
    }
  }
  const wallMs = performance.now() - startedAt;
  const waitUntil = performance.now() + 5_000;
  while (latencies.length < mutations && performance.now() < waitUntil) await sleep(5);
  return { mutations, updates, wallMs, latencies };
}

type Watched = { sentAt: number[][]; onUpdate: (counter: number) => void };

async function watchEach(url: string, clients: number, counters: number): Promise<Watched> {
  const watched: Watched = {
    sentAt: Array.from({ length: counters }, () => []),
    onUpdate: () => undefined,
  };
  const watching = Array.from({ length: clients }, () => stockClient(url));
  let missing = counters;
  await new Promise<void>((resolve) => {
    for (let i = 0; i < counters; i++) {
      let isFirst = true;
      watching[i % clients]?.onUpdate(functions.counter, { name: counterName(i) }, () => {
        if (!isFirst) watched.onUpdate(i);
        else if (--missing === 0) resolve();
        isFirst = false;
      });
    }
  });
  return watched;
}

/** One under way at a time on each, or it could not be told which update answers which mutation. */
function freeCounter(sentAt: readonly (readonly number[])[]): number {
  for (;;) {
    const counter = randomBelow(sentAt.length);
    if (sentAt[counter]?.length === 0) return counter;
  }
}

/** Many clients watch one counter that one client increments, each time when all have been told. */
async function audience(
  { url, ready }: LoadContext,
  { clients, rounds }: { clients: number; rounds: number },
): Promise<{ updates: number; wallMs: number; latencies: number[] }> {
  const name = counterName(0);
  const watching = Array.from({ length: clients }, () => stockClient(url));
  const writer = stockClient(url);
  let onUpdate: () => void = () => undefined;
  const everyone = (): Promise<void> =>
    new Promise((resolve) => {
      let missing = clients;
      onUpdate = () => {
        if (--missing === 0) resolve();
      };
    });
  const connected = everyone();
  for (const client of watching) {
    client.onUpdate(functions.counter, { name }, () => {
      onUpdate();
    });
  }
  await connected;
  await writer.query(functions.counter, { name: "none" });
  await ready();
  const latencies: number[] = [];
  const startedAt = performance.now();
  for (let round = 0; round < rounds; round++) {
    const sentAt = performance.now();
    const told = everyone();
    await writer.mutation(functions.increment, { name });
    await told;
    latencies.push(performance.now() - sentAt);
  }
  return { updates: clients * rounds, wallMs: performance.now() - startedAt, latencies };
}

/** One client that inserts documents, so many a mutation. */
async function inserts(
  { url, ready }: LoadContext,
  { documents, perMutation }: { documents: number; perMutation: number },
): Promise<{ mutations: number; wallMs: number }> {
  const client = stockClient(url);
  await client.query(functions.counter, { name: "none" });
  await ready();
  const startedAt = performance.now();
  let mutations = 0;
  for (let from = 0; from < documents; from += perMutation, mutations++) {
    await client.mutation(functions.insertMany, { from, count: perMutation });
  }
  return { mutations, wallMs: performance.now() - startedAt };
}

const WARM_UP_ROUNDS = 30;

function randomBelow(limit: number): number {
  return Math.floor(Math.random() * limit);
}

export const loads = { writers, subscribers, audience, inserts };
export type Loads = typeof loads;
export type LoadName = keyof Loads;
