/**
 * Bugs to plant in the boards' source, to see that the simulation tells of each. A bug is a text that is
 * replaced while the file is loaded, so what runs is the real code but for that; must be called before
 * anything of src/sync is imported.
 */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import type { PlantedBug } from "./plantedBug.ts";
import { PLANTED_BUGS, SURVIVED_BUGS } from "./plantedBugs.ts";

/** @throws when there is no such bug, or its text is not exactly once in its file */
export function plantBug(title: string): void {
  const bug = [...PLANTED_BUGS, ...SURVIVED_BUGS].find((one) => one.title === title);
  if (bug === undefined) throw new Error(`no bug is called "${title}"`);
  const sources = spoiledSources(bug);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const file = [...sources.keys()].find((name) => url.endsWith(`/src/sync/${name}`));
      return file === undefined ? loaded : { ...loaded, source: sources.get(file)! };
    },
  });
}

/** The files' texts with the bug in them, by name. @throws when a text that it replaces is not there exactly once */
export function spoiledSources({ edits }: PlantedBug): Map<string, string> {
  const sources = new Map<string, string>();
  for (const { file, find, replace } of edits) {
    const path = new URL(`../../../src/sync/${file}`, import.meta.url);
    const parts = (sources.get(file) ?? readFileSync(path, "utf8")).split(find);
    if (parts.length !== 2) throw new Error(`"${find}" is ${parts.length - 1} times in ${file}`);
    sources.set(file, parts.join(replace));
  }
  return sources;
}
