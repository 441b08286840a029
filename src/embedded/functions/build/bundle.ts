/**
 * Turns a folder of Convex functions into the programs that run: one script for the default runtime, one
 * more for each component definition that the app or its components use, and one Node module per file
 * with "use node". Uses the options of the Convex CLI, so that
 * code which could not run on Convex fails here too, with the file named. Runs nothing.
 */
import path from "node:path";
import type { Plugin } from "esbuild";
import { EmbeddedConvexError } from "../../embeddedConvexError.ts";
import { BundleCache } from "./bundleCache.ts";
import {
  asyncHooksShim,
  componentDefinitions,
  definitionPath,
  externalPackages,
  generatedModules,
  serverOnlyStub,
  wasmModules,
} from "./bundlePlugins.ts";
import { buildFor, COMMON_OPTIONS, outputText, type Built } from "./convexBuild.ts";
import { findFunctionFiles } from "./functionFiles.ts";
import type { FunctionFile, FunctionFiles } from "./functionFiles.ts";
import { keepNodeBuild } from "./nodeBuilds.ts";
import { findProject } from "./projectConfig.ts";
import type { Project } from "./projectConfig.ts";
import { withQuickNames } from "./quickNames.ts";

/** A script and the map that leads from its positions back to the sources. */
export interface BundledScript {
  readonly source: string;
  /** JSON text of a source map. */
  readonly sourceMap: string;
}

/** The code of the app, or of a component wherever it is installed. */
export interface DefinitionBundle {
  readonly modules: readonly Pick<FunctionFile, "path" | "environment">[];
  /** Which of `schema`, `auth.config` and `convex.config` there are. */
  readonly definitions: ReadonlySet<string>;
  /**
   * Default runtime: a CommonJS script that exports a table of module paths to functions that load
   * the module, the definitions among them.
   */
  readonly isolate: BundledScript;
}

/** @see FunctionBundle.inputs */
export interface BundledDefinition {
  readonly definition: DefinitionBundle;
  readonly inputs: readonly string[];
}

export interface FunctionBundle {
  /** Absolute. */
  readonly functionsDir: string;
  /** Where package.json, convex.json and node_modules lie. */
  readonly projectDir: string;
  readonly app: DefinitionBundle;
  /** By definition path: the folder of the component relative to that of the app. */
  readonly components: ReadonlyMap<string, DefinitionBundle>;
  /** Absolute paths of every source file that went in, for watching. */
  readonly inputs: readonly string[];
  /** Absolute path of the built file for each "use node" module; they lie in one folder. */
  readonly node: ReadonlyMap<string, string>;
}

/** The code of what is defined there. */
export function definitionAt(bundle: FunctionBundle, definitionPath: string): DefinitionBundle {
  const { app, components } = bundle;
  const found = definitionPath === "" ? app : components.get(definitionPath);
  if (found === undefined) throw new Error(`There is no component at ${definitionPath}.`);
  return found;
}

/** What an engine runs before anything is pushed to it. */
export const NO_FUNCTIONS: FunctionBundle = {
  functionsDir: "",
  projectDir: "",
  app: {
    modules: [],
    definitions: new Set(),
    isolate: {
      source: "module.exports = {};",
      sourceMap: '{"version":3,"sources":[],"names":[],"mappings":""}',
    },
  },
  components: new Map(),
  inputs: [],
  node: new Map(),
};

/**
 * @param options.cache what was bundled before and need not be again
 * @throws EmbeddedConvexError FUNCTIONS_INVALID, naming the file
 */
export async function bundleFunctions(options: {
  readonly functionsDir: string;
  readonly cache?: BundleCache<BundledDefinition>;
}): Promise<FunctionBundle> {
  const { cache = new BundleCache<BundledDefinition>() } = options;
  const functionsDir = path.resolve(options.functionsDir);
  const files = findFunctionFiles(functionsDir);
  const project = findProject(functionsDir);
  const used = new Set<string>();
  const definitions = componentDefinitions(functionsDir, (file) => used.add(file));
  const [app, node] = await Promise.all([
    bundleDefinition(functionsDir, project, files, definitions),
    bundleNode(functionsDir, project, files),
  ]);
  const components = await bundleComponents(functionsDir, project, used, cache);
  const all = [app, node, ...components.values()];
  return {
    functionsDir,
    projectDir: project.directory,
    app: app.definition,
    components: new Map(Array.from(components, ([at, { definition }]) => [at, definition])),
    inputs: [...new Set(all.flatMap(({ inputs }) => inputs))],
    node: node.files,
  };
}

