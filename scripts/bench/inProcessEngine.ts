/**
 * The engine's database and function runner in this process: no thread, no sockets. Functions are guarded as
 * in the product, except that nobody would cut them off.
 */
import { join } from "node:path";

import { bundleFunctions } from "../../src/embedded/functions/build/bundle.ts";
import {
  createFunctionRunner,
  type FunctionRunner,
} from "../../src/embedded/functions/functionRunner.ts";
import {
  createGuardMemory,
  StretchWatch,
  stretchGuard,
} from "../../src/embedded/functions/isolate/stretchGuard.ts";
import { openSigningKey } from "../../src/embedded/functions/signingKey.ts";
import { openFileStore } from "../../src/embedded/storage/fileStore.ts";
import type { Database } from "../../src/embedded/store/database.ts";
import { openDatabase } from "../../src/embedded/store/openDatabase.ts";
import { PROJECT_DIR } from "./benchProject.ts";

const guardMemory = createGuardMemory();
stretchGuard.share(guardMemory);
new StretchWatch(guardMemory).begin();

export type InProcessEngine = {
  readonly database: Database;
  readonly runner: FunctionRunner;
  close(): Promise<void>;
};

/** @param now the database's clock, in microseconds since the epoch */
export async function openInProcess(dataDir: string, now?: () => number): Promise<InProcessEngine> {
  const cloudUrl = "http://bench.invalid";
  const alive = setInterval(() => undefined, 1_000); // the guard's port keeps no process alive
  const database = openDatabase({
    path: join(dataDir, "convex.sqlite3"),
    ...(now === undefined ? {} : { now }),
  });
  const files = await openFileStore({ directory: join(dataDir, "storage"), database, cloudUrl });
  const runner = createFunctionRunner({
    ...{ database, files, cloudUrl, siteUrl: cloudUrl },
    environment: {},
    instanceName: "bench",
    signingKey: openSigningKey(null),
    log: () => undefined,
  });
  await runner.load(await bundleFunctions({ functionsDir: PROJECT_DIR }));
  return {
    database,
    runner,
    async close() {
      clearInterval(alive);
      await runner.close();
      await files.close();
      await database.close();
    },
  };
}
