/**
 * Loads a changed functions folder while the engine runs. Broken code is reported and changes nothing: what
 * ran before goes on. Type errors are reported too, but do not keep code from running.
 */
import { relative, sep } from "node:path";

import { watch, type FSWatcher } from "chokidar";

import { EmbeddedConvexError } from "../embeddedConvexError.ts";
import type { EngineLog } from "../engineLog.ts";
import {
  bundleFunctions,
  type BundledDefinition,
  type FunctionBundle,
} from "../functions/build/bundle.ts";
import { BundleCache } from "../functions/build/bundleCache.ts";
import { startTypeCheck, type TypeCheck } from "./typeCheck.ts";

/** Editors write several files in a row; one reload for all of them is enough. */
const QUIET_MS = 100;

export type FunctionsWatcherOptions = {
  bundle: FunctionBundle;
  load: (bundle: FunctionBundle) => Promise<void>;
  log: (event: EngineLog) => void;
};

export class FunctionsWatcher {
  readonly #options: FunctionsWatcherOptions;
  readonly #files: FSWatcher;
  readonly #bundles = new BundleCache<BundledDefinition>();
  #timer: NodeJS.Timeout | undefined;
  #typeCheck: TypeCheck | undefined;
  #isReloading = false;
  #isDirty = false;

  constructor(options: FunctionsWatcherOptions) {
    this.#options = options;
    const { bundle, log } = options;
    this.#files = watch([bundle.functionsDir, ...outside(bundle)], {
      ignoreInitial: true,
      ignored: (path) => path.includes(`${sep}node_modules${sep}`),
    });
    this.#files.on("all", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#reload(), QUIET_MS);
    });
    this.#files.on("error", (error) => {
      log({ type: "engineError", message: `Watching the functions failed: ${String(error)}` });
    });
  }

  /** Resolves when changes will be noticed. */
  async ready(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#files.once("ready", resolve);
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#typeCheck?.cancel();
    await this.#files.close();
  }

  async #reload(): Promise<void> {
    this.#isDirty = true;
    if (this.#isReloading) return; // what runs now looks again when it is done
    this.#isReloading = true;
    while (this.#isDirty) {
      this.#isDirty = false;
      await this.#reloadOnce();
    }
    this.#isReloading = false;
  }

  async #reloadOnce(): Promise<void> {
    const { load, log } = this.#options;
    const { functionsDir } = this.#options.bundle;
    const startedAt = performance.now();
    this.#checkTypes(functionsDir);
    try {
      const bundle = await bundleFunctions({ functionsDir, cache: this.#bundles });
      await load(bundle);
      this.#files.add(outside(bundle));
      const durationMs = Math.round(performance.now() - startedAt);
      log({ type: "reloaded", files: bundle.inputs.length, durationMs });
    } catch (error) {
      const code = error instanceof EmbeddedConvexError ? error.code : "ENGINE_FAILED";
      const message = error instanceof Error ? error.message : String(error);
      log({ type: "reloadFailed", code, message });
    }
  }

  #checkTypes(functionsDir: string): void {
    this.#typeCheck?.cancel();
    this.#typeCheck = startTypeCheck(functionsDir);
    void this.#typeCheck.output.then((output) => {
      if (output !== null) this.#options.log({ type: "typeErrors", output });
    });
  }
}

/** Sources that the functions import from elsewhere in the project. */
function outside(bundle: FunctionBundle): string[] {
  return bundle.inputs.filter((input) => relative(bundle.functionsDir, input).startsWith(".."));
}
