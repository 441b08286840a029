/**
 * Code that was evaluated, as the stock command line wants to hear of it after a push: it writes
 * `_generated` from it. Pure.
 */
import type { AnalyzedFunction, AuthConfig } from "../functions/code/analyzedFunction.ts";
import type { ComponentInstance } from "../functions/code/componentTree.ts";
import { childComponent, splitPath } from "../functions/functionPath.ts";
import type { LoadedCode } from "../functions/code/loadedCode.ts";
import type { IndexDefinition, Schema, TableDefinition } from "../schema/schema.ts";

type Described = Pick<
  LoadedCode,
  "instances" | "functions" | "schemas" | "exports" | "routers" | "authConfig"
>;

/** @param serverVersion the release of `convex` that the code was bundled with */
export function describeCode(code: Described, serverVersion: string) {
  const udfConfig = {
    serverVersion,
    importPhaseRngSeed: null,
    importPhaseUnixTimestamp: null,
  };
  const analysis = code.instances.map((instance) => {
    const { path, definitionPath } = instance;
    const functions = [...code.functions.values()].filter(({ component }) => component === path);
    const definition = describeDefinition(code, definitionPath, functions);
    const schema = describeSchema(code.schemas.get(path));
    return [
      definitionPath,
      { definition, schema, functions: byModule(functions), udfConfig },
    ] as const;
  });
  return {
    analysis: Object.fromEntries(analysis),
    app: describeInstance(code, { path: "", definitionPath: "" }),
    appAuth: describeAuth(code.authConfig),
  };
}

const NO_DEFINITION = '{"definitionType":{"type":"app"},"childComponents":[],"httpMounts":{}}';

function describeDefinition(
  { exports }: Described,
  definitionPath: string,
  functions: readonly AnalyzedFunction[],
) {
  const exported = JSON.parse(exports.get(definitionPath) ?? NO_DEFINITION) as object;
  // A component offers its public functions; what the app offers, nobody calls through a reference.
  const isOffered = ({ visibility, kind }: AnalyzedFunction): boolean =>
    definitionPath !== "" && visibility === "public" && kind !== "httpAction";
  const offered = functions.filter(isOffered).map(({ path }) => splitPath(path));
  return { ...exported, path: definitionPath, exports: exportTree(offered) };
}

type ExportTree =
  { type: "leaf"; leaf: string } | { type: "branch"; branch: [string, ExportTree][] };

/** `a/b:c` becomes the branch a, in it the branch b, in it the leaf c. */
function exportTree(functions: readonly { module: string; name: string }[]): ExportTree {
  const root: ExportTree = { type: "branch", branch: [] };
  for (const { module, name } of functions) {
    let { branch } = root;
    for (const part of module.split("/")) {
      const found = branch.find(([other]) => other === part)?.[1];
      if (found?.type === "branch") {
        ({ branch } = found);
      } else {
        const next: [string, ExportTree][] = [];
        branch.push([part, { type: "branch", branch: next }]);
        branch = next;
      }
    }
    branch.push([name, { type: "leaf", leaf: `_reference/function/${module}:${name}` }]);
  }
  return root;
}

type Place = Pick<ComponentInstance, "path" | "definitionPath">;

function describeInstance(code: Described, { path, definitionPath }: Place): object {
  const children = code.instances.filter((other) => isChild(path, other.path));
  return {
    definitionPath,
    componentPath: path,
    args: {},
    childComponents: Object.fromEntries(
      children.map((child) => [child.path.split("/").at(-1) ?? "", describeInstance(code, child)]),
    ),
    httpRoutes: { httpModuleRoutes: code.routers.get(path) ?? null, mounts: [] },
    exports: {},
  };
}

function isChild(parent: string, path: string): boolean {
  const name = path.split("/").at(-1) ?? "";
  return path !== "" && path === childComponent(parent, name);
}

/** Providers as Convex lists them; the rest of what the project writes is for the engine alone. */
function describeAuth(authConfig: AuthConfig | null) {
  return (authConfig?.providers ?? []).map((provider) =>
    provider["type"] === "customJwt" ? { applicationID: null, ...provider } : provider,
  );
}

const UDF_TYPES = { query: "Query", mutation: "Mutation", action: "Action" } as const;

/** By module, whose name ends in `.js` here, as the command looks it up. */
function byModule(functions: readonly AnalyzedFunction[]) {
  const modules: Record<string, ReturnType<typeof emptyModule>> = {};
  for (const { path, kind, visibility, args, returns } of functions) {
    if (kind === "httpAction") continue;
    const { module, name } = splitPath(path);
    (modules[`${module}.js`] ??= emptyModule()).functions.push({
      name,
      pos: null,
      udfType: UDF_TYPES[kind],
      visibility: { kind: visibility },
      args: JSON.stringify(args),
      returns: returns === null ? null : JSON.stringify(returns),
    });
  }
  return modules;
}

function emptyModule() {
  return { functions: [] as object[], httpRoutes: null, cronSpecs: null, sourceMapped: null };
}

function describeSchema(schema: Schema | undefined) {
  if (schema === undefined || schema.tables.size === 0) return null;
  return {
    tables: Array.from(schema.tables.values(), describeTable),
    schemaValidation: schema.isValidated,
  };
}

function describeTable(table: TableDefinition) {
  const indexes = table.indexes.filter((index) => !index.isStaged);
  return {
    tableName: table.name,
    indexes: ofKind(indexes, "db").map(({ name, fields }) => ({ indexDescriptor: name, fields })),
    searchIndexes: ofKind(indexes, "search").map(({ name, searchField, filterFields }) => ({
      indexDescriptor: name,
      ...{ searchField, filterFields },
    })),
    vectorIndexes: ofKind(indexes, "vector").map(
      ({ name, vectorField, dimensions, filterFields }) => ({
        indexDescriptor: name,
        ...{ vectorField, dimensions, filterFields },
      }),
    ),
    documentType: table.documentType ?? { type: "any" },
  };
}

function ofKind<K extends IndexDefinition["kind"]>(indexes: readonly IndexDefinition[], kind: K) {
  return indexes.filter(
    (index): index is Extract<IndexDefinition, { kind: K }> => index.kind === kind,
  );
}
