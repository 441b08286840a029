/**
 * What the project around a functions folder says about building it: the nearest package.json, the
 * convex.json beside it, and the node_modules that its imports are found in.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { EmbeddedConvexError } from "../../embeddedConvexError.ts";

export interface Project {
  /** Absolute: the folder of package.json, or the parent of the functions when there is none. */
  readonly directory: string;
  /** The nearest existing node_modules, or where one would be. */
  readonly nodeModules: string;
  /** Names of packages that Node modules load at run time; `*` stands for all dependencies. */
  readonly externalPackages: readonly string[];
  readonly dependencies: ReadonlySet<string>;
}

const vConvexJson = z.object({
  node: z.object({ externalPackages: z.array(z.string()).optional() }).optional(),
});
const vDependencies = z.record(z.string(), z.string()).optional();
const vPackageJson = z.object({
  dependencies: vDependencies,
  devDependencies: vDependencies,
  peerDependencies: vDependencies,
  optionalDependencies: vDependencies,
});

/** @throws EmbeddedConvexError FUNCTIONS_INVALID when a configuration file cannot be read. */
export function findProject(functionsDir: string): Project {
  const parent = path.dirname(functionsDir);
  const directory = findUp(parent, "package.json") ?? parent;
  const packageJson = readJson(path.join(directory, "package.json"), vPackageJson);
  const convexJson = readJson(path.join(directory, "convex.json"), vConvexJson);
  return {
    directory,
    nodeModules: path.join(findUp(directory, "node_modules") ?? directory, "node_modules"),
    externalPackages: convexJson?.node?.externalPackages ?? [],
    dependencies: new Set(
      Object.values(packageJson ?? {}).flatMap((versions) => Object.keys(versions ?? {})),
    ),
  };
}

/** The nearest folder from `start` upwards that holds `name`. */
function findUp(start: string, name: string): string | null {
  for (let directory = start; ; directory = path.dirname(directory)) {
    if (existsSync(path.join(directory, name))) return directory;
    if (directory === path.dirname(directory)) return null;
  }
}

function readJson<T>(file: string, schema: z.ZodType<T>): T | null {
  if (!existsSync(file)) return null;
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new EmbeddedConvexError("FUNCTIONS_INVALID", `${file} cannot be used: ${reason}`, {
      cause: error,
    });
  }
}
