/** Joins two objects that are on the board; by its nature it may cross others. */
import { z } from "zod";
import { appError } from "../errors.ts";
import type { BoardView, Box, CanvasObject } from "../boardOps.ts";
import { measureText } from "../board/measureText.ts";
import { boxOf } from "../board/objectBox.ts";
import { caption, connector } from "./blockParts.ts";
import { defineTool } from "./boardTool.ts";
import { placeBlock } from "./placement.ts";

const LABEL_FONT = 14;

export const drawArrow = defineTool({
  description:
    "Draw an arrow from one object on the board to another, with a short label if given.",
  label: "Connecting two things",
  args: z.object({
    fromObjectId: z.string(),
    toObjectId: z.string(),
    label: z.string().max(60).nullable(),
  }),
  plan({ fromObjectId, toObjectId, label }, board) {
    const from = boxNamed(fromObjectId, board);
    const to = boxNamed(toObjectId, board);
    const start = edgeTowards(from, middleOf(to));
    const end = edgeTowards(to, middleOf(from));
    const arrow = connector({ id: "arrow", kind: "arrow", from: start, to: end });
    const { width, height } = boxOf(arrow);
    const at = { x: Number(arrow.x), y: Number(arrow.y) };
    const objects: CanvasObject[] = [{ ...arrow, x: 0, y: 0 }];
    if (label !== null && label !== "") {
      const size = measureText(label, LABEL_FONT, 300);
      const place = { x: (width - size.width) / 2, y: (height - size.height) / 2 };
      objects.push(
        caption({ id: "label", ...place, width: size.width, text: label, fontSize: LABEL_FONT }),
      );
    }
    return placeBlock({ prefix: "arrow", objects, width, height }, board, at);
  },
});

function boxNamed(objectId: string, board: BoardView): Box {
  const object = board.objects.get(objectId);
  if (object === undefined) throw appError("INVALID_INPUT", `There is no object ${objectId}.`);
  return boxOf(object);
}

type Point = readonly [number, number];

function middleOf(box: Box): Point {
  return [box.x + box.width / 2, box.y + box.height / 2];
}

/** Where the line from the middle of `box` to `target` leaves the box. */
function edgeTowards(box: Box, target: Point): Point {
  const [cx, cy] = middleOf(box);
  const [dx, dy] = [target[0] - cx, target[1] - cy];
  const scale = Math.min(
    dx === 0 ? Infinity : box.width / 2 / Math.abs(dx),
    dy === 0 ? Infinity : box.height / 2 / Math.abs(dy),
    1,
  );
  return [Math.max(0, cx + dx * scale), Math.max(0, cy + dy * scale)];
}
