/** A sync server over `FakeFunctions`, on a real port, for tests of what is said on sockets. Ended with the test. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { onTestFinished } from "vitest";

import { InvalidTokenError, type TokenVerifier } from "../../src/embedded/auth/verifyToken.ts";
import { LiveQueries } from "../../src/embedded/sync/liveQueries.ts";
import type { MemoryBudget } from "../../src/embedded/sync/memoryBudget.ts";
import { SyncServer } from "../../src/embedded/sync/syncServer.ts";
import { FakeFunctions } from "./fakeFunctions.ts";

/** What a test may hold in its own hands. */
type Settings = {
  /** Refuses every token unless given. */
  verifyToken: TokenVerifier;
  /** Milliseconds since the epoch. */
  now: () => number;
  budget: MemoryBudget;
};

export type FakeSyncEngine = {
  readonly functions: FakeFunctions;
  readonly live: LiveQueries;
  readonly sync: SyncServer;
  readonly address: string;
  /** Faults that it reported as its own. */
  readonly errors: unknown[];
};

export async function startFakeSyncEngine(
  settings: Partial<Settings> = {},
): Promise<FakeSyncEngine> {
  const { verifyToken = refuseToken, now = Date.now, budget } = settings;
  const functions = new FakeFunctions();
  const live = new LiveQueries(functions);
  const errors: unknown[] = [];
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const sync = new SyncServer({
    ...{ live, runner: functions, onError: (error) => errors.push(error) },
    auth: { adminKey: "name|secret", verifyToken },
    ...(budget === undefined ? {} : { budget }),
    now,
  });
  sync.attach(http);
  onTestFinished(() => {
    sync.close();
    sync.terminate();
    http.close();
  });
  const address = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return { functions, live, sync, address, errors };
}

function refuseToken(): Promise<never> {
  return Promise.reject(new InvalidTokenError("no tokens here"));
}
