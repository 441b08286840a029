/**
 * Hands out regions of a coarse grid, as the legacy API did: 4 columns and 12 rows of 220 × 140 pixels
 * unless told otherwise. What lies on the board can be given as taken, so that the allocator is made from
 * the board whenever it is needed and never has to be kept in step with it (rule BV9).
 */
import type { Box } from "../boardOps.ts";
import { CellGrid, cellsUnder, type CellRange } from "./cellGrid.ts";

export interface Region extends Box {
  regionId: string;
}

/** Where a region is wanted: anywhere, or beside something that is there. */
export type RegionPlace =
  { strategy: "flow" } | { strategy: "anchor"; anchor: Box; placement: "right-of" | "below" };

export class LayoutAllocator {
  readonly #grid: { columns: number; rows: number; cellWidth: number; cellHeight: number };
  readonly #obstacles: readonly CellRange[];
  readonly #regions = new Map<string, CellRange>();
  #made = 0;

  constructor(
    grid = { columns: 4, rows: 12, cellWidth: 220, cellHeight: 140 },
    obstacles: readonly Box[] = [],
  ) {
    this.#grid = grid;
    this.#obstacles = obstacles.map((box) => cellsUnder(box, grid.cellWidth, grid.cellHeight));
  }

  /** Whole cells of at least this size (pixels); undefined when there is no room there. */
  reserve(
    size: { width: number; height: number },
    place: RegionPlace = { strategy: "flow" },
  ): Region | undefined {
    const { cellWidth, cellHeight } = this.#grid;
    const columns = Math.max(1, Math.ceil(size.width / cellWidth));
    const rows = Math.max(1, Math.ceil(size.height / cellHeight));
    const free = this.#freeCells();
    const range =
      place.strategy === "flow"
        ? free.firstFree(columns, rows)
        : this.#besides(place).find((corner) => free.isFree({ ...corner, columns, rows }));
    if (range === undefined) return undefined;
    const regionId = `region-${++this.#made}`;
    this.#regions.set(regionId, { ...range, columns, rows });
    return {
      regionId,
      x: range.column * cellWidth,
      y: range.row * cellHeight,
      width: columns * cellWidth,
      height: rows * cellHeight,
    };
  }

  /** Nothing happens for a region that is not reserved. */
  release(regionId: string): void {
    this.#regions.delete(regionId);
  }

  #freeCells(): CellGrid {
    const grid = new CellGrid(this.#grid.columns, this.#grid.rows);
    for (const range of [...this.#obstacles, ...this.#regions.values()]) grid.take(range);
    return grid;
  }

  /** Left top cells beside the anchor, in the order in which they are tried. */
  #besides({ anchor, placement }: RegionPlace & { strategy: "anchor" }) {
    if (anchor.width <= 0 || anchor.height <= 0) return [];
    const { cellWidth, cellHeight } = this.#grid;
    const column = Math.floor(anchor.x / cellWidth);
    const row = Math.floor(anchor.y / cellHeight);
    const columns = Math.ceil(anchor.width / cellWidth);
    const rows = Math.ceil(anchor.height / cellHeight);
    if (column < 0 || row < 0) return [];
    return placement === "right-of"
      ? Array.from({ length: rows }, (_, i) => ({ column: column + columns, row: row + i }))
      : Array.from({ length: columns }, (_, i) => ({ column: column + i, row: row + rows }));
  }
}
