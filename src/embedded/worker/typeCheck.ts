/**
 * Runs the type checker of the project that the functions belong to, as the Convex CLI does: with the
 * `tsconfig.json` of the functions folder. A project without one, or without TypeScript, is not checked.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export type TypeCheck = {
  /** What the compiler printed if it found errors; null if there are none or it could not run. */
  readonly output: Promise<string | null>;
  /** Stops a check whose answer is of no interest any more. */
  cancel(): void;
};

const MAX_OUTPUT_CHARS = 64 * 1024;

export function startTypeCheck(functionsDir: string): TypeCheck {
  const tsconfig = join(functionsDir, "tsconfig.json");
  const compiler = existsSync(tsconfig) ? findCompiler(functionsDir) : null;
  if (compiler === null) return { output: Promise.resolve(null), cancel: () => undefined };
  const child = spawn(process.execPath, [compiler, "--noEmit", "--project", tsconfig], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { output: collect(child), cancel: () => void child.kill() };
}

function findCompiler(functionsDir: string): string | null {
  try {
    return createRequire(join(functionsDir, "_")).resolve("typescript/bin/tsc");
  } catch {
    return null;
  }
}

async function collect(child: ChildProcess): Promise<string | null> {
  let output = "";
  const keep = (part: Buffer): void => {
    if (output.length < MAX_OUTPUT_CHARS) output += part.toString();
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  const exitCode = await new Promise<number | null>((resolve) => {
    child.on("error", () => resolve(null));
    child.on("close", resolve);
  });
  return exitCode === null || exitCode === 0 ? null : output;
}
