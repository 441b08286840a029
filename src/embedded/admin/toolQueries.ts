/**
 * What Convex's tools ask about a deployment, one system query each: tables and their documents,
 * environment variables, functions, addresses. Only reads.
 */
import { z } from "zod";

import type { AnalyzedFunction } from "../functions/code/analyzedFunction.ts";
import { splitPath } from "../functions/functionPath.ts";
import type { FunctionRunner } from "../functions/functionRunner.ts";
import { PUBLIC_SYSTEM_TABLES } from "../schema/systemTables.ts";
import { latestExport } from "../snapshots/exports.ts";
import { importState, importStates } from "../snapshots/imports.ts";
import type { Database } from "../store/database.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { JSONObject, JSONValue } from "../values/jsonValue.ts";
import { readStored, type EnvironmentVariables } from "./environmentVariables.ts";
import type { SystemQuery } from "./systemQueries.ts";

export type ToolQueriesDeps = {
  database: Pick<Database, "tables">;
  runner: Pick<FunctionRunner, "current">;
  variables: Pick<EnvironmentVariables, "list">;
  cloudUrl: string;
  siteUrl: string;
};

const vPagination = z.object({ cursor: z.string().nullable(), numItems: z.number() });
const vTablePage = z.object({
  table: z.string(),
  order: z.enum(["asc", "desc"]).default("asc"),
  paginationOpts: vPagination,
});
const vTable = z.object({ tableName: z.string() });
const vImportId = z.object({ importId: z.string() });
const vVariable = z.object({ name: z.string() });

export function toolQueries(deps: ToolQueriesDeps): Record<string, SystemQuery> {
  const variables = (tx: Transaction): { name: string; value: string }[] => {
    readStored(tx); // for whoever watches: runs again when they change
    return deps.variables.list().map(([name, value]) => ({ name, value }));
  };
  return {
    "_system/cli/tables:default": ({ component }) =>
      onePage(deps.database.tables(component).map(({ name }) => ({ name }))),
    "_system/cli/tableData:default": tablePage,
    "_system/cli/tableSize:default": (tx, args) => tx.count(vTable.parse(args).tableName),
    // Its result differs whenever it runs again, which it does when the table changes.
    "_system/cli/queryTable:default": (tx, args) => {
      tx.count(vTable.parse(args).tableName);
      return tx.snapshotTs;
    },
    "_system/cli/queryEnvironmentVariables:default": variables,
    "_system/cli/queryEnvironmentVariables:get": (tx, args) => {
      const { name } = vVariable.parse(args);
      return variables(tx).find((variable) => variable.name === name) ?? null;
    },
    "_system/cli/modules:apiSpec": ({ component }) => {
      const { functions, routers } = deps.runner.current();
      const own = [...functions.values()].filter((one) => one.component === component);
      const routes = routers.get(component) ?? [];
      return [
        ...own.flatMap(functionSpec),
        ...routes.map(({ path, method }) => ({ functionType: "HttpAction", method, path })),
      ];
    },
    "_system/frontend/components:list": () =>
      deps.runner.current().instances.map(({ path }) => ({
        ...{ id: path, path, state: "active" },
        name: path.split("/").at(-1) ?? "",
      })),
    "_system/cli/exports:getLatest": latestExport,
    "_system/cli/queryImport:list": importStates,
    "_system/cli/queryImport:default": (tx, args) =>
      importState(tx, vImportId.parse(args).importId),
    "_system/cli/convexUrl:cloudUrl": () => deps.cloudUrl,
    "_system/cli/convexUrl:siteUrl": () => deps.siteUrl,
  };
}

/** The command line waits for ever after an error, so a table that does not exist is an empty one. */
function tablePage(tx: Transaction, args: JSONValue): JSONObject {
  const { table: tableName, order, paginationOpts } = vTablePage.parse(args);
  const isPrivate = tableName.startsWith("_") && !PUBLIC_SYSTEM_TABLES.has(tableName);
  if (isPrivate || !tx.hasTable(tableName)) return onePage([]);
  const { page, isDone, continueCursor } = tx.queryPage(
    {
      query: { source: { type: "FullTableScan", tableName, order }, operators: [] },
      cursor: paginationOpts.cursor,
      endCursor: null,
      pageSize: paginationOpts.numItems,
    },
    null,
  );
  return { page, isDone, continueCursor };
}

function onePage(page: JSONValue[]): JSONObject {
  return { page, isDone: true, continueCursor: "" };
}

const FUNCTION_TYPES = { query: "Query", mutation: "Mutation", action: "Action" } as const;

function functionSpec({ path, kind, visibility, args, returns }: AnalyzedFunction): JSONObject[] {
  if (kind === "httpAction") return []; // told by their routes
  const { module, name } = splitPath(path);
  return [
    {
      functionType: FUNCTION_TYPES[kind],
      identifier: `${module}.js:${name}`,
      visibility: { kind: visibility },
      args,
      returns: returns ?? { type: "any" },
    },
  ];
}
