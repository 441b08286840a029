/**
 * The front door of Embedded Convex: serves a folder of Convex functions to stock Convex clients, from
 * one data folder, on two ports. The engine runs on a thread of its own; here is only what starts,
 * watches over and stops it.
 */
import type { EngineLog } from "./engineLog.ts";
import { join } from "node:path";

import { bundleFunctions, type FunctionBundle } from "./functions/build/bundle.ts";
import { httpAddress } from "./http/address.ts";
import { bundlePushedCode } from "./push/bundlePushedCode.ts";
import { readPushedCode } from "./push/pushedCode.ts";
import { openDataFolder, type DataFolder } from "./worker/dataFolder.ts";
import { EngineSupervisor, type SupervisorEvent } from "./worker/engineSupervisor.ts";
import { EngineThread } from "./worker/engineThread.ts";
import { FunctionsWatcher } from "./worker/functionsWatcher.ts";
import type { EngineStats } from "./worker/workerMessages.ts";

export interface EmbeddedConvexOptions {
  /**
   * The folder that holds the functions; it may lie in any project. Without one, the code is what was last
   * pushed; with one, a push is run until the next start or change of the folder.
   */
  functionsDir?: string;
  /** Where documents and files are kept, or `:memory:` for a temporary folder. One engine at a time. */
  dataDir: string;
  /** The interface to listen on. Default 127.0.0.1. */
  host?: string;
  /** Clients connect here. Default 0: a free port. */
  port?: number;
  /** HTTP actions are served here. Default 0: a free port. */
  sitePort?: number;
  /** The addresses that functions and browsers see, where they differ from those of the ports. */
  cloudOrigin?: string;
  siteOrigin?: string;
  /** Default: made at first start and kept in the data folder. */
  adminKey?: string;
  instanceName?: string;
  /** How much of the database is kept in memory, in MiB. Default 64. */
  cacheMb?: number;
  /** `process.env` of the functions. */
  environment?: Record<string, string>;
  /** Keep errors and log lines of functions from clients, as production deployments do. Default false. */
  redactsErrors?: boolean;
  /** Load code anew when it changes. */
  watch?: boolean;
  log?: (event: EngineLog) => void;
}

export interface EmbeddedConvex {
  readonly url: string;
  readonly siteUrl: string;
  readonly adminKey: string;
  /** Where the key is kept, and whether this start made it; null for a key that was given. */
  readonly adminKeyFile: { readonly path: string; readonly isNew: boolean } | null;
  /** Changes `process.env` of the functions; `undefined` removes a variable. Functions are loaded anew. */
  setEnvironment(changes: Record<string, string | undefined>): Promise<void>;
  stats(): Promise<EngineStats>;
  /** Ends running work, frees ports and data folder. Safe to call twice. */
  close(): Promise<void>;
}

const DEFAULTS = {
  host: "127.0.0.1",
  port: 0,
  sitePort: 0,
  cloudOrigin: null,
  siteOrigin: null,
  instanceName: "embedded-convex",
  cacheMb: 64,
  environment: {},
  redactsErrors: false,
  watch: false,
  log: discard,
};

/**
 * Resolves when clients can connect.
 * @throws EmbeddedConvexError PORT_TAKEN, DATA_DIR_LOCKED, DATA_DIR_UNUSABLE, FUNCTIONS_INVALID,
 *   SCHEMA_MISMATCH, each naming what is at fault
 */
export async function startEmbeddedConvex(options: EmbeddedConvexOptions): Promise<EmbeddedConvex> {
  const settings = { ...DEFAULTS, ...options };
  const { host, cloudOrigin, siteOrigin, instanceName, log } = settings;
  const own = await bundleOwn(options);
  const folder = openDataFolder(options.dataDir);
  const bundle = own ?? (await bundleLastPush(folder).catch(releasing(folder)));
  const { adminKey, adminKeyFile } = operatorKey(options.adminKey, folder, instanceName);
  const supervisor = new EngineSupervisor(
    {
      ...{ bundle, host, cloudOrigin, siteOrigin, instanceName, adminKey },
      port: settings.port,
      sitePort: settings.sitePort,
      cacheMb: settings.cacheMb,
      dataDir: folder.path,
      environment: settings.environment,
      redactsErrors: settings.redactsErrors,
    },
    {
      startThread: (workerData, events) => new EngineThread(workerData, events),
      onEvent: (event) => {
        for (const entry of asEngineLogs(event, own === null)) log(entry);
      },
      now: Date.now,
    },
  );
  const ports = await supervisor.start().catch(async (error: unknown) => {
    await supervisor.close();
    folder.release();
    throw error;
  });
  const load = supervisor.load.bind(supervisor);
  const isWatched = settings.watch && own !== null;
  const watcher = isWatched ? new FunctionsWatcher({ bundle: own, load, log }) : null;
  await watcher?.ready();
  let closing: Promise<void> | undefined;
  return {
    url: cloudOrigin ?? httpAddress(host, ports.port),
    siteUrl: siteOrigin ?? httpAddress(host, ports.sitePort),
    adminKey,
    adminKeyFile,
    setEnvironment: (changes) => supervisor.setEnvironment(changes),
    stats: () => supervisor.stats(),
    close() {
      closing ??= (async () => {
        await watcher?.close();
        await supervisor.close();
        folder.release();
      })();
      return closing;
    },
  };
}

function discard(_event: EngineLog): void {
  // An embedder that gives no log wants none.
}

async function bundleOwn({ functionsDir }: EmbeddedConvexOptions): Promise<FunctionBundle | null> {
  return functionsDir === undefined ? null : await bundleFunctions({ functionsDir });
}

async function bundleLastPush(folder: DataFolder): Promise<FunctionBundle | null> {
  const pushed = readPushedCode(folder.path);
  return pushed && (await bundlePushedCode(pushed, join(folder.path, "push")));
}

type OperatorKey = Pick<EmbeddedConvex, "adminKey" | "adminKeyFile">;

function operatorKey(given: string | undefined, folder: DataFolder, name: string): OperatorKey {
  if (given !== undefined) return { adminKey: given, adminKeyFile: null };
  const { key, file, isNew } = folder.adminKey(name);
  return { adminKey: key, adminKeyFile: { path: file, isNew } };
}

function releasing(folder: DataFolder): (error: unknown) => never {
  return (error) => {
    folder.release();
    throw error;
  };
}

/** @param isForGood whether pushed code is what the next start runs */
function asEngineLogs(event: SupervisorEvent, isForGood: boolean): EngineLog[] {
  switch (event.type) {
    case "pushed":
      return [{ ...event, isForGood }];
    case "functionLogs":
      return event.events.map((one) => ({ type: "function", event: one }));
    case "engineError":
      return [event];
    case "restarted":
      return [
        {
          type: "restarted",
          reason: event.reason,
          functionPath: event.culprit?.path ?? null,
        },
      ];
  }
}
