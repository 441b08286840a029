/**
 * `npm run codegen [-- --check]`: writes convex/_generated with the stock `convex codegen`, run
 * against an embedded engine that is started for the purpose. With --check nothing is changed, and
 * the exit code is 1 if the committed files are not what would be written.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startEmbeddedConvex } from "../src/embedded/startEmbeddedConvex.ts";

const ROOT = join(import.meta.dirname, "..");
const GENERATED = join(ROOT, "convex", "_generated");

type Files = ReadonlyMap<string, string>;

function readGenerated(): Files {
  const names = readdirSync(GENERATED).sort();
  return new Map(names.map((name) => [name, readFileSync(join(GENERATED, name), "utf8")]));
}

function restoreGenerated(files: Files): void {
  for (const name of readdirSync(GENERATED)) if (!files.has(name)) rmSync(join(GENERATED, name));
  for (const [name, text] of files) writeFileSync(join(GENERATED, name), text);
}

async function generate(): Promise<void> {
  const engine = await startEmbeddedConvex({
    functionsDir: join(ROOT, "convex"),
    dataDir: ":memory:",
  });
  try {
    const cli = join(ROOT, "node_modules", "convex", "bin", "main.js");
    const target = ["--url", engine.url, "--admin-key", engine.adminKey];
    const args = [cli, "codegen", "--typecheck", "disable", ...target];
    const codegen = spawn(process.execPath, args, { cwd: ROOT, stdio: "inherit" });
    const [code] = (await once(codegen, "close")) as [number | null];
    if (code !== 0) throw new Error("`convex codegen` failed");
  } finally {
    await engine.close();
  }
}

const isCheck = process.argv[2] === "--check";
const before = readGenerated();
try {
  await generate();
  const after = readGenerated();
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const stale = names.filter((name) => before.get(name) !== after.get(name));
  if (isCheck) {
    restoreGenerated(before);
    if (stale.length > 0) {
      throw new Error(`convex/_generated is stale (${stale.join(", ")}): run \`npm run codegen\``);
    }
  }
  console.log(stale.length === 0 ? "convex/_generated is current" : `Wrote ${stale.join(", ")}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
