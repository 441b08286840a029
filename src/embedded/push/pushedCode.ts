/** The code that the stock command line sends, and how the last push is kept in the data folder. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { EmbeddedConvexError } from "../embeddedConvexError.ts";

const vModule = z.object({
  /** Relative to the functions, with its extension: `folder/file.js`. Chunks lie below `_deps/`. */
  path: z.string().refine(staysBelow, "leads out of its folder"),
  source: z.string(),
  sourceMap: z.string().optional(),
  environment: z.enum(["isolate", "node"]),
});
const vDefinition = {
  definition: vModule.nullable(),
  schema: vModule.nullable(),
};

/** What has to be kept of a push to run it again. */
const vPushedCode = z.object({
  /** The functions folder as the project names it: `convex/`. */
  functions: z.string().refine(staysBelow, "leads out of the project"),
  app: z.object({ ...vDefinition, modules: z.array(vModule) }),
  components: z.array(
    z.object({ ...vDefinition, definitionPath: z.string(), modules: z.array(vModule) }),
  ),
  /** Packages that were left out of the modules for Node. */
  nodeDependencies: z.array(z.object({ name: z.string(), version: z.string() })),
});
export type PushedCode = z.infer<typeof vPushedCode>;
export type PushedModule = z.infer<typeof vModule>;

/** The body of `start_push` and of the requests that ask what it would do. */
export const vPushRequest = z
  .object({
    adminKey: z.string(),
    dryRun: z.boolean(),
    functions: z.string(),
    appDefinition: z.object({
      ...vDefinition,
      changedModules: z.array(vModule),
      unchangedModuleHashes: z.array(z.unknown()).max(0, "this engine remembers no modules"),
      udfServerVersion: z.string(),
    }),
    componentDefinitions: z.array(
      z.object({ ...vDefinition, definitionPath: z.string(), functions: z.array(vModule) }),
    ),
    nodeDependencies: z.array(z.object({ name: z.string(), version: z.string() })),
  })
  .transform(({ adminKey, dryRun, appDefinition, componentDefinitions, ...rest }) => {
    const { definition, schema, changedModules: modules, udfServerVersion } = appDefinition;
    const components = componentDefinitions.map(({ functions, ...component }) => {
      return { ...component, modules: functions };
    });
    const code: PushedCode = { ...rest, app: { definition, schema, modules }, components };
    return { adminKey, dryRun, udfServerVersion, code };
  });

const FILE = "pushed-code.json";

/** The last code that was pushed; null if there was none. @throws EmbeddedConvexError DATA_DIR_UNUSABLE */
export function readPushedCode(dataDir: string): PushedCode | null {
  const file = join(dataDir, FILE);
  try {
    return vPushedCode.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new EmbeddedConvexError("DATA_DIR_UNUSABLE", `${file} cannot be used: ${reason}`, {
      cause: error,
    });
  }
}

/** On disk, whole, when it returns; before, the old one is. */
export function keepPushedCode(dataDir: string, code: PushedCode): void {
  const file = join(dataDir, FILE);
  const draft = openSync(`${file}.new`, "w", 0o600);
  try {
    writeSync(draft, JSON.stringify(code));
    fsyncSync(draft);
  } finally {
    closeSync(draft);
  }
  renameSync(`${file}.new`, file);
  const folder = openSync(dataDir, "r");
  fsyncSync(folder);
  closeSync(folder);
}

/** Pushed paths become files: none may name one elsewhere. */
function staysBelow(path: string): boolean {
  return !path.startsWith("/") && !path.includes("\\") && !path.split("/").includes("..");
}
