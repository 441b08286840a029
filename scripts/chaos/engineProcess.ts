/** The engine as a process of its own, through its command line, to be killed. */
import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../src/embedded/cli.ts", import.meta.url));

export type EngineProcess = {
  readonly port: number;
  readonly address: string;
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Stands still, as on a machine that sleeps, until `resume`. */
  pause(): void;
  resume(): void;
};

/** Resolves when clients can connect. @throws Error with the output if the engine ends instead */
export async function startEngineProcess(
  functionsDir: string,
  dataDir: string,
): Promise<EngineProcess> {
  const child = spawn(
    process.execPath,
    [CLI, "--functions", functionsDir, "--data", dataDir, "--port", "0", "--site-port", "0"],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const port = await listeningPort(child);
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

function listeningPort(child: ChildProcess): Promise<number> {
  let output = "";
  return new Promise((resolve, reject) => {
    child.once("exit", () => reject(new Error(`The engine did not start:\n${output}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (part: Buffer) => {
        output = (output + part.toString()).slice(-10_000);
        const port = /Convex functions: http:\/\/[^:]+:(\d+)/.exec(output)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
    }
  });
}
