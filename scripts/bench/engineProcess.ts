/** Starts engineHost.ts, asks it for samples, and ends it. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { PROJECT_DIR } from "./benchProject.ts";
import type { EngineSample } from "./engineHost.ts";

const HOST = fileURLToPath(new URL("./engineHost.ts", import.meta.url));

export type EngineProcess = {
  readonly url: string;
  /** What the engine has used and done so far. */
  sample(): Promise<EngineSample>;
  close(): Promise<void>;
};

/** Resolves when clients can connect. @param nodeArgs such as `--cpu-prof` */
export async function startEngine(
  dataDir: string,
  { cacheMb = 64, nodeArgs = [] }: { cacheMb?: number; nodeArgs?: readonly string[] } = {},
): Promise<EngineProcess> {
  const child = fork(HOST, [PROJECT_DIR, dataDir, String(cacheMb)], { execArgv: [...nodeArgs] });
  const { url } = (await answerOf(child)) as { url: string };
  return {
    url,
    async sample() {
      child.send("sample");
      const { body } = (await answerOf(child)) as { body: EngineSample };
      return body;
    },
    async close() {
      const gone = once(child, "exit");
      child.send("close");
      await gone;
    },
  };
}

/** The next message of the child. @throws Error if it ends first */
export function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => {
      reject(new Error(`A process of the benchmark ended with code ${code}.`));
    };
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.off("exit", onExit);
      resolve(message);
    });
  });
}
