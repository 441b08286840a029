/**
 * Fills the disk of the engine again and again while stock clients work on. While it is full, whoever writes
 * must be told so and whoever reads must be answered; as soon as there is room the same process must go on.
 * Every second time the engine is killed while the disk is full.
 */
import { randomBytes, randomInt } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { ConvexHttpClient } from "convex/browser";

import { Auditor, NO_FINDINGS, sumOf, type Findings } from "./audit.ts";
import { add, CHAOS_FUNCTIONS, uploadUrl, writesInRound } from "./chaosFunctions.ts";
import { startEngineProcess, type EngineProcess } from "./engineProcess.ts";
import { startPatientProxy } from "./patientProxy.ts";
import { mountSmallDisk, type SmallDisk } from "./smallDisk.ts";
import { Promised, startWriters, upload } from "./writers.ts";

const DISK_MIB = 48;
const MAX_ACKNOWLEDGED_BETWEEN = 100;
const PROBE_ROUND = -1; // writes that only ask whether there is room; nobody waits for them
const FILE_BYTES = 64 * 1024;
const POLL_MS = 20;
const MAX_POLLS = 250;

export type FullDiskReport = Findings & {
  fills: number;
  acknowledged: number;
  /** How often a client was told that the disk is full. */
  refused: number;
  /** Times that something else happened than it should, in words. */
  surprises: string[];
};

/** Null where there is no small disk to be had. */
export async function fillAgainAndAgain(
  fills: number,
  writerCount: number,
): Promise<FullDiskReport | null> {
  const disk = mountSmallDisk(DISK_MIB);
  if (disk === null) return null;
  const dataDir = join(disk.path, "data");
  const promised = new Promised();
  const auditor = new Auditor(promised, dataDir);
  const proxy = await startPatientProxy();
  const start = () => startEngineProcess(CHAOS_FUNCTIONS, dataDir, { cloudOrigin: proxy.address });
  const surprises: string[] = [];
  let findings = NO_FINDINGS;
  let engine = await start();
  proxy.lead(engine.port);
  try {
    const writers = startWriters(proxy.address, writerCount, promised);

    for (let fill = 1; fill <= fills; fill++) {
      writers.round = fill;
      await writers.acknowledged(1 + randomInt(MAX_ACKNOWLEDGED_BETWEEN));
      surprises.push(...(await whileFull(engine, disk)));
      if (fill % 2 === 0) {
        proxy.lead(null);
        await engine.kill();
        engine = await startOnFullDisk(start, disk, surprises);
        proxy.lead(engine.port);
      }
      disk.free();
      if (!(await isWritable(engine))) surprises.push(`fill ${fill}: no write succeeds any more`);
    }

    await writers.stop();
    const rounds = Array.from({ length: fills + 1 }, (_, round) => round);
    findings = sumOf(findings, await auditor.audit(engine.address, rounds));
    const refused = [...promised.refusals].reduce((sum, [, count]) => sum + count, 0);
    for (const reason of promised.refusals.keys()) {
      if (!isAboutTheDisk(reason)) surprises.push(`a client was told: ${reason}`);
    }
    return { ...findings, fills, acknowledged: promised.count, refused, surprises };
  } finally {
    await engine.kill();
    proxy.close();
    disk.unmount();
  }
}

/** Fills the disk; what is then not as it should be. */
async function whileFull({ address }: EngineProcess, disk: SmallDisk): Promise<string[]> {
  const client = new ConvexHttpClient(address, { logger: false });
  const surprises: string[] = [];
  const { pathname, search } = new URL(await client.mutation(uploadUrl, {}));
  disk.fill();
  let refusal = "";
  for (let poll = 1; refusal === "" && poll <= MAX_POLLS; poll++) {
    refusal = await refusalOf(() => client.mutation(add, probe(poll)));
    await sleep(POLL_MS);
  }
  if (!isAboutTheDisk(refusal)) surprises.push(`a write on a full disk: ${refusal || "accepted"}`);
  const body = randomBytes(FILE_BYTES);
  const uploaded = await refusalOf(() => upload(`${address}${pathname}${search}`, body));
  if (!uploaded.startsWith("507 ")) surprises.push(`an upload: ${uploaded || "accepted"}`);
  const read = await refusalOf(() => client.query(writesInRound, { round: 1 }));
  if (read !== "") surprises.push(`a read on a full disk: ${read}`);
  return surprises;
}

/** A start that is refused must say why; then it must succeed as soon as there is room. */
async function startOnFullDisk(
  start: () => Promise<EngineProcess>,
  disk: SmallDisk,
  surprises: string[],
): Promise<EngineProcess> {
  try {
    return await start();
  } catch (error) {
    if (!isAboutTheDisk(String(error))) surprises.push(`a start on a full disk: ${String(error)}`);
  }
  disk.free();
  return await start();
}

async function isWritable({ address }: EngineProcess): Promise<boolean> {
  const client = new ConvexHttpClient(address, { logger: false });
  for (let poll = 1; poll <= MAX_POLLS; poll++) {
    if ((await refusalOf(() => client.mutation(add, probe(poll)))) === "") return true;
    await sleep(POLL_MS);
  }
  return false;
}

const probe = (sequence: number) => ({ round: PROBE_ROUND, writer: PROBE_ROUND, sequence });

/** What was said instead of an answer; empty when there was one. */
async function refusalOf(task: () => Promise<unknown>): Promise<string> {
  try {
    await task();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isAboutTheDisk(reason: string): boolean {
  return /disk is full|no space left/i.test(reason);
}
