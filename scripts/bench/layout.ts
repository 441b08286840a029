/**
 * How long the tutor looks for room on a full board: the plan of one drawing, from the tool's arguments to
 * its operations, with 5,000 objects of all sorts there. Two cases: objects that stayed since the last
 * drawing but for a few, as in a session, and a board that was loaded just now.
 *
 *   npm run bench:layout [-- --objects 5000 --placements 500]
 */
import { parseArgs } from "node:util";

import * as prng from "lib0/prng";

import type { BoardView } from "../../convex/contract/boardOps.ts";
import { extentOf } from "../../convex/contract/board/objectExtent.ts";
import { TOOLS } from "../../convex/contract/tools/registry.ts";
import { randomBoard } from "./randomBoard.ts";
import { asMarkdown, figure, quantile } from "./table.ts";

const CHANGED_BETWEEN = 50; // objects that people replace between two drawings
const BOARD_DEPTH = 20_000; // pixels over which the objects are spread
const LOADS = 40;

const { values: options } = parseArgs({
  options: {
    objects: { type: "string", default: "5000" },
    placements: { type: "string", default: "500" },
  },
});
const random = prng.create(4);
const count = Number(options.objects);
const board = randomBoard(random, BOARD_DEPTH);

/** Milliseconds for one drawing; what it draws is thrown away, so that the board stays as full as it is. */
function timeOfDrawing(view: BoardView): number {
  const steps = Array.from(
    { length: prng.int32(random, 2, 8) },
    (_, i) => `Step ${i} of the proof`,
  );
  const startedAt = performance.now();
  TOOLS.drawFlowchart.plan({ title: "The proof", steps }, view);
  return performance.now() - startedAt;
}

const objects = board.objects(count);
timeOfDrawing({ objects });
const warm = Array.from({ length: Number(options.placements) }, () => {
  for (let i = 0; i < CHANGED_BETWEEN; i++) {
    const id = `person-${prng.int32(random, 0, count - 1)}`;
    objects.set(id, board.object(id));
  }
  return timeOfDrawing({ objects });
});
const measuring: number[] = [];
const cold = Array.from({ length: LOADS }, () => {
  const loaded = board.objects(count);
  const startedAt = performance.now();
  for (const object of loaded.values()) extentOf(object); // as a room does when it loads a board
  measuring.push(performance.now() - startedAt);
  return timeOfDrawing({ objects: loaded });
});
const row = (name: string, times: readonly number[]) => [
  name,
  ...[0.5, 0.95, 0.99].map((q) => `${figure(quantile(times, q))} ms`),
];
console.log(
  asMarkdown({
    title: `A drawing's place among ${count} objects`,
    header: ["board", "p50", "p95", "p99"],
    rows: [
      row(`in use, ${CHANGED_BETWEEN} objects changed since the last drawing`, warm),
      row("loaded just now", cold),
      row("(measuring all objects, once, when a board is loaded)", measuring),
    ],
    note: "Reach: p95 of a placement at most 10 ms.",
  }),
);
