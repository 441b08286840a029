/**
 * Loads a changed functions folder while the engine runs. Broken code is reported and changes nothing: what
 * ran before goes on. Type errors are reported too, but do not keep code from running.
 */
import { relative, sep } from "node:path";

import { watch } from "chokidar";

import { EmbeddedConvexError } from "../embeddedConvexError.ts";
import type { EngineLog } from "../engineLog.ts";
import { bundleFunctions, type FunctionBundle } from "../functions/bundle.ts";
import { startTypeCheck, type TypeCheck } from "./typeCheck.ts";

/** Editors write several files in a row; one reload for all of them is enough. */
const QUIET_MS = 100;

export type FunctionsWatcher = { close(): Promise<void> };

export function watchFunctions(options: {
  bundle: FunctionBundle;
  load: (bundle: FunctionBundle) => Promise<void>;
  log: (event: EngineLog) => void;
}): FunctionsWatcher {
  const { load, log } = options;
  const { functionsDir } = options.bundle;
  let timer: NodeJS.Timeout | undefined;
  let isReloading = false;
  let isDirty = false;
  let typeCheck: TypeCheck | undefined;

  const watcher = watch([functionsDir, ...outside(options.bundle)], {
    ignoreInitial: true,
    ignored: (path) => path.includes(`${sep}node_modules${sep}`),
  });
  watcher.on("all", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void reload(), QUIET_MS);
  });
  watcher.on("error", (error) => {
    log({ type: "engineError", message: `Watching ${functionsDir} failed: ${String(error)}` });
  });

  async function reload(): Promise<void> {
    isDirty = true;
    if (isReloading) return; // what runs now looks again when it is done
    isReloading = true;
    while (isDirty) {
      isDirty = false;
      await reloadOnce();
    }
    isReloading = false;
  }

  async function reloadOnce(): Promise<void> {
    const startedAt = performance.now();
    checkTypes();
    try {
      const bundle = await bundleFunctions({ functionsDir });
      await load(bundle);
      watcher.add(outside(bundle));
      const durationMs = Math.round(performance.now() - startedAt);
      log({ type: "reloaded", files: bundle.inputs.length, durationMs });
    } catch (error) {
      const code = error instanceof EmbeddedConvexError ? error.code : "ENGINE_FAILED";
      const message = error instanceof Error ? error.message : String(error);
      log({ type: "reloadFailed", code, message });
    }
  }

  function checkTypes(): void {
    typeCheck?.cancel();
    typeCheck = startTypeCheck(functionsDir);
    void typeCheck.output.then((output) => {
      if (output !== null) log({ type: "typeErrors", output });
    });
  }

  return {
    async close() {
      clearTimeout(timer);
      typeCheck?.cancel();
      await watcher.close();
    },
  };
}

/** Sources that the functions import from elsewhere in the project. */
function outside(bundle: FunctionBundle): string[] {
  return bundle.inputs.filter((input) => relative(bundle.functionsDir, input).startsWith(".."));
}
