/** esbuild as the Convex CLI runs it, with errors that name the file and say what to do. */
import { build } from "esbuild";
import type { BuildFailure, BuildOptions, BuildResult, Message } from "esbuild";

import { EmbeddedConvexError } from "../../embeddedConvexError.ts";

export const COMMON_OPTIONS = {
  bundle: true,
  target: "esnext",
  jsx: "automatic",
  conditions: ["convex", "module"],
  treeShaking: true,
  keepNames: true,
  define: { "process.env.NODE_ENV": '"production"' },
  sourcemap: "external",
  sourcesContent: false,
  metafile: true,
  write: false,
  logLevel: "silent",
} as const satisfies BuildOptions;

type InMemory = { readonly metafile: true; readonly write: false };
export type Built = BuildResult<InMemory>;

/**
 * @param directory that of the project, which errors name files relative to
 * @throws EmbeddedConvexError FUNCTIONS_INVALID, naming the file
 */
export async function buildFor(
  directory: string,
  options: BuildOptions & InMemory,
): Promise<Built> {
  try {
    return await build({ ...options, absWorkingDir: directory });
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    if (errors === undefined) throw error;
    const lines = errors.map((message) => describeProblem(message));
    throw new EmbeddedConvexError("FUNCTIONS_INVALID", lines.join("\n"), { cause: error });
  }
}

function describeProblem(message: Message): string {
  const at = message.location;
  const where = at === null ? "" : `${at.file}:${String(at.line)}:${String(at.column + 1)}: `;
  const isNodeImport = message.notes.some((note) => note.text.includes("bundle for node"));
  const advice = isNodeImport
    ? ' This file runs in the default runtime, which has no Node APIs: move what needs them into a file of actions that starts with "use node".'
    : "";
  return `${where}${message.text}.${advice}`;
}

export function outputText(result: Built, extension: string): string {
  const file = result.outputFiles.find((output) => output.path.endsWith(extension));
  if (file === undefined) throw new Error(`esbuild wrote no ${extension} file`);
  return file.text;
}
