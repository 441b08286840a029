/**
 * Clients in a process of their own: runs one of the loads and samples the server around its measured part.
 */
import { fork } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { answerOf } from "../engineProcess.ts";
import type { BoardServer, Dialect, Door } from "./boardServer.ts";
import type { LoadName, Loads } from "./loads.ts";
import type { Sample } from "./sampler.ts";

const RUNNER = fileURLToPath(new URL("./loadRunner.ts", import.meta.url));
/** What was written last is saved within this, and counts. */
const SETTLED_MS = 1_000;

export type LoadOrder = {
  name: LoadName;
  dialect: Dialect;
  doors: Door[][];
  options: unknown;
};
export type LoadRun<Result> = { before: Sample; after: Sample; result: Result };

export async function runLoad<Name extends LoadName>(
  server: BoardServer,
  doors: Door[][],
  name: Name,
  options: Parameters<Loads[Name]>[1],
  { afterGc = false }: { afterGc?: boolean } = {},
): Promise<LoadRun<Awaited<ReturnType<Loads[Name]>>>> {
  const child = fork(RUNNER);
  const order: LoadOrder = { name, dialect: server.dialect, doors, options };
  child.send(order);
  await answerOf(child); // ready
  const before = await server.sample(afterGc);
  child.send("go");
  const { result } = (await answerOf(child)) as { result: Awaited<ReturnType<Loads[Name]>> };
  await sleep(SETTLED_MS);
  const after = await server.sample(afterGc);
  child.send("leave");
  return { before, after, result };
}
