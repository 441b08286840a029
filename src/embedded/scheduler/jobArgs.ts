/**
 * The arguments of scheduled functions. Short ones stand in the job's own row; long ones apart, so that
 * looking for what is due, or changing a job's state, does not move megabytes, and since documents may be
 * neither as large nor nested as deeply as arguments. Whoever reads a job through `db.system` sees them in it all the same.
 */
import { deleteText, insertText, readText } from "../transaction/longText.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { JSONValue, StoredDocument } from "../values/jsonValue.ts";
import { MAX_NESTING } from "../values/limits.ts";
import { isTextTooNested } from "../values/nesting.ts";

const LONG_ARGS = { table: "_scheduled_args", index: "by_job" };
const MAX_SHORT_CHARS = 8 * 1024;
const MAX_SHORT_NESTING = MAX_NESTING - 1; // in the row

/** True when they are to stand in the job's row. @param text JSON text of the arguments */
export function areShort(text: string): boolean {
  return text.length <= MAX_SHORT_CHARS && !isTextTooNested(text, MAX_SHORT_NESTING);
}

export function storeLongArgs(tx: Transaction, jobId: string, text: string): void {
  insertText(tx, LONG_ARGS, { jobId }, text);
}

export function forgetLongArgs(tx: Transaction, jobId: string): void {
  deleteText(tx, LONG_ARGS, { jobId });
}

/** @param row of a job, as it is stored */
export function argsOf(tx: Transaction, row: StoredDocument): JSONValue[] {
  const short = row["args"];
  if (Array.isArray(short)) return short;
  return JSON.parse(readText(tx, LONG_ARGS, { jobId: row._id })?.text ?? "[]") as JSONValue[];
}
