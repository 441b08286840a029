/**
 * The code of the folder `context/`, built once per process into a script that evaluates to its
 * `installContext`. It is kept as TypeScript files rather than as text so that it is checked like all
 * other code.
 */
import { Script } from "node:vm";
import { fileURLToPath } from "node:url";

let building: Promise<string> | undefined;

export function contextSource(): Promise<string> {
  building ??= buildSource();
  return building;
}

/** Takes what another thread has built. */
export function adoptContextSource(source: string): void {
  building = Promise.resolve(source);
}

export async function contextScript(): Promise<Script> {
  return new Script(await contextSource(), { filename: "convex-context.js" });
}

async function buildSource(): Promise<string> {
  const { build } = await import("esbuild"); // threads that adopt a source need none
  const result = await build({
    entryPoints: [fileURLToPath(new URL("../context/entry.ts", import.meta.url))],
    bundle: true,
    platform: "neutral",
    target: "esnext",
    format: "iife",
    globalName: "entry",
    write: false,
  });
  const source = result.outputFiles[0]?.text ?? "";
  return `(() => { ${source}\nreturn entry.installContext; })()`;
}
