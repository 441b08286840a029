/**
 * The whole product as its user starts it: `src/main.ts` in a process of its own, on free ports, with
 * a data folder of its own. `kill()` is `kill -9`; `restart()` starts it again on the same folder and
 * ports, as a machine does after a power cut.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./freePort.ts";

const START_LIMIT_MS = 120_000; // the first start builds the page

export interface Product {
  readonly url: string;
  readonly convexUrl: string;
  readonly dataDir: string;
  /** Everything the process printed so far, for failure messages and log checks. */
  output(): string;
  kill(): Promise<void>;
  /** Stops it dead, with its sockets open, as a machine that hangs; until `resume`. */
  pause(): void;
  resume(): void;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
  restart(): Promise<void>;
  /** Kills it and removes its data. */
  dispose(): Promise<void>;
}

/** @throws when the product is not healthy within START_LIMIT_MS, with what it printed. */
export async function startProduct(environment: Record<string, string> = {}): Promise<Product> {
  const dataDir = mkdtempSync(join(tmpdir(), "lectern-"));
  const [port, convexPort, sitePort] = [await freePort(), await freePort(), await freePort()];
  const url = `http://localhost:${port}`;
  let child: ChildProcess | undefined;
  let printed = "";

  async function start(): Promise<void> {
    const started = spawn(process.execPath, ["src/main.ts"], {
      env: {
        ...withoutModel(process.env),
        PORT: String(port),
        CONVEX_PORT: String(convexPort),
        CONVEX_SITE_PORT: String(sitePort),
        DATA_DIR: dataDir,
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    started.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    started.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    await healthy(url, started, () => printed);
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const ending = child;
    child = undefined;
    if (ending?.exitCode !== null || ending.signalCode !== null) return null;
    const exited = once(ending, "exit") as Promise<[number | null]>;
    ending.kill(signal);
    return (await exited)[0];
  }

  await start();
  return {
    url,
    convexUrl: environment["CONVEX_URL"] ?? `http://localhost:${convexPort}`,
    dataDir,
    output: () => printed,
    pause: () => child?.kill("SIGSTOP"),
    resume: () => child?.kill("SIGCONT"),
    kill: async () => {
      await end("SIGKILL");
    },
    stop: () => end("SIGTERM"),
    restart: async () => {
      await end("SIGKILL");
      await start();
    },
    dispose: async () => {
      await end("SIGKILL");
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A developer's own model settings must not reach a test. */
function withoutModel(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = /^(OPENAI_|MODEL_|CONVEX_|PUBLIC_|REDIS_|DATA_DIR|PORT|HOST$)/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !ours.test(name)));
}

async function healthy(url: string, child: ChildProcess, printed: () => string): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the product ended while starting:\n${printed()}`);
    const ok = await fetch(`${url}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    if (Date.now() > deadline) throw new Error(`the product did not become healthy:\n${printed()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
