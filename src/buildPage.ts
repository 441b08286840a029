/** Builds the page where it is missing, in a process of its own, so that none of it stays in memory. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

/** The folder of the built page. `onStart` is told when it has to be built, which takes seconds. */
export async function buildPage(onStart: () => void): Promise<string> {
  const folder = join(ROOT, "dist", "web");
  if (existsSync(join(folder, "index.html"))) return folder;
  onStart();
  const vite = join(ROOT, "node_modules", "vite", "bin", "vite.js");
  const config = join(ROOT, "src", "web", "vite.config.ts");
  const build = spawn(
    process.execPath,
    [vite, "build", "--config", config, "--logLevel", "error"],
    {
      cwd: ROOT,
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let complaints = "";
  build.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text));
  const [code] = (await once(build, "close")) as [number | null];
  if (code !== 0) throw new Error(`the page cannot be built (\`npm run build\`):\n${complaints}`);
  return folder;
}
