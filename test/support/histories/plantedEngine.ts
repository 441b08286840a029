/**
 * An engine on this thread, composed of the product's parts, between which a test may plant a bug: each
 * plant wraps one part and leaves the others as they are. Without a plant it is the engine.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { currentVerifier } from "../../../src/embedded/auth/currentVerifier.ts";
import type { TokenVerifier } from "../../../src/embedded/auth/verifyToken.ts";
import type { FunctionBundle } from "../../../src/embedded/functions/build/bundle.ts";
import {
  createFunctionRunner,
  type FunctionRunner,
} from "../../../src/embedded/functions/functionRunner.ts";
import { openSigningKey } from "../../../src/embedded/functions/signingKey.ts";
import { functionApi } from "../../../src/embedded/http/functionApi.ts";
import { openHttpServer } from "../../../src/embedded/http/httpServer.ts";
import { openFileStore } from "../../../src/embedded/storage/fileStore.ts";
import type { Database } from "../../../src/embedded/store/database.ts";
import { openDatabase } from "../../../src/embedded/store/openDatabase.ts";
import { LiveQueries, type LiveQueriesDeps } from "../../../src/embedded/sync/liveQueries.ts";
import { SyncServer } from "../../../src/embedded/sync/syncServer.ts";

export type Plant = {
  database?: (database: Database) => Database;
  runner?: (runner: FunctionRunner, database: Database) => FunctionRunner;
  live?: (deps: LiveQueriesDeps) => LiveQueriesDeps;
  subscribe?: (subscribe: LiveQueries["subscribe"]) => LiveQueries["subscribe"];
  verifyToken?: (verify: TokenVerifier) => TokenVerifier;
};

export type PlantedEngine = {
  readonly port: number;
  readonly url: string;
  /** Faults that the engine reported. */
  readonly errors: unknown[];
  close(): Promise<void>;
};

/** @param environment variables of the functions */
export async function startPlantedEngine(
  bundle: FunctionBundle,
  environment: Readonly<Record<string, string>>,
  plant: Plant = {},
): Promise<PlantedEngine> {
  const http = await openHttpServer("127.0.0.1", 0);
  const url = `http://127.0.0.1:${http.port}`;
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const directory = mkdtempSync(join(tmpdir(), "planted-engine-"));
  const ownDatabase = openDatabase({ path: ":memory:" });
  const database = plant.database?.(ownDatabase) ?? ownDatabase;
  const signingKey = openSigningKey(join(directory, "signing-key.pem"));
  const files = await openFileStore({
    directory: join(directory, "files"),
    database: ownDatabase,
    cloudUrl: url,
  });
  const ownRunner = createFunctionRunner({
    ...{ database, files, environment, cloudUrl: url, siteUrl: url, signingKey },
    ...{ instanceName: "planted", log: () => undefined },
  });
  await ownRunner.load(bundle);
  const runner = plant.runner?.(ownRunner, database) ?? ownRunner;
  const liveDeps: LiveQueriesDeps = {
    runQuery: (call) => runner.runQuery(call),
    latestTs: () => database.latestTs(),
    onCommit: (listener) => database.onCommit(listener),
    onLoad: (listener) => runner.onLoad(listener),
  };
  const live = new LiveQueries(plant.live?.(liveDeps) ?? liveDeps);
  if (plant.subscribe !== undefined) live.subscribe = plant.subscribe(live.subscribe.bind(live));
  const verify = currentVerifier(runner, Date.now);
  const auth = { adminKey: "planted|key", verifyToken: plant.verifyToken?.(verify) ?? verify };
  const sync = new SyncServer({ live, runner, auth, now: Date.now, onError });
  sync.attach(http.server);
  http.serve(functionApi({ runner, auth, latestTs: () => database.latestTs() }));
  return {
    ...{ port: http.port, url, errors },
    async close() {
      sync.close();
      sync.terminate();
      http.terminate();
      await Promise.all([runner.close(), http.close()]);
      await files.close();
      await database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
