/** Builds the page where it is missing, in a process of its own, so that none of it stays in memory. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const PAGE = join(ROOT, "dist", "web");
const isThere = () => existsSync(join(PAGE, "index.html"));

/**
 * The folder of the built page. `onStart` is told when it has to be built, which takes seconds. Two
 * companions may do so at once: each builds aside, and whoever is done first has made it.
 * @throws Error with the compiler's words
 */
export async function buildPage(onStart: () => void): Promise<string> {
  if (isThere()) return PAGE;
  onStart();
  const aside = `${PAGE}.${process.pid}`;
  try {
    await runVite(aside);
    renameSync(aside, PAGE);
  } catch (error) {
    if (!isThere()) throw error;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return PAGE;
}

async function runVite(outDir: string): Promise<void> {
  const vite = join(ROOT, "node_modules", "vite", "bin", "vite.js");
  const config = join(ROOT, "src", "web", "vite.config.ts");
  const options = ["--config", config, "--outDir", outDir, "--emptyOutDir", "--logLevel", "error"];
  const build = spawn(process.execPath, [vite, "build", ...options], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaints = "";
  build.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text));
  const [code] = (await once(build, "close")) as [number | null];
  if (code !== 0) throw new Error(`the page cannot be built (\`npm run build\`):\n${complaints}`);
}
