/**
 * The code of the folder `context/`, built once per process into a script that evaluates to its
 * `installContext`. It is kept as TypeScript files rather than as text so that it is checked like all
 * other code.
 */
import { Script } from "node:vm";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

let building: Promise<Script> | undefined;

export function contextScript(): Promise<Script> {
  building ??= buildScript();
  return building;
}

async function buildScript(): Promise<Script> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL("./context/entry.ts", import.meta.url))],
    bundle: true,
    platform: "neutral",
    target: "esnext",
    format: "iife",
    globalName: "entry",
    write: false,
  });
  const source = result.outputFiles[0]?.text ?? "";
  return new Script(`(() => { ${source}\nreturn entry.installContext; })()`, {
    filename: "convex-context.js",
  });
}
