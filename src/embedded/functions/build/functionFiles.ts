/**
 * Which files of a functions folder are modules, and in which runtime each runs: the same choice that
 * the Convex CLI makes, so that what deploys is what runs here. Only looks; bundles nothing.
 */
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { EmbeddedConvexError } from "../../embeddedConvexError.ts";

export interface FunctionFile {
  /** As in function paths: `folder/file`, no extension. */
  readonly path: string;
  /** Absolute. */
  readonly file: string;
  readonly environment: "isolate" | "node";
}

export interface FunctionFiles {
  readonly modules: FunctionFile[];
  /** Those of `schema`, `auth.config` and `convex.config` that there are, with their absolute paths. */
  readonly definitions: ReadonlyMap<string, string>;
}

const EXTENSIONS = [".js", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".jsx"];
/** Modules that the deployment itself reads: they cannot run in Node. */
const DEFAULT_RUNTIME_ONLY = new Set(["http", "crons", "schema", "auth.config"]);

/** @throws EmbeddedConvexError FUNCTIONS_INVALID when the folder is missing or a file is misplaced. */
export function findFunctionFiles(functionsDir: string): FunctionFiles {
  if (!existsSync(functionsDir) || !statSync(functionsDir).isDirectory()) {
    throw invalid(`There is no folder of Convex functions at ${functionsDir}.`);
  }
  const modules = [...walk(functionsDir)]
    .filter((file) => isModule(functionsDir, file))
    .map((file) => describe(functionsDir, file));
  const definitions = ["schema", "auth.config", "convex.config"].flatMap((name) => {
    const file = definition(functionsDir, name);
    return file === null ? [] : [[name, file] as const];
  });
  return { modules, definitions: new Map(definitions) };
}

function* walk(directory: string): Generator<string> {
  const entries = readdirSync(directory, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const entryPath = path.join(directory, entry.name);
    if (entry.isDirectory()) {
      // A folder with a definition of its own is another component, deployed through its parent.
      const isComponent = [".ts", ".js"].some((extension) =>
        existsSync(path.join(entryPath, `convex.config${extension}`)),
      );
      if (!isComponent) yield* walk(entryPath);
    } else if (entry.isFile()) {
      yield entryPath;
    }
  }
}

function isModule(functionsDir: string, file: string): boolean {
  const relative = posixRelative(functionsDir, file);
  const base = path.basename(file);
  if (relative.startsWith("_deps/")) {
    throw invalid(`${file} lies in "_deps", a name that is reserved for bundled dependencies.`);
  }
  const isSkipped =
    !EXTENSIONS.some((extension) => relative.endsWith(extension)) ||
    relative.startsWith("_generated/") ||
    relative.includes(" ") ||
    base.startsWith(".") ||
    base.startsWith("#") ||
    base === "schema.ts" ||
    base === "schema.js" ||
    base.split(".").length > 2; // auth.config.ts, convex.config.ts, x.test.ts, x.d.ts
  if (isSkipped) return false;
  // An empty .ts file is no module for TypeScript either.
  return !/\.tsx?$/.test(base) || /^\s{0,100}(import|export)/m.test(readFileSync(file, "utf8"));
}

function describe(functionsDir: string, file: string): FunctionFile {
  const relative = posixRelative(functionsDir, file);
  const modulePath = relative.slice(0, -path.extname(relative).length);
  const usesNode = hasUseNodeDirective(readFileSync(file, "utf8"));
  if (usesNode && DEFAULT_RUNTIME_ONLY.has(modulePath)) {
    throw invalid(`"use node" is not allowed in ${relative}.`);
  }
  if (!usesNode && relative.startsWith("actions/")) {
    throw invalid(`${relative} is in the folder "actions" but does not start with "use node".`);
  }
  return { path: modulePath, file, environment: usesNode ? "node" : "isolate" };
}

/** True when one of the directives that open a module is "use node". */
export function hasUseNodeDirective(source: string): boolean {
  const opening = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|;|(?<directive>"[^"\n]*"|'[^'\n]*'))/y;
  for (let match = opening.exec(source); match !== null; match = opening.exec(source)) {
    if (match.groups?.["directive"]?.slice(1, -1) === "use node") return true;
  }
  return false;
}

function definition(functionsDir: string, name: string): string | null {
  const found = [".ts", ".js"]
    .map((extension) => path.join(functionsDir, name + extension))
    .filter((file) => existsSync(file));
  if (found.length > 1) throw invalid(`Found both ${found.join(" and ")}; keep one.`);
  return found[0] ?? null;
}

function posixRelative(from: string, to: string): string {
  return path.relative(from, to).split(path.sep).join("/");
}

function invalid(message: string): EmbeddedConvexError {
  return new EmbeddedConvexError("FUNCTIONS_INVALID", message);
}