/** @param files the `convex.config` of each component, those that only components use included */
async function bundleComponents(
  functionsDir: string,
  project: Project,
  files: ReadonlySet<string>,
  cache: BundleCache<BundledDefinition>,
): Promise<Map<string, BundledDefinition>> {
  const bundles = await Promise.all(
    Array.from(files, async (file) => {
      const found = findFunctionFiles(path.dirname(file));
      const inNode = found.modules.find(({ environment }) => environment === "node");
      if (inNode !== undefined) {
        throw new EmbeddedConvexError(
          "FUNCTIONS_INVALID",
          `${inNode.file}: "use node" is not supported in components.`,
        );
      }
      // Those of the app name them all.
      const definitions = componentDefinitions(functionsDir, () => undefined);
      const bundle = await cache.ofFiles(file, found, () =>
        bundleDefinition(functionsDir, project, found, definitions),
      );
      return [definitionPath(functionsDir, file), bundle] as const;
    }),
  );
  return new Map(bundles);
}

/**
 * The script of the app or of one component.
 * @param definitions resolves what a `convex.config` imports
 * @throws EmbeddedConvexError FUNCTIONS_INVALID, naming the file
 */
export async function bundleDefinition(
  functionsDir: string,
  project: Project,
  files: FunctionFiles,
  definitions: Plugin,
): Promise<BundledDefinition> {
  const entries: [modulePath: string, file: string][] = [
    ...files.modules
      .filter((module) => module.environment === "isolate")
      .map((module): [string, string] => [module.path, module.file]),
    ...files.definitions,
  ];
  const table = entries.map(
    ([modulePath, file]) => `${JSON.stringify(modulePath)}: () => require(${JSON.stringify(file)})`,
  );
  const result = await buildFor(project.directory, {
    ...COMMON_OPTIONS,
    stdin: {
      contents: `module.exports = {\n${table.join(",\n")}\n};`,
      resolveDir: functionsDir,
      sourcefile: "modules.js",
      loader: "js",
    },
    platform: "browser",
    format: "cjs",
    banner: { js: '"use strict";' }, // modules are strict code; a CommonJS script is not by itself
    // A folder beside the functions: stack lines then read `../convex/file.ts`, as Convex has them.
    outfile: path.join(path.dirname(functionsDir), "out", "isolate.js"),
    plugins: [
      serverOnlyStub,
      asyncHooksShim,
      definitions,
      generatedModules(functionsDir),
      wasmModules,
    ],
  });
  const definition = {
    modules: files.modules.map(({ path: id, environment }) => ({ path: id, environment })),
    definitions: new Set(files.definitions.keys()),
    isolate: {
      source: withQuickNames(outputText(result, ".js")),
      sourceMap: outputText(result, ".map"),
    },
  };
  return { definition, inputs: inputFiles(project, result) };
}

/** The files for Node among those of the app. @throws EmbeddedConvexError FUNCTIONS_INVALID */
export async function bundleNode(functionsDir: string, project: Project, files: FunctionFiles) {
  const modules = files.modules.filter(({ environment }) => environment === "node");
  if (modules.length === 0) return { files: new Map<string, string>(), inputs: [] };
  const outdir = path.join(path.dirname(functionsDir), "out");
  const result = await buildFor(project.directory, {
    ...COMMON_OPTIONS,
    sourcemap: "linked",
    entryPoints: modules.map((module) => ({ in: module.file, out: module.path })),
    platform: "node",
    format: "esm",
    splitting: true,
    outExtension: { ".js": ".mjs" },
    chunkNames: "_deps/[hash]",
    // CommonJS packages inside an ES module call `require` for the built-in modules of Node.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    outdir,
    plugins: [
      serverOnlyStub,
      externalPackages(project),
      generatedModules(functionsDir),
      wasmModules,
    ],
  });
  const folder = keepNodeBuild(project, outdir, result.outputFiles);
  return {
    files: new Map(modules.map(({ path: id }) => [id, path.join(folder, `${id}.mjs`)])),
    inputs: inputFiles(project, result),
  };
}

function inputFiles(project: Project, result: Built): string[] {
  return Object.keys(result.metafile.inputs)
    .filter((input) => !/^[a-z-]+:|^\(disabled\)|^<|modules\.js$/.test(input))
    .map((input) => path.resolve(project.directory, input));
}
