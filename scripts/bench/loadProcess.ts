/**
 * Load in a process of its own: runs one of the loads below with stock clients and tells when its measured
 * part begins and ends, so that the engine can be sampled at both.
 */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

import { answerOf, type EngineProcess } from "./engineProcess.ts";
import type { EngineSample } from "./engineHost.ts";
import type { LoadName, Loads } from "./loads.ts";

const RUNNER = fileURLToPath(new URL("./loadRunner.ts", import.meta.url));

/** Engine samples from just before and just after the measured part, and what the load saw. */
export type LoadRun<Result> = { before: EngineSample; after: EngineSample; result: Result };

export async function runLoad<Name extends LoadName>(
  engine: EngineProcess,
  name: Name,
  options: Parameters<Loads[Name]>[1],
): Promise<LoadRun<Awaited<ReturnType<Loads[Name]>>>> {
  const child = fork(RUNNER, [name, engine.url, JSON.stringify(options)]);
  await answerOf(child); // ready
  const before = await engine.sample();
  child.send("go");
  const { result } = (await answerOf(child)) as { result: Awaited<ReturnType<Loads[Name]>> };
  const after = await engine.sample();
  child.send("leave");
  return { before, after, result };
}
