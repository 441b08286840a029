/**
 * One engine: database, files, functions, scheduler and servers, joined. Composition only; every rule lives
 * in the parts. Runs wherever it is opened; that this is a thread of its own is the supervisor's idea.
 */
import { join } from "node:path";

import { EnvironmentVariables } from "../admin/environmentVariables.ts";
import { FunctionLogHistory } from "../admin/functionLogHistory.ts";
import { withSystemQueries } from "../admin/systemQueries.ts";
import { toolQueries } from "../admin/toolQueries.ts";
import { currentVerifier } from "../auth/currentVerifier.ts";
import { NO_FUNCTIONS, type FunctionBundle } from "../functions/build/bundle.ts";
import type { RunningCall } from "../functions/functionCall.ts";
import type { FunctionLog } from "../functions/logs/functionLog.ts";
import { createFunctionRunner, type FunctionRunner } from "../functions/functionRunner.ts";
import { openSigningKey, type SigningKey } from "../functions/signingKey.ts";
import { httpAddress } from "../http/address.ts";
import { mainApp, siteApp } from "../http/engineApps.ts";
import { openHttpServer, type HttpServer } from "../http/httpServer.ts";
import { Pushes } from "../push/pushes.ts";
import { startScheduler, type Scheduler } from "../scheduler/scheduler.ts";
import { Exports } from "../snapshots/exports.ts";
import { Imports } from "../snapshots/imports.ts";
import { openFileStore, type FileStore } from "../storage/fileStore.ts";
import type { Database } from "../store/database.ts";
import { openDatabase } from "../store/openDatabase.ts";
import { LiveQueries } from "../sync/liveQueries.ts";
import { SyncServer } from "../sync/syncServer.ts";
import { refusingBlamed } from "./blame.ts";
import type { EngineStats, EngineWorkerData } from "./workerMessages.ts";

/** How long answers and actions under way may take when the engine closes. */
const DRAIN_MS = 3_000;

export type EngineOptions = Omit<EngineWorkerData, "heartbeat" | "stretch"> & {
  log: (event: FunctionLog) => void;
  /** A function is about to get the thread. */
  onEnter: (call: RunningCall) => void;
  /** Code was pushed and runs now. */
  onPushed: (bundle: FunctionBundle) => void;
  /** Faults of the engine itself. */
  onError: (error: unknown) => void;
};

export type Engine = {
  readonly port: number;
  readonly sitePort: number;
  /** @throws EmbeddedConvexError FUNCTIONS_INVALID, SchemaMismatchError; the old code goes on */
  load(bundle: FunctionBundle): Promise<void>;
  setEnvironment(changes: Record<string, string | undefined>): Promise<void>;
  stats(): EngineStats;
  close(): Promise<void>;
};

