/**
 * Finds room on a board. Tools build a block of objects around (0, 0); this decides where on the board
 * it goes: the first free place in reading order, never on top of what is there (rule TO2). Free space
 * is looked for on a grid of CELL pixels, so the cost follows the size of the board and not the square
 * of what lies on it (`npm run bench:layout`).
 */
import { z } from "zod";
import { appError } from "../errors.ts";
import {
  BOARD_WIDTH,
  MAX_BOARD_DEPTH,
  type BoardOp,
  type BoardView,
  type CanvasObject,
} from "../boardOps.ts";
import { CellGrid, cellsUnder } from "../board/cellGrid.ts";
import { extentOf } from "../board/objectExtent.ts";

const CELL = 20;
const COLUMNS = BOARD_WIDTH / CELL;
/** Pixels kept free around a block, and from the board's edges. */
export const GAP = 40;
/** The widest block that fits between the edges. */
export const MAX_BLOCK_WIDTH = BOARD_WIDTH - 2 * GAP;

/** Objects laid out from (0, 0) to (width, height); ids are only unique within the block. */
export interface Block {
  /** What the objects' ids begin with on the board. */
  prefix: string;
  objects: CanvasObject[];
  width: number;
  height: number;
}

export const position = z
  .object({ x: z.number().min(0).max(BOARD_WIDTH), y: z.number().min(0).max(MAX_BOARD_DEPTH) })
  .nullable()
  .describe(
    "Exact place of the left top corner in pixels, even on top of others; null = free space.",
  );

/**
 * Operations that put the block on the board, under ids that are free. `at`: asked for explicitly, so
 * it may cover something; it is moved only as far as the board's edges demand.
 * @throws LIMIT_EXCEEDED when the board has no room.
 */
export function placeBlock(
  block: Block,
  board: BoardView,
  at: { x: number; y: number } | null = null,
): BoardOp[] {
  const spot = at === null ? findSpot(block, board) : withinEdges(at, block);
  const groupId = freeId(block.prefix, board);
  return block.objects.map((object) => {
    const metadata: NonNullable<CanvasObject["metadata"]> = {
      ...object.metadata,
      source: "assistant",
    };
    const linked = metadata["linked_to"];
    if (typeof linked === "string") metadata["linked_to"] = `${groupId}-${linked}`;
    const [x, y] = [Number(object.x ?? 0) + spot.x, Number(object.y ?? 0) + spot.y];
    const placed = { id: `${groupId}-${object.id}`, groupId, x: Math.round(x), y: Math.round(y) };
    return { type: "add", object: { ...object, ...placed, metadata } };
  });
}

function withinEdges(at: { x: number; y: number }, { width, height }: Block) {
  return {
    x: Math.max(0, Math.min(at.x, BOARD_WIDTH - width)),
    y: Math.max(0, Math.min(at.y, MAX_BOARD_DEPTH - height)),
  };
}

/** The smallest number that makes `prefix-number` new on the board, as the ids of this board go. */
function freeId(prefix: string, board: BoardView): string {
  const start = `${prefix}-`;
  let highest = 0;
  for (const id of board.objects.keys()) {
    if (!id.startsWith(start)) continue;
    const number = Number.parseInt(id.slice(start.length), 10);
    if (Number.isSafeInteger(number)) highest = Math.max(highest, number);
  }
  return `${start}${highest + 1}`;
}

/** @throws LIMIT_EXCEEDED when there is no room above MAX_BOARD_DEPTH. */
export function findSpot(
  size: { width: number; height: number },
  board: BoardView,
): { x: number; y: number } {
  const extents = [...board.objects.values()].map((object) => extentOf(object));
  const columns = Math.ceil((size.width + 2 * GAP) / CELL);
  if (columns > COLUMNS) throw appError("LIMIT_EXCEEDED", "This is too wide for the board.");
  const rows = Math.ceil((size.height + 2 * GAP) / CELL);
  const bottom = extents.reduce((lowest, box) => Math.max(lowest, box.y + box.height), 0);
  const takenRows = Math.ceil(Math.min(bottom, MAX_BOARD_DEPTH) / CELL);
  const grid = new CellGrid(COLUMNS, takenRows + 1 + rows); // 1: what has no area may lie on the last line
  for (const box of extents) grid.take(cellsUnder(box, CELL, CELL));
  const cell = grid.firstFree(columns, rows);
  const y = (cell?.row ?? Infinity) * CELL + GAP;
  if (cell === undefined || y + size.height > MAX_BOARD_DEPTH) {
    throw appError("LIMIT_EXCEEDED", "The board is full.");
  }
  return { x: cell.column * CELL + GAP, y };
}
