/**
 * A function runtime of the embedded engine for tests: a fixture project (or files given as text) on a
 * database in memory or in a folder, with short ways to call. Everything is closed with the test.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { bundleFunctions } from "../../src/embedded/functions/build/bundle.ts";
import type { FunctionBundle } from "../../src/embedded/functions/build/bundle.ts";
import type {
  ActionOutcome,
  MutationOutcome,
  QueryOutcome,
  RunningCall,
} from "../../src/embedded/functions/functionCall.ts";
import type { FunctionLog } from "../../src/embedded/functions/logs/functionLog.ts";
import { createFunctionRunner } from "../../src/embedded/functions/functionRunner.ts";
import type { FunctionRunner } from "../../src/embedded/functions/functionRunner.ts";
import type { Identity } from "../../src/embedded/functions/identity.ts";
import { openSigningKey } from "../../src/embedded/functions/signingKey.ts";
import { openFileStore } from "../../src/embedded/storage/fileStore.ts";
import type { FileStore } from "../../src/embedded/storage/fileStore.ts";
import { openDatabase } from "../../src/embedded/store/openDatabase.ts";
import type { Database } from "../../src/embedded/store/database.ts";
import type { JSONValue } from "../../src/embedded/values/jsonValue.ts";

export const CLOUD_URL = "http://cloud.test";
export const SITE_URL = "http://site.test";
export const ADMIN: Identity = { kind: "admin" };

const FIXTURES = fileURLToPath(new URL("../fixtures/convex-projects/", import.meta.url));

export interface TestRuntime {
  readonly runner: FunctionRunner;
  readonly database: Database;
  readonly files: FileStore;
  readonly log: FunctionLog[];
  readonly entered: RunningCall[];
  readonly query: (path: string, args?: JSONValue, identity?: Identity) => Promise<QueryOutcome>;
  readonly mutation: (
    path: string,
    args?: JSONValue,
    identity?: Identity,
  ) => Promise<MutationOutcome>;
  readonly action: (path: string, args?: JSONValue, identity?: Identity) => Promise<ActionOutcome>;
  readonly close: () => Promise<void>;
}

export interface TestRuntimeOptions {
  readonly bundle?: FunctionBundle;
  /** For a deployment that is opened again. */
  readonly dataDir?: string;
  readonly now?: () => number;
  readonly environment?: Record<string, string>;
  readonly redactsErrors?: boolean;
  /** Without: the test that opens it. */
  readonly closedBy?: "caller";
  /** Changes the database on its way to the runtime. */
  readonly wrapDatabase?: (database: Database) => Database;
}

const bundles = new Map<string, Promise<FunctionBundle>>();

/** The folder of the functions of a fixture. */
export function projectFolder(project: string): string {
  return path.join(FIXTURES, project, "convex");
}

/** The bundle of a fixture, built once per test file. */
export function fixtureBundle(project = "chat"): Promise<FunctionBundle> {
  const bundle = bundles.get(project) ?? bundleFunctions({ functionsDir: projectFolder(project) });
  bundles.set(project, bundle);
  return bundle;
}

/** A folder with the files, in this repository so that packages are found; removed with the test. */
export async function writeProject(files: Readonly<Record<string, string>>): Promise<string> {
  const parent = path.join(FIXTURES, ".written");
  await mkdir(parent, { recursive: true });
  const project = await mkdtemp(path.join(parent, "project-"));
  onTestFinished(() => rm(project, { recursive: true, force: true }));
  await writeFile(path.join(project, "package.json"), '{ "type": "module" }');
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(project, "convex", name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return path.join(project, "convex");
}

/** An empty folder outside the repository; removed with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "embedded-convex-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function openTestRuntime(options: TestRuntimeOptions = {}): Promise<TestRuntime> {
  const { dataDir, wrapDatabase = (same: Database) => same } = options;
  const real = openDatabase({
    path: dataDir === undefined ? ":memory:" : path.join(dataDir, "convex.sqlite3"),
  });
  const database = wrapDatabase(real);
  const files = await openFileStore({
    directory: dataDir === undefined ? null : path.join(dataDir, "storage"),
    database: real,
    cloudUrl: CLOUD_URL,
    ...(options.now && { now: options.now }),
  });
  const log: FunctionLog[] = [];
  const entered: RunningCall[] = [];
  const runner = createFunctionRunner({
    database,
    files,
    environment: options.environment ?? {},
    redactsErrors: options.redactsErrors ?? false,
    cloudUrl: CLOUD_URL,
    siteUrl: SITE_URL,
    instanceName: "test",
    signingKey: openSigningKey(null),
    log: (event) => log.push(event),
    onEnter: (call) => entered.push(call),
    ...(options.now && { now: options.now }),
  });
  let isClosed = false;
  async function close(): Promise<void> {
    if (isClosed) return;
    isClosed = true;
    await runner.close(0);
    await files.close();
    await real.close();
  }
  if (options.closedBy === undefined) onTestFinished(close);
  await runner.load(options.bundle ?? (await fixtureBundle()));
  const none: Identity = { kind: "none" };
  return {
    runner,
    database,
    files,
    log,
    entered,
    query: (path, args = {}, identity = none) => runner.runQuery({ path, args: [args], identity }),
    mutation: (path, args = {}, identity = none) =>
      runner.runMutation({ path, args: [args], identity }),
    action: (path, args = {}, identity = none) =>
      runner.runAction({ path, args: [args], identity }),
    close,
  };
}

/** The value of a call that must have succeeded. */
export function valueOf(outcome: QueryOutcome | MutationOutcome | ActionOutcome): JSONValue {
  if (!outcome.ok) throw new Error(outcome.errorMessage);
  return outcome.value;
}

/** The message of a call that must have failed. */
export function errorOf(outcome: QueryOutcome | MutationOutcome | ActionOutcome): string {
  if (outcome.ok) throw new Error(`succeeded: ${JSON.stringify(outcome.value)}`);
  return outcome.errorMessage;
}
