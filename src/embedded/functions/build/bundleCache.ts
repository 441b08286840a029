/**
 * Keeps the bundles of components from one save to the next: a project changes, the components that it
 * installed hardly ever do, and bundling a dozen of them takes longer than everything else.
 */
import { statSync } from "node:fs";

import type { FunctionFiles } from "./functionFiles.ts";

interface Kept<Bundle> {
  /** What it was made of. */
  readonly mark: string;
  readonly bundle: Bundle;
}

/** A file that was written while the clock ticked to the start of a build may have been read before. */
const CLOCK_TICK_MS = 20;

/** @template Bundle tells the absolute paths of the files that went in */
export class BundleCache<Bundle extends { readonly inputs: readonly string[] }> {
  readonly #kept = new Map<string, Kept<Bundle>>();

  /** For a folder: made anew when a file that went in, or the list of its modules, has changed. */
  async ofFiles(name: string, files: FunctionFiles, build: () => Promise<Bundle>): Promise<Bundle> {
    const modules = JSON.stringify([files.modules, ...files.definitions]);
    const startedAt = Date.now() - CLOCK_TICK_MS;
    const markOf = ({ inputs }: Bundle): string | null => {
      const marks = inputs.map(fileMark);
      // While it was built: nobody knows which state went in.
      return marks.some((mark) => mark === null || mark.changedAt >= startedAt)
        ? null
        : JSON.stringify([modules, marks]);
    };
    return await this.#use(name, markOf, build);
  }

  /** @param mark differs when anything that goes in does */
  async ofContent(name: string, mark: string, build: () => Promise<Bundle>): Promise<Bundle> {
    return await this.#use(name, () => mark, build);
  }

  async #use(
    name: string,
    markOf: (bundle: Bundle) => string | null,
    build: () => Promise<Bundle>,
  ): Promise<Bundle> {
    const kept = this.#kept.get(name);
    const isFresh = kept === undefined ? false : markOf(kept.bundle) === kept.mark;
    if (kept !== undefined && isFresh) return kept.bundle;
    const bundle = await build();
    const mark = markOf(bundle);
    if (mark === null) this.#kept.delete(name);
    else this.#kept.set(name, { mark, bundle });
    return bundle;
  }
}

/** The time of change tells what npm installed anew, all of whose files claim to be of the same old date. */
function fileMark(file: string): { changedAt: number; size: number } | null {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? null : { changedAt: found.ctimeMs, size: found.size };
}
