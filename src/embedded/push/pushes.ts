/**
 * Pushes of code, step by step as the stock command line takes them: evaluate it, see whether the data
 * fits while indexes are built, and let it take the place of the old. What is refused at any step
 * changes nothing: the old code goes on.
 *
 * PU1 Code that was reported as deployed is what the next start without a functions folder runs.
 * PU2 One push at a time is prepared; a newer one takes the place of one that was not finished.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { EmbeddedConvexError } from "../embeddedConvexError.ts";
import type { BundledDefinition, FunctionBundle } from "../functions/build/bundle.ts";
import { BundleCache } from "../functions/build/bundleCache.ts";
import type { FunctionRunner } from "../functions/functionRunner.ts";
import type { LoadedCode } from "../functions/code/loadedCode.ts";
import { EMPTY_SCHEMA } from "../schema/schema.ts";
import type { Database } from "../store/database.ts";
import { SchemaMismatchError } from "../store/databaseError.ts";
import { bundlePushedCode } from "./bundlePushedCode.ts";
import { codeDiff, schemaDiffs, type CodeDiff } from "./codeDiff.ts";
import { describeCode } from "./describeCode.ts";
import { evaluateSchemas } from "./evaluateSchemas.ts";
import { keepPushedCode, type PushedCode } from "./pushedCode.ts";

export type PushesDeps = {
  runner: Pick<FunctionRunner, "evaluate" | "install" | "current">;
  database: Database;
  dataDir: string;
  /** The bundle runs now and is kept. */
  onPushed: (bundle: FunctionBundle) => void;
};

export type SchemaStatus =
  | {
      type: "inProgress";
      components: Record<
        string,
        { schemaValidationComplete: boolean; indexesComplete: number; indexesTotal: number }
      >;
    }
  | { type: "failed"; error: string; componentPath: string; tableName: string | null }
  | { type: "raceDetected" }
  | { type: "complete" };

/** A push that was started and not finished. */
type Pending = {
  readonly id: string;
  readonly pushed: PushedCode;
  readonly code: LoadedCode;
  readonly diff: CodeDiff;
  /** The data is being looked at; settles with how it went. */
  fitting?: Promise<SchemaStatus>;
  isInstalled: boolean;
};

/** The push is not (any more) under way. */
export class PushLostError extends Error {}

export class Pushes {
  readonly #deps: PushesDeps;
  readonly #bundles = new BundleCache<BundledDefinition>();
  #pending: Pending | null = null;
  /** Bundling uses one folder, and what is pending changes: one after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(deps: PushesDeps) {
    this.#deps = deps;
  }

  /** What a push would do to the data. @throws EmbeddedConvexError FUNCTIONS_INVALID */
  async evaluate(pushed: PushedCode) {
    const { code } = await this.#prepare(pushed);
    return evaluateSchemas(code, this.#deps.database);
  }

  /** @throws EmbeddedConvexError FUNCTIONS_INVALID */
  async start(pushed: PushedCode, serverVersion: string) {
    const { id, code } = await this.#prepare(pushed);
    return {
      environmentVariables: {}, // the command only compares them; secrets need not travel
      externalDepsId: null,
      componentDefinitionPackages: {},
      ...describeCode(code, serverVersion),
      schemaChange: {
        allocatedComponentIds: {},
        schemaIds: { push: id },
        indexDiffs: schemaDiffs(code, this.#deps.database),
      },
    };
  }

  /**
   * Whether the data fits, once that is known; or how far the engine has come after `timeoutMs`. When it
   * does, the code of the push runs, unless it is a dry run.
   * @throws PushLostError
   */
  async waitForSchema(
    id: string,
    { timeoutMs, isDryRun }: { timeoutMs: number; isDryRun: boolean },
  ): Promise<SchemaStatus> {
    const pending = this.#find(id);
    pending.fitting ??= isDryRun ? this.#check(pending) : this.#install(pending);
    let timer: NodeJS.Timeout | undefined;
    const later = new Promise<SchemaStatus>((resolve) => {
      timer = setTimeout(() => resolve(this.#progress()), timeoutMs);
    });
    try {
      return await Promise.race([pending.fitting, later]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Returns what has changed, once the code is kept. @throws PushLostError, STORAGE errors of the disk */
  async finish(id: string, isDryRun: boolean): Promise<CodeDiff> {
    const pending = this.#find(id);
    await pending.fitting;
    if (isDryRun) {
      this.#pending = null;
      await pending.code.nodeActions.close();
      return pending.diff;
    }
    if (!pending.isInstalled) throw new PushLostError("The push has not waited for the schema.");
    this.#pending = null;
    keepPushedCode(this.#deps.dataDir, pending.pushed);
    this.#deps.onPushed(this.#deps.runner.current().bundle);
    return pending.diff;
  }

  async close(): Promise<void> {
    await this.#queue;
    await this.#drop();
  }

  /** The pending push with that code, evaluated; made so if it is another one. */
  #prepare(pushed: PushedCode): Promise<Pending> {
    const prepared = this.#queue.then(async () => {
      const pending = this.#pending;
      const isPrepared = pending !== null && pending.fitting === undefined;
      if (isPrepared && isDeepStrictEqual(pending.pushed, pushed)) {
        return pending; // the command asks several things of one push
      }
      await this.#drop();
      const { runner, database, dataDir } = this.#deps;
      const bundle = await bundlePushedCode(pushed, join(dataDir, "push"), this.#bundles);
      const code = await runner.evaluate(bundle);
      const diff = codeDiff(runner.current(), code, database);
      return (this.#pending = { id: randomUUID(), pushed, code, diff, isInstalled: false });
    });
    this.#queue = prepared.catch(() => undefined); // told to whoever pushed
    return prepared;
  }

  async #drop(): Promise<void> {
    const dropped = this.#pending;
    this.#pending = null;
    await dropped?.fitting;
    if (dropped?.isInstalled === false) await dropped.code.nodeActions.close();
  }

  #find(id: string): Pending {
    if (this.#pending?.id === id) return this.#pending;
    throw new PushLostError("Another push has taken the place of this one.");
  }

  async #install(pending: Pending): Promise<SchemaStatus> {
    try {
      await this.#deps.runner.install(pending.code);
      pending.isInstalled = true;
      return { type: "complete" };
    } catch (error) {
      this.#pending = null; // the code is closed and cannot be tried again
      return failedStatus(error);
    }
  }

  async #check({ code }: Pending): Promise<SchemaStatus> {
    try {
      const { schemas } = code;
      await this.#deps.database.checkSchema(schemas.get("") ?? EMPTY_SCHEMA, schemas);
      return { type: "complete" };
    } catch (error) {
      return failedStatus(error);
    }
  }

  #progress(): SchemaStatus {
    const progress = this.#deps.database.schemaProgress();
    const components = Array.from(progress, ([path, { isChecked, indexesReady, indexesTotal }]) => {
      const told = {
        schemaValidationComplete: isChecked,
        indexesComplete: indexesReady,
        indexesTotal,
      };
      return [path, told] as const;
    });
    return { type: "inProgress", components: Object.fromEntries(components) };
  }
}

function failedStatus(error: unknown): SchemaStatus {
  if (error instanceof SchemaMismatchError) {
    const { message, component: componentPath, table: tableName } = error;
    return { type: "failed", error: message, componentPath, tableName };
  }
  if (error instanceof EmbeddedConvexError) {
    return { type: "failed", error: error.message, componentPath: "", tableName: null };
  }
  throw error;
}
