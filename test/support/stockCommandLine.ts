/** Real `convex` processes, unmodified, against an engine: how a project is made for them and how they are run. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { onTestFinished } from "vitest";

const NODE_MODULES = fileURLToPath(new URL("../../node_modules", import.meta.url));
const COMMAND = join(NODE_MODULES, "convex", "bin", "main.js");
const FIXTURES = fileURLToPath(new URL("../fixtures/convex-projects", import.meta.url));

/** The functions of a fixture project, to be written into another one. */
export function fixtureFiles(name: string): Record<string, string> {
  const folder = join(FIXTURES, name);
  const entries = readdirSync(join(folder, "convex"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return [relative(folder, file), readFileSync(file, "utf8")];
    }),
  );
}

/** A project folder, as its author would have it. */
export class ConvexProject {
  readonly folder = mkdtempSync(join(tmpdir(), "convex-project-"));

  constructor(files: Record<string, string>) {
    this.write("package.json", '{"type":"module","dependencies":{"convex":"1.48.0"}}');
    symlinkSync(NODE_MODULES, join(this.folder, "node_modules"));
    for (const [file, text] of Object.entries(files)) this.write(file, text);
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  write(file: string, text: string | Uint8Array): void {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), text);
  }

  delete(file: string): void {
    rmSync(this.path(file), { recursive: true, force: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export type Deployment = { readonly url: string; readonly adminKey: string };

export type RunningCommand = {
  /** Everything that was printed so far. */
  readonly output: () => string;
  readonly stop: () => void;
  readonly done: Promise<Finished>;
};
export type Finished = { code: number | null; stdout: string; stderr: string };

/** Starts `convex ...args` in the project; it is stopped with the test at the latest. */
export function startConvex(
  project: ConvexProject,
  deployment: Deployment,
  ...args: string[]
): RunningCommand {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: project.folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: project.folder,
      CONVEX_SELF_HOSTED_URL: deployment.url,
      CONVEX_SELF_HOSTED_ADMIN_KEY: deployment.adminKey,
    },
  });
  const printed = { stdout: "", stderr: "", all: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].on("data", (data: Buffer) => {
      printed[stream] += data.toString();
      printed.all += data.toString();
    });
  }
  const done = once(child, "close").then(([code]) => {
    return { code: code as number | null, stdout: printed.stdout, stderr: printed.stderr };
  });
  const stop = (): void => void child.kill("SIGINT");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await done;
  });
  return { output: () => printed.all, stop, done };
}

/** Runs `convex ...args` to its end. */
export async function runConvex(
  project: ConvexProject,
  deployment: Deployment,
  ...args: string[]
): Promise<Finished> {
  return await startConvex(project, deployment, ...args).done;
}
