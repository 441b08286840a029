/**
 * Compares what the engine holds with what it promised: writes and runs of jobs, each once; files, each with
 * its digest, and on disk nothing but them.
 */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { ConvexHttpClient } from "convex/browser";

import { allFiles, jobRunsInRound, writesInRound } from "./chaosFunctions.ts";
import type { Verdict } from "./ledger.ts";
import type { Promised } from "./writers.ts";

const POLL_MS = 50;
const MAX_POLLS = 400;

export type Findings = {
  /** Writes, runs of jobs and files that were promised and are not there. */
  lost: number;
  /** Writes and runs of jobs that are there twice. */
  duplicated: number;
  /** Files whose bytes are not those of their digest. */
  broken: number;
  /** Files on disk that no row knows, and half-written ones. */
  stray: number;
};

export const NO_FINDINGS: Findings = { lost: 0, duplicated: 0, broken: 0, stray: 0 };

export function sumOf(a: Findings, b: Findings): Findings {
  return {
    lost: a.lost + b.lost,
    duplicated: a.duplicated + b.duplicated,
    broken: a.broken + b.broken,
    stray: a.stray + b.stray,
  };
}

export class Auditor {
  readonly #promised: Promised;
  readonly #storage: string;
  /** Files whose bytes were compared before. */
  readonly #compared = new Set<string>();

  /** @param dataDir of the engine */
  constructor(promised: Promised, dataDir: string) {
    this.#promised = promised;
    this.#storage = join(dataDir, "storage");
  }

  /** To be called while nobody writes; waits until the jobs of these rounds have run. */
  async audit(engineAddress: string, rounds: readonly number[]): Promise<Findings> {
    const client = new ConvexHttpClient(engineAddress, { logger: false });
    const writes = this.#promised.writes.judge(await read(client, writesInRound, rounds));
    const jobs = await this.#judgeJobs(client, rounds);
    const files = await this.#judgeFiles(client, engineAddress);
    return {
      ...files,
      lost: writes.lost + jobs.lost + files.lost,
      duplicated: writes.duplicated + jobs.duplicated,
    };
  }

  async #judgeJobs(client: ConvexHttpClient, rounds: readonly number[]): Promise<Verdict> {
    for (let poll = 1; ; poll++) {
      const verdict = this.#promised.jobs.judge(await read(client, jobRunsInRound, rounds));
      if (verdict.lost === 0 || poll === MAX_POLLS) return verdict;
      await sleep(POLL_MS);
    }
  }

  async #judgeFiles(
    client: ConvexHttpClient,
    engineAddress: string,
  ): Promise<Pick<Findings, "lost" | "broken" | "stray">> {
    const rows = await client.query(allFiles, {});
    const onDisk = new Set(await readdir(this.#storage));
    const known = new Map(rows.map((row) => [row.storageId, row]));
    let broken = 0;
    for (const { storageId, sha256, url } of rows) {
      onDisk.delete(url.split("/").at(-1) ?? "");
      if (this.#compared.has(storageId)) continue;
      this.#compared.add(storageId);
      const blob = await fetch(new URL(new URL(url).pathname, engineAddress));
      const digest = createHash("sha256").update(Buffer.from(await blob.arrayBuffer()));
      if (!blob.ok || digest.digest("base64") !== sha256) broken += 1;
    }
    const promised = [...this.#promised.files];
    const lost = promised.filter(([id, sha256]) => known.get(id)?.sha256 !== sha256).length;
    return { lost, broken, stray: onDisk.size };
  }
}

async function read(
  client: ConvexHttpClient,
  query: typeof writesInRound,
  rounds: readonly number[],
): Promise<Map<number, string[]>> {
  const stored = new Map<number, string[]>();
  for (const round of rounds) stored.set(round, await client.query(query, { round }));
  return stored;
}
