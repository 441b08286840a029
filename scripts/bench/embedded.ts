/**
 * The benchmarks of the embedded engine. Prints tables; never fails on time.
 *
 *   npm run bench:embedded            all of them, in short form
 *   npm run bench:embedded:GROUP      one of them in full: reads, writes, subscriptions, start, bulk, saves
 *
 * With `-- --keep` the tables also go to docs/benchmarks.md.
 */
import { parseArgs } from "node:util";

import { bulk } from "./bulk.ts";
import { reads } from "./reads.ts";
import { saves } from "./saves.ts";
import { start } from "./start.ts";
import { subscriptions } from "./subscriptions.ts";
import { asMarkdown, keep, load, type Table } from "./table.ts";
import { writes } from "./writes.ts";

const GROUPS: Record<string, (options: { isShort: boolean }) => Promise<Table[]>> = {
  reads,
  writes,
  subscriptions,
  start,
  bulk,
  saves,
};

const { values, positionals } = parseArgs({
  options: { keep: { type: "boolean", default: false } },
  allowPositionals: true,
});
const isShort = positionals.length === 0;

for (const group of isShort ? Object.keys(GROUPS) : positionals) {
  const measure = GROUPS[group];
  if (measure === undefined) throw new Error(`There is no group "${group}" of benchmarks.`);
  const tables = await measure({ isShort });
  console.log(tables.map(asMarkdown).join("\n"));
  console.log(`Load average: ${load()}\n`);
  if (values.keep) await keep(group, tables);
}
process.exit(); // runs what removes the data folders
