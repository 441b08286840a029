/** The engine as a process of its own, through its command line, to be killed. */
import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

import { freePort } from "../../test/support/freePort.ts";

const CLI = fileURLToPath(new URL("../../src/embedded/cli.ts", import.meta.url));
const MAX_OUTPUT_CHARS = 10_000;

export type EngineProcess = {
  readonly port: number;
  /** Of the engine itself, whatever clients see. */
  readonly address: string;
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Stands still, as on a machine that sleeps, until `resume`. */
  pause(): void;
  resume(): void;
};

export type EngineProcessOptions = {
  /** The address that clients see, if it is not the engine's own. */
  cloudOrigin?: string;
  /** Variables of the functions: a file of lines NAME=value. */
  envFile?: string;
};

/**
 * Resolves when clients can connect.
 * @throws Error with the output if the engine ends instead
 */
export async function startEngineProcess(
  functionsDir: string,
  dataDir: string,
  { cloudOrigin, envFile }: EngineProcessOptions = {},
): Promise<EngineProcess> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [
      ...[CLI, "--functions", functionsDir, "--data", dataDir],
      ...["--port", String(port), "--site-port", "0"],
      ...(cloudOrigin === undefined ? [] : ["--cloud-origin", cloudOrigin]),
      ...(envFile === undefined ? [] : ["--env-file", envFile]),
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await listening(child);
  return {
    port,
    address: `http://127.0.0.1:${port}`,
    kill: () => {
      child.kill("SIGKILL");
      return gone;
    },
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
  };
}

function listening(child: ChildProcess): Promise<void> {
  let output = "";
  return new Promise((resolve, reject) => {
    child.once("close", () => reject(new Error(`The engine did not start:\n${output}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (part: Buffer) => {
        output = (output + part.toString()).slice(-MAX_OUTPUT_CHARS);
        if (output.includes("Convex functions: ")) resolve();
      });
    }
  });
}
