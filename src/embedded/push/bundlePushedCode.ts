/**
 * Makes of pushed code what the engine runs. The command line has bundled it already, one ES module for
 * each file and shared chunks below `_deps/`; it goes through the same bundler as a folder of functions,
 * so that both run as the same kind of script and stack traces lead to the project's own files.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { EmbeddedConvexError } from "../embeddedConvexError.ts";
import { bundleDefinition, bundleNode, type FunctionBundle } from "../functions/bundle.ts";
import { pushedDefinitions } from "../functions/bundlePlugins.ts";
import type { FunctionFiles } from "../functions/functionFiles.ts";
import { findProject } from "../functions/projectConfig.ts";
import type { PushedCode, PushedModule } from "./pushedCode.ts";

/**
 * @param folder where the modules are written while they are bundled; emptied before and after
 * @throws EmbeddedConvexError FUNCTIONS_INVALID, naming what is at fault
 */
export async function bundlePushedCode(code: PushedCode, folder: string): Promise<FunctionBundle> {
  rmSync(folder, { recursive: true, force: true });
  try {
    return await bundle(code, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bundle(code: PushedCode, folder: string): Promise<FunctionBundle> {
  // Source maps name the sources relative to a folder beside the functions. These are not there, but
  // stack traces read as they do in the project.
  const functionsDir = path.join(folder, code.functions);
  mkdirSync(functionsDir, { recursive: true });
  const project = projectAround(process.cwd(), code);
  const app = writeFiles(path.join(folder, "pushed"), code.app);
  const components = code.components.map((component, i) => {
    const files = writeFiles(path.join(folder, `component${i}`), component);
    return [component.definitionPath, files] as const;
  });
  const configs = components.flatMap(([definitionPath, { definitions }]) => {
    const file = definitions.get("convex.config");
    return file === undefined ? [] : [[definitionPath, file] as const];
  });
  const definitions = pushedDefinitions(new Map(configs));
  const [appBundle, node, ...componentBundles] = await Promise.all([
    bundleDefinition(functionsDir, project, app, definitions),
    bundleNode(functionsDir, project, app),
    ...components.map(async ([definitionPath, files]) => {
      const bundled = await bundleDefinition(functionsDir, project, files, definitions);
      return [definitionPath, bundled] as const;
    }),
  ]);
  return {
    functionsDir,
    projectDir: project.directory,
    app: appBundle,
    components: new Map(componentBundles),
    inputs: [],
    node: node.files,
  };
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
  const named = { "convex.config": definition, schema, "auth.config": auth };
  const definitions = new Map<string, string>();
  for (const [name, module] of Object.entries(named)) {
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
