import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { CellGrid, cellsUnder, type CellRange } from "./cellGrid.ts";

const COLUMNS = 8;
const ROWS = 6;
const range = fc.record({
  column: fc.integer({ min: -3, max: COLUMNS + 2 }),
  row: fc.integer({ min: -3, max: ROWS + 2 }),
  columns: fc.integer({ min: 1, max: 5 }),
  rows: fc.integer({ min: 1, max: 5 }),
});

/** Tries all places in reading order, cell by cell. */
function firstFreeSlowly(taken: CellRange[], columns: number, rows: number) {
  const isTaken = (column: number, row: number) =>
    taken.some(
      (r) =>
        column >= r.column && column < r.column + r.columns && row >= r.row && row < r.row + r.rows,
    );
  for (let row = 0; row + rows <= ROWS; row++) {
    for (let column = 0; column + columns <= COLUMNS; column++) {
      let free = true;
      for (let c = 0; c < columns; c++) {
        for (let r = 0; r < rows; r++) free &&= !isTaken(column + c, row + r);
      }
      if (free) return { column, row, columns, rows };
    }
  }
  return undefined;
}

describe("a grid of cells", () => {
  it("[BV2] finds the first free rectangle in reading order, or none", () => {
    fc.assert(
      fc.property(
        fc.array(range, { maxLength: 8 }),
        fc.integer({ min: 1, max: COLUMNS + 1 }),
        fc.integer({ min: 1, max: ROWS + 1 }),
        (taken, columns, rows) => {
          const grid = new CellGrid(COLUMNS, ROWS);
          for (const one of taken) grid.take(one);
          const found = grid.firstFree(columns, rows);
          expect(found).toEqual(firstFreeSlowly(taken, columns, rows));
          if (found !== undefined) expect(grid.isFree(found)).toBe(true);
        },
      ),
    );
  });

  it("[BV2] has no room beyond its edges", () => {
    const grid = new CellGrid(COLUMNS, ROWS);
    expect(grid.isFree({ column: -1, row: 0, columns: 1, rows: 1 })).toBe(false);
    expect(grid.isFree({ column: 0, row: ROWS - 1, columns: 1, rows: 2 })).toBe(false);
    expect(grid.isFree({ column: COLUMNS - 1, row: 0, columns: 1, rows: ROWS })).toBe(true);
  });

  it("[BV2] takes at least the one cell that a thing without area lies in", () => {
    const at = (x: number, y: number, width = 0, height = 0) =>
      cellsUnder({ x, y, width, height }, 20, 10);
    expect(at(40, 40)).toEqual({ column: 2, row: 4, columns: 1, rows: 1 });
    expect(at(39, 0, 2, 10)).toEqual({ column: 1, row: 0, columns: 2, rows: 1 });
  });
});
