/** Kills the engine again and again, at moments that are never the same, while stock clients work on. */
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { ConvexHttpClient } from "convex/browser";

import { Auditor, NO_FINDINGS, sumOf, type Findings } from "./audit.ts";
import { CHAOS_FUNCTIONS, counts } from "./chaosFunctions.ts";
import { startEngineProcess } from "./engineProcess.ts";
import { startPatientProxy } from "./patientProxy.ts";
import { Promised, startWriters } from "./writers.ts";

const MAX_ACKNOWLEDGED_A_LIFE = 60; // so that several writers are back, and some lives are very short
const MAX_PAUSE_MS = 10; // so that the end comes at every moment of a commit

export type KillReport = Findings & { kills: number; acknowledged: number; files: number };

/** @param onKill told after each, with what was found so far */
export async function killAgainAndAgain(
  kills: number,
  writerCount: number,
  onKill: (report: KillReport) => void = () => undefined,
): Promise<KillReport> {
  const dataDir = mkdtempSync(join(tmpdir(), "chaos-"));
  const promised = new Promised();
  const auditor = new Auditor(promised, dataDir);
  const proxy = await startPatientProxy();
  const start = () => startEngineProcess(CHAOS_FUNCTIONS, dataDir, { cloudOrigin: proxy.address });
  const writers = startWriters(proxy.address, writerCount, promised);
  let findings = NO_FINDINGS;
  const report = (done: number): KillReport => ({
    ...findings,
    kills: done,
    acknowledged: promised.count,
    files: promised.files.size,
  });

  for (let round = 1; round <= kills; round++) {
    const engine = await start();
    findings = sumOf(findings, await auditor.audit(engine.address, [round - 2, round - 1]));
    writers.round = round;
    const worked = writers.acknowledged(1 + randomInt(MAX_ACKNOWLEDGED_A_LIFE));
    proxy.lead(engine.port);
    await worked;
    await sleep(randomInt(MAX_PAUSE_MS));
    proxy.lead(null);
    await engine.kill();
    onKill(report(round));
  }

  const engine = await start();
  proxy.lead(engine.port);
  await writers.stop();
  const rounds = Array.from({ length: kills + 1 }, (_, round) => round);
  findings = sumOf(findings, await auditor.audit(engine.address, rounds));
  findings.duplicated += await countedTwice(engine.address, promised);
  await engine.kill();
  proxy.close();
  rmSync(dataDir, { recursive: true, force: true });
  return report(kills);
}

/** Writes that were counted, beyond those that were acknowledged: at the end there should be none. */
async function countedTwice(engineAddress: string, promised: Promised): Promise<number> {
  const counted = await new ConvexHttpClient(engineAddress, { logger: false }).query(counts, {});
  const total = counted.reduce((sum, { count }) => sum + count, 0);
  return total - promised.writes.acknowledged;
}
