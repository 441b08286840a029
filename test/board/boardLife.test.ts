import fc from "fast-check";
import { expect, it } from "vitest";

import { boardLife, playBoard } from "../support/boardLife.ts";

const RUNS = 3 * Number(process.env["FC_RUNS"] ?? 100);

it("[TO1] [TO2] [BV3] the tutor draws valid objects, new, on the board and beside all that is there", () => {
  let drawn = 0;
  fc.assert(
    fc.property(boardLife, (steps) => {
      const played = playBoard(steps);
      drawn += played.drawn;
      expect(played.faults).toEqual([]);
    }),
    { numRuns: RUNS },
  );
  expect(drawn).toBeGreaterThan(RUNS); // else it has played nothing
});
