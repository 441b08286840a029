/**
 * The benchmarks of the whiteboard: Lectern as users run it, with authentication, rights and saving, beside
 * other Yjs servers as their makers set them up, with none of these. Prints tables; never fails on time.
 *
 *   npm run bench:whiteboard                  all rows, in short form
 *   npm run bench:whiteboard -- joins idle    these rows, in full
 *
 * With `--keep` the tables also go to docs/benchmarks.md.
 */
import { parseArgs } from "node:util";

import { asMarkdown, keep, load, type Table } from "./table.ts";
import { cursors } from "./whiteboard/rows/cursorRow.ts";
import { board, boards, highest } from "./whiteboard/rows/drawing.ts";
import { joins, sockets } from "./whiteboard/rows/joining.ts";
import { idle, stalled } from "./whiteboard/rows/memory.ts";

const ROWS: Record<string, (options: { isShort: boolean }) => Promise<Table>> = {
  board,
  highest,
  boards,
  joins,
  idle,
  stalled,
  cursors,
  sockets,
};

const { values, positionals } = parseArgs({
  options: { keep: { type: "boolean", default: false } },
  allowPositionals: true,
});
const isShort = positionals.length === 0;

for (const name of isShort ? Object.keys(ROWS) : positionals) {
  const measure = ROWS[name];
  if (measure === undefined) {
    throw new Error(`There is no row "${name}"; there are ${Object.keys(ROWS).join(", ")}.`);
  }
  const table = await measure({ isShort });
  console.log(asMarkdown(table));
  console.log(`Load average: ${load()}\n`);
  if (values.keep) await keep(`whiteboard ${name}`, [table]);
}
process.exit();
