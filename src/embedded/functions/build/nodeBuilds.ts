/**
 * Where built Node modules lie: in folders of the project's `node_modules`, so that external packages are
 * found from there, each named after its content.
 */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

import type { OutputFile } from "esbuild";

import type { Project } from "./projectConfig.ts";

const CACHE_FOLDER = path.join(".cache", "embedded-convex");
/** A build that no engine has started with for so long is forgotten; another engine may run a younger one. */
const FORGET_BUILD_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * Puts a build under a name made from its content, whole or not at all, since other engines of the same
 * project may be loading it; and forgets those that are out of use. Returns the folder.
 * @param outdir where the build believes itself to be
 */
export function keepNodeBuild(
  project: Project,
  outdir: string,
  files: readonly OutputFile[],
): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file.path).update(file.contents);
  const cache = path.join(project.nodeModules, CACHE_FOLDER);
  const folder = path.join(cache, hash.digest("hex").slice(0, 24));
  mkdirSync(cache, { recursive: true });
  if (!existsSync(folder)) {
    const draft = mkdtempSync(`${folder}-`);
    for (const file of files) {
      const target = path.join(draft, path.relative(outdir, file.path));
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, file.path.endsWith(".map") ? absoluteMap(file) : file.contents);
    }
    moveUnlessThere(draft, folder);
  }
  const now = new Date();
  utimesSync(folder, now, now);
  forgetOldBuilds(cache, now.getTime() - FORGET_BUILD_AFTER_MS);
  return folder;
}

function moveUnlessThere(draft: string, folder: string): void {
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // else another engine was faster, with the same content
  }
}

function forgetOldBuilds(cache: string, before: number): void {
  for (const name of readdirSync(cache)) {
    const build = path.join(cache, name);
    const changedAt = statSync(build, { throwIfNoEntry: false })?.mtimeMs ?? before;
    if (changedAt < before) rmSync(build, { recursive: true, force: true });
  }
}

/** The sources of a map lie relative to where the build would have been. */
function absoluteMap(file: OutputFile): string {
  const map = JSON.parse(file.text) as { sources: string[] };
  const folder = path.dirname(file.path);
  return JSON.stringify({
    ...map,
    sources: map.sources.map((source) => pathToFileURL(path.resolve(folder, source)).href),
  });
}
