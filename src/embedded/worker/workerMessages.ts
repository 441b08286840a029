/** What the supervisor and the engine's thread say to each other. Everything here can be cloned. */
import type { EmbeddedConvexErrorCode } from "../embeddedConvexError.ts";
import type { Excess } from "../functions/isolate/excess.ts";
import type { FunctionBundle } from "../functions/build/bundle.ts";
import type { FunctionLog } from "../functions/logs/functionLog.ts";
import type { BlamedCall } from "./blame.ts";

/** What a thread is started with. */
export type EngineWorkerData = {
  /** null: nothing but what is pushed. */
  bundle: FunctionBundle | null;
  dataDir: string;
  host: string;
  port: number;
  sitePort: number;
  cloudOrigin: string | null;
  siteOrigin: string | null;
  instanceName: string;
  /** How much of the database is kept in memory, in MiB. */
  cacheMb: number;
  adminKey: string;
  environment: Record<string, string>;
  redactsErrors: boolean;
  heartbeat: SharedArrayBuffer;
  /** Where the thread notes what may have to be cut off. */
  stretch: SharedArrayBuffer;
  /** Calls that made an earlier thread hang. */
  blames: BlamedCall[];
};

export type EngineStats = {
  /** Open sync sockets. */
  sockets: number;
  /** What clients watch, and how many distinct queries that is. */
  subscriptions: number;
  liveQueries: number;
  /** The last commit that is on disk; microseconds since the epoch. */
  latestTs: number;
  /** Groups of commits, one fsync each, that this thread has flushed. */
  flushedGroups: number;
  heapUsedBytes: number;
};

/** Requests to the thread, by name: what they take and what they give back. */
export type EngineRequests = {
  load: { takes: FunctionBundle; gives: null };
  setEnvironment: { takes: Record<string, string | undefined>; gives: null };
  stats: { takes: null; gives: EngineStats };
  /** What ran has been cut off: the thread is to go on. */
  recover: { takes: Excess; gives: null };
  close: { takes: null; gives: null };
};

export type RequestName = keyof EngineRequests;

export type ToWorker = {
  [Name in RequestName]: { id: number; name: Name; body: EngineRequests[Name]["takes"] };
}[RequestName];

/** An error as it crosses between threads, where classes are lost. */
export type WireError = { code: EmbeddedConvexErrorCode; message: string };

export type FromWorker =
  | { type: "ready"; port: number; sitePort: number }
  | { type: "failed"; error: WireError }
  | { type: "reply"; id: number; ok: true; body: unknown }
  | { type: "reply"; id: number; ok: false; error: WireError }
  | { type: "functionLogs"; events: FunctionLog[] }
  /** Pushed code runs: a successor of the thread must run it too. */
  | { type: "pushed"; bundle: FunctionBundle }
  | { type: "engineError"; message: string };
