/** Draws everyone's eye to something on the board for a few seconds; covers it on purpose. */
import { z } from "zod";
import { appError } from "../errors.ts";
import { BOARD_WIDTH } from "../boardOps.ts";
import { boxOf } from "../board/objectBox.ts";
import { defineTool } from "./boardTool.ts";
import { colorName, PALETTE } from "./palette.ts";

const MARGIN = 8;
const LIFETIME_MS = 8_000;

export const highlightObject = defineTool({
  description:
    "Highlight an object on the board for a few seconds, to point at it while explaining.",
  label: "Pointing at the board",
  args: z.object({ objectId: z.string(), color: colorName }),
  plan({ objectId, color }, board) {
    const target = board.objects.get(objectId);
    if (target === undefined) throw appError("INVALID_INPUT", `There is no object ${objectId}.`);
    const box = boxOf(target);
    const [left, top] = [Math.max(0, box.x - MARGIN), Math.max(0, box.y - MARGIN)];
    const right = Math.min(Math.max(box.x + box.width + MARGIN, left), BOARD_WIDTH);
    const [width, height] = [Math.max(0, right - left), box.y + box.height + MARGIN - top];
    const outline = `M 0 0 L ${width} 0 L ${width} ${height} L 0 ${height} L 0 0`;
    const object = {
      id: `highlight-${objectId}`.slice(0, 128),
      kind: "highlight_stroke" as const,
      x: left,
      y: top,
      points: outline,
      stroke: PALETTE[color ?? "orange"].stroke,
      strokeWidth: 6,
      metadata: { source: "assistant" as const, role: "highlight", linkedObjectId: objectId },
    };
    return [{ type: "mark", object, lifetimeMs: LIFETIME_MS }];
  },
});
