/**
 * The small differences between plain esbuild and how Convex bundles functions, one plugin each.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { ImportKind, Plugin, PluginBuild } from "esbuild";
import type { Project } from "./projectConfig.ts";

/** `server-only` guards files in web frameworks; functions are the server. */
export const serverOnlyStub: Plugin = {
  name: "server-only-stub",
  setup(build) {
    build.onResolve({ filter: /^server-only$/ }, (args) => ({
      path: args.path,
      namespace: "server-only-stub",
    }));
    build.onLoad({ filter: /.*/, namespace: "server-only-stub" }, () => ({ contents: "" }));
  },
};

/** The default runtime has AsyncLocalStorage, as a global, though it has no Node modules. */
export const asyncHooksShim: Plugin = {
  name: "async-hooks-shim",
  setup(build) {
    build.onResolve({ filter: /^(node:)?async_hooks$/ }, (args) => ({
      path: args.path,
      namespace: "async-hooks-shim",
    }));
    build.onLoad({ filter: /.*/, namespace: "async-hooks-shim" }, () => ({
      contents: "export const { AsyncLocalStorage } = globalThis;",
    }));
  },
};

/** What the source of an inline query imports; as Convex's own wrappers, these make queries and nothing else. */
export const replWrappers: Plugin = {
  name: "repl-wrappers",
  setup(build) {
    build.onResolve({ filter: /^convex:\/_system\/repl\/wrappers\.js$/ }, ({ path: wanted }) => ({
      path: wanted,
      namespace: "repl-wrappers",
    }));
    build.onLoad({ filter: /.*/, namespace: "repl-wrappers" }, () => ({
      contents: `export {
        queryGeneric as query, internalQueryGeneric as internalQuery,
      } from "convex/server";`,
      resolveDir: import.meta.dirname,
    }));
  },
};

/** An imported `.wasm` file becomes a compiled WebAssembly.Module. */
export const wasmModules: Plugin = {
  name: "wasm-modules",
  setup(build) {
    build.onResolve({ filter: /\.wasm$/ }, (args) => {
      if (args.namespace === "wasm-module") return { path: args.path, namespace: "wasm-bytes" };
      const found = path.isAbsolute(args.path) ? args.path : path.join(args.resolveDir, args.path);
      return { path: found, namespace: "wasm-module", watchFiles: [found] };
    });
    build.onLoad({ filter: /.*/, namespace: "wasm-module" }, (args) => ({
      contents: `import bytes from ${JSON.stringify(args.path)};
        export default new WebAssembly.Module(bytes);`,
    }));
    build.onLoad({ filter: /.*/, namespace: "wasm-bytes" }, async (args) => ({
      contents: await readFile(args.path),
      loader: "binary",
    }));
  },
};

/** The modules of `_generated` that exist at run time; their types matter to editors alone. */
const GENERATED: Readonly<Record<string, string>> = {
  api: `import { anyApi, componentsGeneric } from "convex/server";
    export const api = anyApi, internal = anyApi, components = componentsGeneric();`,
  server: `export {
      queryGeneric as query, internalQueryGeneric as internalQuery,
      mutationGeneric as mutation, internalMutationGeneric as internalMutation,
      actionGeneric as action, internalActionGeneric as internalAction,
      httpActionGeneric as httpAction,
    } from "convex/server";`,
  dataModel: "",
};

/**
 * Stands in for `_generated` where it was not generated yet (many projects do not keep it under version
 * control): `npx convex codegen` needs the functions served before it can write that folder.
 */
export function generatedModules(functionsDir: string): Plugin {
  const folder = path.join(functionsDir, "_generated");
  return {
    name: "generated-modules",
    setup(build) {
      build.onResolve({ filter: /_generated\/(api|server|dataModel)(\.[jt]s)?$/ }, (args) => {
        const wanted = path.resolve(args.resolveDir, args.path.replace(/\.[jt]s$/, ""));
        const isMissing = !existsSync(`${wanted}.js`) && !existsSync(`${wanted}.ts`);
        if (path.dirname(wanted) !== folder || !isMissing) return null;
        return { path: path.basename(wanted), namespace: "generated-modules" };
      });
      build.onLoad({ filter: /.*/, namespace: "generated-modules" }, (args) => ({
        contents: GENERATED[args.path] ?? "",
        resolveDir: functionsDir,
      }));
    },
  };
}

