/**
 * Kills the engine again and again amid an import that replaces tables and files, at instants drawn from a seed,
 * and asks each time whether what is there afterwards is one whole generation, the old or the new one.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

import { ConvexHttpClient } from "convex/browser";
import * as prng from "lib0/prng";

import { add, allFiles, CHAOS_FUNCTIONS, jobRunsInRound, writesInRound } from "./chaosFunctions.ts";
import { startEngineProcess, type EngineProcess } from "./engineProcess.ts";
import { makeGeneration, ROWS, type Generation } from "./generation.ts";
import { ImportClient } from "./importClient.ts";

/** Somewhat beyond the end of an import, so that some are over. */
const LATEST = 1.3;
const LAST_SYSTEM_TABLE = 10_000; // those stand in no row of the file
/** Each lets the engine remove a few hundred rows; far more than what is left of an import needs. */
const MAX_COMMITS = 2_000;

export type ImportReport = {
  kills: number;
  /** After so many of them the new generation was there. */
  replaced: number;
  /** Imports that were said to be done and are not there. */
  lost: number;
  /** After so many there were parts of both generations, or not all of one. */
  torn: number;
  /** Files whose bytes are not those of their digest. */
  broken: number;
  /** Blobs, uploads, rows and indexes on disk that nobody knows, and that stay. */
  stray: number;
};

/** @param onKill told after each, with what was found so far */
export async function killAmidImports(
  kills: number,
  seed: number,
  onKill: (report: ImportReport) => void = () => undefined,
): Promise<ImportReport> {
  const random = prng.create(seed);
  const dataDir = mkdtempSync(join(tmpdir(), "imports-"));
  const start = () => startEngineProcess(CHAOS_FUNCTIONS, dataDir);
  const report = { kills: 0, replaced: 0, lost: 0, torn: 0, broken: 0, stray: 0 };
  let engine = await start();
  const adminKey = readFileSync(join(dataDir, "admin-key"), "utf8").trim();
  let current = await makeGeneration(0);
  const startedAt = performance.now();
  await new ImportClient(engine.address, adminKey).replace(current.zip);
  const tookMs = performance.now() - startedAt;

  while (report.kills < kills) {
    const next = await makeGeneration(report.kills + 1);
    const importing = new ImportClient(engine.address, adminKey).replace(next.zip).then(
      () => true,
      () => false, // the engine went down
    );
    await sleep(random.next() * LATEST * tookMs);
    await engine.kill();
    const isAcknowledged = await importing;
    engine = await start();
    report.kills += 1;
    const found = await judge(engine, dataDir, [current, next]);
    report.torn += found.whole === null ? 1 : 0;
    report.lost += isAcknowledged && found.whole !== next ? 1 : 0;
    report.replaced += found.whole === next ? 1 : 0;
    report.broken += found.broken;
    report.stray += found.stray;
    current = found.whole ?? current;
    onKill(report);
  }
  report.stray += await leftInFile(engine, join(dataDir, "convex.sqlite3"));
  await engine.kill();
  rmSync(dataDir, { recursive: true, force: true });
  return report;
}

type Judgement = { whole: Generation | null; broken: number; stray: number };

async function judge(
  { address }: EngineProcess,
  dataDir: string,
  generations: readonly Generation[],
): Promise<Judgement> {
  const client = new ConvexHttpClient(address, { logger: false });
  const files = await client.query(allFiles, {});
  const digests = files.map(({ sha256 }) => sha256).sort();
  const whole: Generation[] = [];
  let rows = 0;
  for (const generation of generations) {
    const { round } = generation;
    const writes = new Set(await client.query(writesInRound, { round }));
    const runs = new Set(await client.query(jobRunsInRound, { round }));
    rows += writes.size + runs.size;
    const isWhole = writes.size === ROWS && runs.size === ROWS;
    if (isWhole && String(digests) === String(generation.digests)) whole.push(generation);
  }
  let broken = 0;
  for (const { sha256, url } of files) {
    const blob = await fetch(url);
    const digest = createHash("sha256").update(Buffer.from(await blob.arrayBuffer()));
    if (!blob.ok || digest.digest("base64") !== sha256) broken += 1;
  }
  const blobs = await readdir(join(dataDir, "storage"));
  const uploads = await readdir(join(dataDir, "imports"));
  const stray = blobs.length - files.length + uploads.length;
  return { whole: rows === 2 * ROWS ? (whole[0] ?? null) : null, broken, stray };
}

/** What is left of tables that never were or are no longer in place, after commits enough to remove it. */
async function leftInFile({ address }: EngineProcess, path: string): Promise<number> {
  const client = new ConvexHttpClient(address, { logger: false });
  const file = new DatabaseSync(path, { readOnly: true });
  const query = file.prepare(`
    SELECT (SELECT count(*) FROM unused_storages)
      + (SELECT count(*) FROM indexes WHERE state <> 'ready')
      + (SELECT count(*) FROM documents
         WHERE table_number > ${LAST_SYSTEM_TABLE}
           AND table_number NOT IN (SELECT coalesce(storage, number) FROM tables)) AS count`);
  const count = (): number => query.get()?.["count"] as number;
  for (let sequence = 0; count() > 0 && sequence < MAX_COMMITS; sequence++) {
    await client.mutation(add, { round: -1, writer: 1, sequence });
  }
  const left = count();
  file.close();
  return left;
}
