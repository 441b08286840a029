/**
 * The rows of `_cron_jobs`, one per cron job of the code: when it runs next. Written by the cron loop
 * alone.
 */
import type { CronSpec } from "../functions/code/analyzedFunction.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { StoredDocument } from "../values/jsonValue.ts";
import { firstCronTime } from "./cronTimes.ts";

const TABLE = "_cron_jobs";

export interface CronRow {
  readonly id: string;
  readonly name: string;
  /** JSON text of the spec that `nextRun` was computed from. */
  readonly spec: string;
  /** Ms since epoch; null: never. */
  readonly nextRun: number | null;
}

export function readCronRows(tx: Transaction): Map<string, CronRow> {
  const cursor = tx.system.openQuery({
    source: { type: "FullTableScan", tableName: TABLE, order: "asc" },
    operators: [],
  });
  const rows = new Map<string, CronRow>();
  for (let row = cursor.next(); row !== null; row = cursor.next()) {
    const parsed = parseRow(row);
    rows.set(parsed.name, parsed);
  }
  return rows;
}

/** Null when the job was removed. */
export function readCronRow(tx: Transaction, id: string): CronRow | null {
  const row = tx.system.get(id);
  return row === null ? null : parseRow(row);
}

export function setNextRun(tx: Transaction, row: CronRow, nextRun: number | null): void {
  tx.system.patch(TABLE, row.id, { nextRun });
}

/** Makes the rows those of the code: an unchanged job keeps its next run. @param now ms since epoch */
export function syncCronRows(
  tx: Transaction,
  crons: ReadonlyMap<string, CronSpec>,
  now: number,
): void {
  const rows = readCronRows(tx);
  for (const [name, spec] of crons) {
    const row = rows.get(name);
    rows.delete(name);
    const text = JSON.stringify(spec);
    if (row?.spec === text) continue;
    const fields = { name, spec: text, nextRun: firstCronTime(name, spec.schedule, now) };
    if (row === undefined) tx.system.insert(TABLE, fields);
    else tx.system.replace(TABLE, row.id, fields);
  }
  for (const row of rows.values()) tx.system.delete(TABLE, row.id);
}

function parseRow(row: StoredDocument): CronRow {
  const nextRun = row["nextRun"];
  return {
    id: row._id,
    name: row["name"] as string,
    spec: row["spec"] as string,
    nextRun: typeof nextRun === "number" ? nextRun : null,
  };
}
