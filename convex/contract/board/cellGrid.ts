/**
 * A board cut into cells of one size: which of them are taken, and where the first free rectangle is.
 * Finding costs one look at each cell, whatever lies there; that is why room is looked for on a grid and
 * not among the objects themselves (rule BV2).
 */
import type { Box } from "../boardOps.ts";

/** A rectangle of cells, half-open. */
export interface CellRange {
  column: number;
  row: number;
  columns: number;
  rows: number;
}

export class CellGrid {
  readonly #columns: number;
  readonly #rows: number;
  readonly #taken: Uint8Array; // row by row

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
    this.#taken = new Uint8Array(columns * rows);
  }

  /** Takes the cells of the range that are on the grid. */
  take({ column, row, columns, rows }: CellRange): void {
    const left = clamp(column, this.#columns);
    const right = clamp(column + columns, this.#columns);
    const bottom = clamp(row + rows, this.#rows);
    for (let r = clamp(row, this.#rows); r < bottom; r++) {
      this.#taken.fill(1, r * this.#columns + left, r * this.#columns + right);
    }
  }

  /** Whether the whole range is on the grid and nothing of it taken. */
  isFree({ column, row, columns, rows }: CellRange): boolean {
    if (column < 0 || row < 0) return false;
    if (column + columns > this.#columns || row + rows > this.#rows) return false;
    for (let r = row; r < row + rows; r++) {
      const start = r * this.#columns + column;
      if (this.#taken.subarray(start, start + columns).includes(1)) return false;
    }
    return true;
  }

  /**
   * The first free rectangle of this many cells: the one whose bottom row comes first, of these the
   * leftmost, which for one size is reading order. Undefined when there is none.
   */
  firstFree(columns: number, rows: number): CellRange | undefined {
    const freeRows = new Uint32Array(this.#columns); // that end at the current row, by column
    for (let row = 0; row < this.#rows; row++) {
      let run = 0;
      for (let column = 0; column < this.#columns; column++) {
        const isFree = this.#taken[row * this.#columns + column] === 0;
        freeRows[column] = isFree ? (freeRows[column] ?? 0) + 1 : 0;
        run = (freeRows[column] ?? 0) >= rows ? run + 1 : 0;
        if (run < columns) continue;
        return { column: column - columns + 1, row: row - rows + 1, columns, rows };
      }
    }
    return undefined;
  }
}

function clamp(cell: number, end: number): number {
  return Math.max(0, Math.min(cell, end));
}

/** The cells that `box` (pixels) touches; a box without area touches the cell that it lies in. */
export function cellsUnder(box: Box, cellWidth: number, cellHeight: number): CellRange {
  const column = Math.floor(box.x / cellWidth);
  const row = Math.floor(box.y / cellHeight);
  const right = Math.max(Math.ceil((box.x + box.width) / cellWidth), column + 1);
  const bottom = Math.max(Math.ceil((box.y + box.height) / cellHeight), row + 1);
  return { column, row, columns: right - column, rows: bottom - row };
}
