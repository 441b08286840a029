/** Draws steps in order, in rows that turn back like a ploughed field, so that every arrow is short. */
import { z } from "zod";
import type { CanvasObject } from "../boardOps.ts";
import { boxHeight, connector, heading, labelledBox } from "./blockParts.ts";
import { defineTool } from "./boardTool.ts";
import { placeBlock } from "./placement.ts";

const BOX_WIDTH = 230;
const ARROW = 60;
const PER_ROW = 4;

export const drawFlowchart = defineTool({
  description: "Draw the steps of a process or argument in order, joined by arrows.",
  label: "Drawing the steps",
  args: z.object({
    title: z.string().max(120).nullable(),
    steps: z.array(z.string().min(1).max(200)).min(2).max(12),
  }),
  plan({ title, steps }, board) {
    const perRow = Math.min(PER_ROW, steps.length);
    const width = perRow * BOX_WIDTH + (perRow - 1) * ARROW;
    const height = Math.max(...steps.map((step) => boxHeight(step, BOX_WIDTH)));
    const head = heading(title, width);
    const placeOf = (i: number) => {
      const row = Math.floor(i / perRow);
      const column = row % 2 === 0 ? i % perRow : perRow - 1 - (i % perRow);
      return { x: column * (BOX_WIDTH + ARROW), y: head.height + row * (height + ARROW) };
    };
    const boxes = steps.flatMap((text, i) => {
      const size = { width: BOX_WIDTH, height };
      const color = i === steps.length - 1 ? "green" : "blue";
      return labelledBox({
        id: `step-${i}`,
        ...placeOf(i),
        ...size,
        text,
        color,
        role: "flow_box",
      });
    });
    const arrows = steps
      .slice(1)
      .map((_, i) => arrowBetween(i, { from: placeOf(i), to: placeOf(i + 1), height }));
    const rows = Math.ceil(steps.length / perRow);
    const whole = head.height + rows * height + (rows - 1) * ARROW;
    const objects = [...head.objects, ...boxes, ...arrows];
    return placeBlock({ prefix: "flow", objects, width, height: whole }, board);
  },
});

interface Corner {
  x: number;
  y: number;
}

function arrowBetween(
  index: number,
  { from, to, height }: { from: Corner; to: Corner; height: number },
): CanvasObject {
  const id = `arrow-${index}`;
  if (from.y !== to.y) {
    const x = from.x + BOX_WIDTH / 2;
    return connector({ id, kind: "arrow", from: [x, from.y + height], to: [x, to.y] });
  }
  const y = from.y + height / 2;
  const isRightward = to.x > from.x;
  const start = isRightward ? from.x + BOX_WIDTH : from.x;
  const end = isRightward ? to.x : to.x + BOX_WIDTH;
  return connector({ id, kind: "arrow", from: [start, y], to: [end, y] });
}
