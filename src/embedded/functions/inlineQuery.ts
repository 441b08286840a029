/**
 * A query that is no part of the code: `npx convex run --inline-query` sends the source of one module, which
 * runs once beside the code that is loaded, and is gone.
 */
import { EmbeddedConvexError } from "../embeddedConvexError.ts";
import type { AnalyzedFunction } from "./code/analyzedFunction.ts";
import { definitionAt } from "./build/bundle.ts";
import type { BundledScript } from "./build/bundle.ts";
import { replWrappers } from "./build/bundlePlugins.ts";
import type { Thrown } from "./context/host.ts";
import { buildFor, COMMON_OPTIONS, outputText } from "./build/convexBuild.ts";
import type { DescribedExport } from "./code/describedExport.ts";
import { failureOf } from "./functionFailure.ts";
import { inComponent } from "./functionPath.ts";
import type { TransactionCode } from "./code/functionTable.ts";
import { Isolate } from "./isolate/isolate.ts";
import type { LoadedCode } from "./code/loadedCode.ts";
import { scriptName, StackTraces } from "./logs/stackTraces.ts";

export interface InlineQuery {
  /** An ES module whose default export is the query. */
  readonly source: string;
  /** Path of the component as whose function it runs. */
  readonly component: string;
}

/** The name that Convex's tools give the module. */
const MODULE = "testQuery";

/**
 * The code with that module in it, in a context of its own.
 * @returns also the path of the query
 * @throws EmbeddedConvexError FUNCTIONS_INVALID
 */
export async function withInlineQuery(
  code: LoadedCode,
  { source, component }: InlineQuery,
): Promise<{ code: TransactionCode; path: string }> {
  const instance = code.instances.find(({ path }) => path === component);
  if (instance === undefined) throw invalid(`There is no component "${component}".`);
  const script = await bundleModule(source);
  const place = { ...instance, definitionPath: MODULE };
  const create = async (): Promise<Isolate> => {
    const isolate = await Isolate.create({ mode: "transactions", loadedAt: Date.now() });
    for (const one of code.instances) {
      isolate.install(one, definitionAt(code.bundle, one.definitionPath).isolate);
    }
    isolate.install(place, script);
    return isolate;
  };
  let isolate = await create();
  const traces = tracesOf(code, script);
  const query = describeQuery(isolate, component, traces);
  return {
    path: query.path,
    code: {
      functions: new Map(code.functions).set(query.path, query),
      traces,
      async forTransactions() {
        if (isolate.isLost) isolate = await create();
        return isolate;
      },
    },
  };
}

async function bundleModule(source: string): Promise<BundledScript> {
  const directory = import.meta.dirname; // from here `convex/server` is found
  const file = `${MODULE}.js`;
  const result = await buildFor(directory, {
    ...COMMON_OPTIONS,
    stdin: { contents: source, resolveDir: directory, sourcefile: file, loader: "js" },
    platform: "browser",
    format: "iife",
    globalName: "inline",
    outfile: file,
    plugins: [replWrappers],
  });
  const text = outputText(result, ".js");
  return {
    // Everything before the module on one line, for the source map's sake.
    source: `module.exports = { ${MODULE}: () => { ${text}\nreturn inline; } };`,
    sourceMap: outputText(result, ".map"),
  };
}

/** @throws EmbeddedConvexError FUNCTIONS_INVALID */
function describeQuery(isolate: Isolate, component: string, traces: StackTraces): AnalyzedFunction {
  const exports = JSON.parse(load(isolate, component, traces)) as DescribedExport[];
  const [query, ...others] = exports;
  if (query?.name !== "default" || query.kind !== "query" || others.length > 0) {
    throw invalid("The module must export a query as its default and nothing else.");
  }
  const { name, ...described } = query;
  const path = inComponent(component, `${MODULE}:${name}`);
  return { ...described, path, component, environment: "isolate" };
}

function load(isolate: Isolate, component: string, traces: StackTraces): string {
  try {
    return isolate.describeModule(component, MODULE);
  } catch (error) {
    if (error instanceof Error) throw invalid(error.message);
    throw invalid(failureOf(error as Thrown, traces).message);
  }
}

function tracesOf({ bundle }: LoadedCode, script: BundledScript): StackTraces {
  const definitions = [["", bundle.app] as const, ...bundle.components];
  const maps = definitions.map(
    ([path, { isolate }]) => [scriptName(path), isolate.sourceMap] as const,
  );
  return new StackTraces(new Map([...maps, [scriptName(MODULE), script.sourceMap]]));
}

function invalid(message: string): EmbeddedConvexError {
  return new EmbeddedConvexError("FUNCTIONS_INVALID", message);
}
