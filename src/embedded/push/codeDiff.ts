/** What a push changes, component by component, as the stock command line reports it. Pure. */
import type { LoadedCode } from "../functions/code/loadedCode.ts";
import { EMPTY_SCHEMA } from "../schema/schema.ts";
import type { Database } from "../store/database.ts";
import { indexDiff, type IndexDiff } from "./indexDiff.ts";

type Code = Pick<LoadedCode, "instances" | "functions" | "schemas" | "crons" | "authConfig">;

type ComponentDiff = {
  diffType: { type: "create" | "modify" | "unmount" };
  moduleDiff: { added: string[]; removed: string[] };
  udfConfigDiff: null;
  cronDiff: { added: string[]; updated: string[]; deleted: string[] };
  indexDiff: IndexDiff;
  schemaDiff: null;
};

export type CodeDiff = {
  authDiff: { added: string[]; removed: string[] };
  definitionDiffs: Record<string, never>;
  componentDiffs: Record<string, ComponentDiff>;
};

/** @param database tells the schemas that the data has now */
export function codeDiff(from: Code, to: Code, database: Pick<Database, "schema">): CodeDiff {
  const paths = (code: Code): Set<string> => new Set(code.instances.map(({ path }) => path));
  const [old, next] = [paths(from), paths(to)];
  const componentDiffs = Array.from(new Set([...old, ...next]), (path) => {
    const type = !old.has(path) ? "create" : next.has(path) ? "modify" : "unmount";
    const schema = to.schemas.get(path) ?? EMPTY_SCHEMA;
    const diff: ComponentDiff = {
      diffType: { type },
      moduleDiff: added(modulesOf(from, path), modulesOf(to, path)),
      udfConfigDiff: null,
      cronDiff: cronDiff(from, to, path),
      indexDiff: indexDiff(database.schema(path), schema),
      schemaDiff: null,
    };
    return [path, diff] as const;
  });
  return {
    authDiff: added(providersOf(from), providersOf(to)),
    definitionDiffs: {},
    componentDiffs: Object.fromEntries(componentDiffs),
  };
}

/** What becomes of the indexes of each component. */
export function schemaDiffs(
  { schemas }: Pick<Code, "schemas">,
  database: Pick<Database, "schema">,
): Record<string, IndexDiff> {
  const diffs = Array.from(schemas, ([path, schema]) => {
    return [path, indexDiff(database.schema(path), schema)] as const;
  });
  return Object.fromEntries(diffs);
}

function modulesOf({ functions }: Code, component: string): Set<string> {
  const own = [...functions.values()].filter((one) => one.component === component);
  return new Set(own.map(({ path }) => `${path.slice(0, path.lastIndexOf(":"))}.js`));
}

function providersOf({ authConfig }: Code): Set<string> {
  return new Set((authConfig?.providers ?? []).map((provider) => JSON.stringify(provider)));
}

function cronDiff(from: Code, to: Code, component: string): ComponentDiff["cronDiff"] {
  if (component !== "") return { added: [], updated: [], deleted: [] }; // told with the app's
  const names = added(new Set(from.crons.keys()), new Set(to.crons.keys()));
  const updated = [...to.crons].filter(([name, spec]) => {
    const old = from.crons.get(name);
    return old !== undefined && JSON.stringify(old) !== JSON.stringify(spec);
  });
  return { added: names.added, updated: updated.map(([name]) => name), deleted: names.removed };
}

function added(from: ReadonlySet<string>, to: ReadonlySet<string>) {
  const missing = (one: ReadonlySet<string>, other: ReadonlySet<string>): string[] =>
    [...one].filter((name) => !other.has(name));
  return { added: missing(to, from), removed: missing(from, to) };
}
