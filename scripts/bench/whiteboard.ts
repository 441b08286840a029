/**
 * The benchmarks of the whiteboard: Lectern as users run it, with authentication, rights and saving, beside
 * other Yjs servers as their makers set them up, with none of these. Prints tables; never fails on time.
 *
 *   npm run bench:whiteboard                  all rows, in short form
 *   npm run bench:whiteboard -- joins idle    these rows
 *
 * With `--full` each row is measured in full, with `--keep` the tables also go to docs/benchmarks.md;
 * `--servers lectern` leaves the others out, and BENCH_PROFILE=1 writes a CPU profile of each server.
 */
import { parseArgs } from "node:util";

import { asMarkdown, keep, load, type Table } from "./table.ts";
import type { RowOptions } from "./whiteboard/rows/compare.ts";
import { cursors } from "./whiteboard/rows/cursorRow.ts";
import { board, boards, highest } from "./whiteboard/rows/drawing.ts";
import { joins, sockets } from "./whiteboard/rows/joining.ts";
import { idle, stalled } from "./whiteboard/rows/memory.ts";
import { SERVERS } from "./whiteboard/servers.ts";

const ROWS: Record<string, (options: RowOptions) => Promise<Table>> = {
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
  options: {
    full: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    servers: { type: "string", default: SERVERS.join() },
  },
  allowPositionals: true,
});
const isShort = !values.full;
const servers = SERVERS.filter((name) => values.servers.split(",").includes(name));

for (const name of positionals.length === 0 ? Object.keys(ROWS) : positionals) {
  const measure = ROWS[name];
  if (measure === undefined) {
    throw new Error(`There is no row "${name}"; there are ${Object.keys(ROWS).join(", ")}.`);
  }
  const table = await measure({ isShort, servers });
  console.log(asMarkdown(table));
  console.log(`Load average: ${load()}\n`);
  if (values.keep) await keep(`whiteboard ${name}`, [table]);
}
process.exit();
