/** A server in a process of its own, so that what it costs can be told from what its clients cost. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { answerOf } from "../engineProcess.ts";
import type { Sample, SampleRequest } from "./sampler.ts";

const SAMPLER = fileURLToPath(new URL("./sampler.ts", import.meta.url));

export type ServerProcess = {
  readonly child: ChildProcess;
  /** What it has used so far. @param afterGc collects garbage first, for a measure of memory */
  readonly sample: (afterGc?: boolean) => Promise<Sample>;
  readonly close: () => Promise<void>;
};

/** @param script a module's path @param environment added to that of this process */
export function startServerProcess(
  script: string,
  environment: Record<string, string>,
): ServerProcess {
  const profile =
    process.env["BENCH_PROFILE"] === "1" ? ["--cpu-prof", "--cpu-prof-dir=profiles"] : [];
  const child = fork(script, [], {
    env: { ...process.env, ...environment },
    execArgv: ["--expose-gc", ...profile, "--import", SAMPLER],
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  return {
    child,
    async sample(afterGc = false) {
      const request: SampleRequest = { type: "sample", afterGc };
      child.send(request);
      return (await answerOf(child)) as Sample;
    },
    async close() {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    },
  };
}
