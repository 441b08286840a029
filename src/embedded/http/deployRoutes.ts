/**
 * What the stock `npx convex codegen` asks of a deployment. The answers describe the code that the
 * engine has loaded; what the command sends along is checked for form and not deployed: code
 * comes from the functions folder alone.
 */
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";

import { Hono, type Context } from "hono";
import { z } from "zod";

import type { AnalyzedFunction } from "../functions/analyzedFunction.ts";
import type { FunctionRunner } from "../functions/functionRunner.ts";
import type { IndexDefinition, Schema, TableDefinition } from "../schema/schema.ts";
import { HttpError } from "./httpError.ts";
import { requireAdmin } from "./operatorAuth.ts";
import { parseJson, readBody, readJson } from "./requestBody.ts";

export type DeployRoutesDeps = {
  runner: Pick<FunctionRunner, "functions" | "environment">;
  schema(): Schema;
  adminKey: string;
};

/** Every module of a large project with its source map, before and after compression. */
const MAX_PUSH_BYTES = 64 * 1024 * 1024;
const MAX_DECOMPRESSED_BYTES = 256 * 1024 * 1024;

const vHashesRequest = z.object({ adminKey: z.string().optional() });
const vPushRequest = z.object({
  adminKey: z.string(),
  appDefinition: z.object({ udfServerVersion: z.string() }),
  componentDefinitions: z.array(z.object({ definitionPath: z.string() })),
});

const decompress = promisify(brotliDecompress);

export function deployRoutes(deps: DeployRoutesDeps): Hono {
  const app = new Hono();

  app.post("/api/get_config_hashes", async (context) => {
    const { adminKey } = await readJson(context, vHashesRequest);
    requireAdmin(context, deps.adminKey, adminKey);
    // No hashes: the command then sends every module, and nothing depends on what we remember.
    return context.json({
      config: { functions: "convex/", authInfo: [] },
      moduleHashes: [],
      nodeDependencies: [],
      udfServerVersion: null,
    });
  });

  app.post("/api/deploy2/start_push", async (context) => {
    const push = parseJson(await pushBody(context), vPushRequest);
    requireAdmin(context, deps.adminKey, push.adminKey);
    if (push.componentDefinitions.length > 0) {
      throw new HttpError(400, "ComponentsNotSupported", "This engine does not run components");
    }
    return context.json(pushResponse(deps, push.appDefinition.udfServerVersion));
  });

  return app;
}

async function pushBody(context: Context): Promise<string> {
  const body = await readBody(context.req.raw, MAX_PUSH_BYTES);
  if (context.req.header("content-encoding") !== "br") return body.toString("utf8");
  try {
    const text = await decompress(body, { maxOutputLength: MAX_DECOMPRESSED_BYTES });
    return text.toString("utf8");
  } catch {
    throw new HttpError(400, "BadBody", "The body is not Brotli, or far too large");
  }
}

const ROOT_COMPONENT = "";

function pushResponse(deps: DeployRoutesDeps, serverVersion: string) {
  return {
    environmentVariables: {}, // the command only compares them; secrets need not travel
    externalDepsId: null,
    componentDefinitionPackages: {},
    appAuth: [],
    analysis: {
      [ROOT_COMPONENT]: {
        definition: {
          path: ROOT_COMPONENT,
          definitionType: { type: "app" },
          childComponents: [],
          httpMounts: {},
          exports: { type: "branch", branch: [] },
        },
        schema: schemaForPush(deps.schema()),
        functions: functionsForPush(deps.runner.functions()),
        udfConfig: { serverVersion, importPhaseRngSeed: null, importPhaseUnixTimestamp: null },
      },
    },
    app: {
      definitionPath: ROOT_COMPONENT,
      componentPath: ROOT_COMPONENT,
      args: {},
      childComponents: {},
      httpRoutes: { httpModuleRoutes: null, mounts: [] },
      exports: {},
    },
    schemaChange: { allocatedComponentIds: {}, schemaIds: {} },
  };
}

const UDF_TYPES = { query: "Query", mutation: "Mutation", action: "Action" } as const;

/** By module, whose name ends in `.js` here, as the command looks it up. */
function functionsForPush(functions: readonly AnalyzedFunction[]) {
  const modules: Record<string, { functions: object[] }> = {};
  for (const { path, component, kind, visibility, args, returns } of functions) {
    if (kind === "httpAction" || component !== "") continue;
    const cut = path.lastIndexOf(":");
    const module = (modules[`${path.slice(0, cut)}.js`] ??= emptyModule());
    module.functions.push({
      name: path.slice(cut + 1),
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
  return { functions: [], httpRoutes: null, cronSpecs: null, sourceMapped: null };
}

function schemaForPush(schema: Schema) {
  if (schema.tables.size === 0) return null;
  return {
    tables: Array.from(schema.tables.values(), tableForPush),
    schemaValidation: schema.isValidated,
  };
}

function tableForPush(table: TableDefinition) {
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