/** Resolves when clients can connect. @throws EmbeddedConvexError, SchemaMismatchError */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { dataDir, host, instanceName, onEnter, onError } = options;
  // Ports first: functions and files need to know their own addresses.
  const main = await openHttpServer(host, options.port);
  const site = await openHttpServer(host, options.sitePort);
  const cloudUrl = options.cloudOrigin ?? httpAddress(host, main.port);
  const siteUrl = options.siteOrigin ?? httpAddress(host, site.port);

  const database = openDatabase({
    path: join(dataDir, "convex.sqlite3"),
    cacheBytes: options.cacheMb * 2 ** 20,
  });
  const signingKey = openSigningKey(join(dataDir, "signing-key.pem"));
  const files = await openFileStore({ directory: join(dataDir, "storage"), database, cloudUrl });
  const logHistory = new FunctionLogHistory(Date.now());
  const log = (event: FunctionLog): void => {
    logHistory.add(event);
    options.log(event);
  };
  const variables: EnvironmentVariables = new EnvironmentVariables(options.environment, {
    database,
    apply: (changes) => runner.environment.set(changes),
  });
  const environment = Object.fromEntries(variables.list());
  const runner = createFunctionRunner({
    ...{ database, files, environment, cloudUrl, siteUrl, instanceName, signingKey, log, onEnter },
    redactsErrors: options.redactsErrors,
  });
  await runner.load(options.bundle ?? NO_FUNCTIONS);
  const guarded = { ...runner, ...refusingBlamed(runner, options.blames, Date.now) };
  const tools = toolQueries({ database, runner, variables, cloudUrl, siteUrl });
  const runQuery = withSystemQueries(guarded.runQuery, database, tools);
  const snapshots = { database, files, onError };
  const exports = await Exports.open({ ...snapshots, directory: join(dataDir, "exports") });
  const imports = await Imports.open({ ...snapshots, directory: join(dataDir, "imports") });
  const { onPushed } = options;
  const pushes = new Pushes({ runner, database, dataDir, onPushed });
  const parts: Parts = {
    ...{ database, files, signingKey, variables, logHistory, cloudUrl, siteUrl, main, site },
    ...{ exports, imports, pushes },
    runner: { ...guarded, runQuery },
  };
  const { sync, live } = serve(options, parts);
  const scheduler = await startScheduler({ database, runner: guarded, onError });

  return {
    port: main.port,
    sitePort: site.port,
    load: (bundle) => runner.load(bundle),
    setEnvironment: (changes) => variables.changeGiven(changes),
    stats: () => statsOf(database, sync, live),
    close: () => close(parts, sync, scheduler),
  };
}

function statsOf(database: Database, sync: SyncServer, live: LiveQueries): EngineStats {
  const { subscriptions, queries: liveQueries } = live.stats();
  return {
    sockets: sync.socketCount,
    subscriptions,
    liveQueries,
    latestTs: database.latestTs(),
    flushedGroups: database.flushedGroups(),
    heapUsedBytes: process.memoryUsage().heapUsed,
  };
}

type Parts = {
  database: Database;
  files: FileStore;
  runner: FunctionRunner;
  signingKey: SigningKey;
  variables: EnvironmentVariables;
  logHistory: FunctionLogHistory;
  exports: Exports;
  imports: Imports;
  pushes: Pushes;
  cloudUrl: string;
  siteUrl: string;
  main: HttpServer;
  site: HttpServer;
};

/** Opens the doors: from here on requests and sockets are answered. */
function serve(options: EngineOptions, parts: Parts): { sync: SyncServer; live: LiveQueries } {
  const { adminKey, instanceName, onError } = options;
  const { database, runner, main, site } = parts;
  const auth = { adminKey, verifyToken: currentVerifier(runner, Date.now) };
  const live = new LiveQueries({
    runQuery: (call) => runner.runQuery(call),
    latestTs: () => database.latestTs(),
    onCommit: (listener) => database.onCommit(listener),
    onLoad: (listener) => {
      runner.onLoad(listener);
      database.onTablesReplaced(listener);
    },
  });
  const sync = new SyncServer({ live, runner, auth, now: Date.now, onError });
  const apps = {
    ...parts,
    ...{ auth, adminKey, instanceName, onError },
    latestTs: () => database.latestTs(),
  };
  sync.attach(main.server);
  main.serve(mainApp(apps));
  site.serve(siteApp(apps));
  return { sync, live };
}

async function close(parts: Parts, sync: SyncServer, scheduler: Scheduler): Promise<void> {
  const { main, site, runner, files, database } = parts;
  sync.close();
  parts.logHistory.close();
  await Promise.all([parts.exports.close(), parts.imports.close(), parts.pushes.close()]);
  const drained = Promise.all([main.close(), site.close()]);
  const giveUp = setTimeout(() => {
    for (const server of [main, site]) server.terminate();
    sync.terminate();
  }, DRAIN_MS);
  await Promise.all([scheduler.close(), runner.close(DRAIN_MS), drained]);
  clearTimeout(giveUp);
  await files.close();
  await database.close();
}
