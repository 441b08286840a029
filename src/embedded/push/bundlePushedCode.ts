/**
 * Makes of pushed code what the engine runs. The command line has bundled it already, one ES module for
 * each file and shared chunks below `_deps/`; it goes through the same bundler as a folder of functions,
 * so that both run as the same kind of script and stack traces lead to the project's own files.
 */
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { EmbeddedConvexError } from "../embeddedConvexError.ts";
import { BundleCache } from "../functions/build/bundleCache.ts";
import {
  bundleDefinition,
  bundleNode,
  type BundledDefinition,
  type FunctionBundle,
} from "../functions/build/bundle.ts";
import { pushedDefinitions } from "../functions/build/bundlePlugins.ts";
import type { FunctionFiles } from "../functions/build/functionFiles.ts";
import { findProject } from "../functions/build/projectConfig.ts";
import type { PushedCode, PushedModule } from "./pushedCode.ts";

/**
 * @param cache components that were bundled before and need not be again
 * @param folder where the modules are written while they are bundled; emptied before and after
 * @throws EmbeddedConvexError FUNCTIONS_INVALID, naming what is at fault
 */
export async function bundlePushedCode(
  code: PushedCode,
  folder: string,
  cache = new BundleCache<BundledDefinition>(),
): Promise<FunctionBundle> {
  rmSync(folder, { recursive: true, force: true });
  try {
    return await bundle(code, folder, cache);
  } catch (error) {
    if (!(error instanceof EmbeddedConvexError)) throw error;
    const message = asInProject(error.message, code, folder);
    throw new EmbeddedConvexError(error.code, message, { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Names files where their author has them, not where they lie while they are bundled. */
function asInProject(message: string, { functions, components }: PushedCode, folder: string) {
  const here = `${path.relative(process.cwd(), folder).split(path.sep).join("/")}/`;
  return components
    .reduceRight(
      (text, { definitionPath }, i) =>
        text.replaceAll(`${here}component${i}/`, `${definitionPath}/`),
      message.replaceAll(`${here}pushed/`, functions),
    )
    .replaceAll(here, "");
}

async function bundle(
  code: PushedCode,
  folder: string,
  cache: BundleCache<BundledDefinition>,
): Promise<FunctionBundle> {
  // Source maps name the sources relative to a folder beside the functions. These are not there, but
  // stack traces read as they do in the project.
  const functionsDir = path.join(folder, code.functions);
  mkdirSync(functionsDir, { recursive: true });
  const project = projectAround(process.cwd(), code);
  const app = writeFiles(path.join(folder, "pushed"), code.app);
  const placed = code.components.map((component, i) => {
    return { component, folder: path.join(folder, `component${i}`) };
  });
  const configs = placed.flatMap(({ component: { definitionPath, definition }, folder: own }) => {
    return definition ? [[definitionPath, writeConfig(own, definition)] as const] : [];
  });
  const definitions = pushedDefinitions(new Map(configs));
  // The definitions of the others go into a component that uses them.
  const allDefinitions = markOf(code.components.map(({ definition }) => definition));
  const [appBundle, node, ...components] = await Promise.all([
    bundleDefinition(functionsDir, project, app, definitions),
    bundleNode(functionsDir, project, app),
    ...placed.map(async ({ component, folder: own }) => {
      const { definitionPath, schema, modules } = component;
      const mark = allDefinitions + markOf([schema, ...modules]);
      const { definition } = await cache.ofContent(definitionPath, mark, () =>
        bundleDefinition(functionsDir, project, writeFiles(own, component), definitions),
      );
      return [definitionPath, definition] as const;
    }),
  ]);
  return {
    functionsDir,
    projectDir: project.directory,
    app: appBundle.definition,
    components: new Map(components),
    inputs: [],
    node: node.files,
  };
}

/** Differs when any of the modules does. */
function markOf(modules: readonly (PushedModule | null)[]): string {
  const hash = createHash("sha256");
  for (const module of modules) {
    const { path: name = "", environment = "", source = "", sourceMap = "" } = module ?? {};
    for (const part of [name, environment, source, sourceMap]) {
      hash.update(`${part.length} `).update(part);
    }
  }
  return hash.digest("hex");
}

/** Packages that were left out can only come from where the engine was started. */
function projectAround(directory: string, { nodeDependencies }: PushedCode) {
  const { resolve } = createRequire(path.join(directory, "package.json"));
  for (const { name, version } of nodeDependencies) {
    try {
      resolve(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ERR_PACKAGE_PATH_NOT_EXPORTED") continue;
      throw new EmbeddedConvexError(
        "FUNCTIONS_INVALID",
        `The package ${name}, which convex.json lists as external, is not installed for the ` +
          `engine, which installs none: run \`npm install ${name}@${version}\` in ${directory}.`,
      );
    }
  }
  const externalPackages = nodeDependencies.map(({ name }) => name);
  return { ...findProject(path.join(directory, "convex")), externalPackages };
}

type Definition = Pick<PushedCode["app"], "definition" | "schema" | "modules">;

function writeFiles(folder: string, { definition, schema, modules }: Definition): FunctionFiles {
  const isEntry = ({ path }: PushedModule): boolean =>
    !path.startsWith("_deps/") && path !== "auth.config.js";
  const auth = modules.find(({ path }) => path === "auth.config.js");
  const definitions = new Map<string, string>();
  if (definition) definitions.set("convex.config", writeConfig(folder, definition));
  for (const [name, module] of Object.entries({ schema, "auth.config": auth })) {
    if (module) definitions.set(name, writeModule(folder, { ...module, path: `${name}.js` }));
  }
  const files = modules
    .filter((module) => module !== auth)
    .map((module) => ({ module, file: writeModule(folder, module) }));
  return {
    modules: files
      .filter(({ module }) => isEntry(module))
      .map(({ module, file }) => {
        const { environment } = module;
        return { path: module.path.replace(/\.js$/, ""), file, environment };
      }),
    definitions,
  };
}

function writeConfig(folder: string, definition: PushedModule): string {
  return writeModule(folder, { ...definition, path: "convex.config.js" });
}

function writeModule(folder: string, { path: name, source, sourceMap }: PushedModule): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  const own = source.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "");
  if (sourceMap === undefined) {
    writeFileSync(file, own);
  } else {
    writeFileSync(`${file}.map`, sourceMap);
    writeFileSync(file, `${own}\n//# sourceMappingURL=${path.basename(file)}.map\n`);
  }
  return file;
}
