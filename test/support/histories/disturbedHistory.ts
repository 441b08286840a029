/** A short history of one engine on this thread, whose clients' cables keep breaking. */
import * as prng from "lib0/prng";

import type { History } from "./history.ts";
import { startFaultyProxy } from "./faultyProxy.ts";
import { runHistory } from "./runHistory.ts";
import type { TokenIssuer } from "./tokenIssuer.ts";

export type DisturbedHistory = { history: History; cuts: number };

export type Disturbance = {
  issuer: TokenIssuer;
  seed: number;
  clients: number;
  operationsPerLane: number;
  cutRate: number;
  /** Clients that are still at work after so long are disturbed no more. */
  disturbedMs: number;
  /** How long they and their live queries may take from then on. */
  patienceMs: number;
};

const LANES = 6;

export async function disturbedHistory(
  engine: { port: number; url: string },
  { issuer, seed, clients, operationsPerLane, cutRate, disturbedMs, patienceMs }: Disturbance,
): Promise<DisturbedHistory> {
  const proxies = await Promise.all(
    Array.from({ length: clients }, (_, i) =>
      startFaultyProxy(
        () => Promise.resolve(engine.port),
        prng.create(seed * 1000 + 500 + i),
        cutRate,
      ),
    ),
  );
  const { promise: disturbed, resolve: endDisturbance } = Promise.withResolvers<undefined>();
  const timer = setTimeout(endDisturbance, disturbedMs, undefined);
  const history = await runHistory({
    ...{ issuer, seed, clients, operationsPerLane, lanes: LANES, patienceMs, disturbed },
    addressOf: (client) => proxies[client]?.address ?? engine.url,
    engineAddress: () => engine.url,
    reconnectsAtOnce: true,
    heal() {
      for (const proxy of proxies) proxy.heal();
      return Promise.resolve(engine.url);
    },
  });
  clearTimeout(timer);
  const cuts = proxies.reduce((sum, proxy) => sum + proxy.cuts(), 0);
  for (const proxy of proxies) proxy.close();
  return { history, cuts };
}