/**
 * Marks the definitions of components that a `convex.config` imports with what `app.use` reads from
 * them, and tells of each; on Convex the deployment does so.
 * @param onFound told the absolute path of a `convex.config` file
 */
export function componentDefinitions(appDir: string, onFound: (file: string) => void): Plugin {
  return {
    name: "component-definitions",
    setup(build) {
      build.onResolve({ filter: /convex\.config/ }, async (args) => {
        if (args.namespace === "component-definition") return { path: args.path };
        if (!/\bconvex\.config\.[jt]s$/.test(args.importer)) return null;
        const file = await resolveDefinition(build, args);
        if (file === null) return null; // esbuild then says what is missing
        onFound(file);
        return { path: file, namespace: "component-definition" };
      });
      build.onLoad({ filter: /.*/, namespace: "component-definition" }, ({ path: file }) =>
        markedDefinition(file, definitionPath(appDir, file)),
      );
    },
  };
}

/**
 * The same for code that the command line has bundled: there, definitions import each other as
 * `_componentDeps/<definition path in base64url>`.
 * @param files absolute paths of the `convex.config` files, by definition path
 */
export function pushedDefinitions(files: ReadonlyMap<string, string>): Plugin {
  return {
    name: "pushed-definitions",
    setup(build) {
      build.onResolve({ filter: /.*/ }, (args) => {
        if (args.namespace === "component-definition") return { path: args.path };
        const [, encoded] = /^\.\/_componentDeps\/([\w-]+)$/.exec(args.path) ?? [];
        if (encoded === undefined) return null;
        const pluginData = Buffer.from(encoded, "base64url").toString();
        const file = files.get(pluginData);
        if (file === undefined) return null; // esbuild then says what is missing
        return { path: file, namespace: "component-definition", pluginData };
      });
      build.onLoad(
        { filter: /.*/, namespace: "component-definition" },
        ({ path: file, pluginData }) => markedDefinition(file, String(pluginData)),
      );
    },
  };
}

/** A definition with what `app.use` reads from it. */
function markedDefinition(file: string, definitionPath: string) {
  return {
    contents: `import definition from ${JSON.stringify(file)};
      export default Object.assign(definition, {
        componentDefinitionPath: ${JSON.stringify(definitionPath)},
        defaultName: definition._name,
      });`,
    resolveDir: path.dirname(file),
  };
}

/** The folder of a definition as Convex names it: relative to that of the app. */
export function definitionPath(appDir: string, file: string): string {
  return path.relative(appDir, path.dirname(file)).split(path.sep).join("/");
}

/** Imports say `convex.config`, `convex.config.js` or `convex.config.ts`, whichever there is. */
async function resolveDefinition(
  build: PluginBuild,
  args: { path: string; kind: ImportKind; resolveDir: string },
): Promise<string | null> {
  const stem = args.path.replace(/\.[jt]s$/, "");
  for (const candidate of [args.path, `${stem}.js`, `${stem}.ts`]) {
    const { kind, resolveDir } = args; // and no importer: else we would be asked ourselves
    const { path: found, errors } = await build.resolve(candidate, { kind, resolveDir });
    if (errors.length === 0 && found !== "") return found;
  }
  return null;
}

/** Leaves the packages that convex.json lists as external out of the Node bundle. */
export function externalPackages(project: Project): Plugin {
  const isExternal = (name: string) =>
    project.externalPackages.includes("*")
      ? project.dependencies.has(name)
      : project.externalPackages.includes(name);
  return {
    name: "external-packages",
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, (args) => {
        const [first = "", second = ""] = args.path.split("/");
        const name = first.startsWith("@") ? `${first}/${second}` : first;
        return isExternal(name) ? { path: args.path, external: true } : null;
      });
    },
  };
}
