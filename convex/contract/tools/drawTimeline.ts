/** Draws events along a line, above and below it in turns, so that their texts have room. */
import { z } from "zod";
import type { CanvasObject } from "../boardOps.ts";
import { measureText } from "../board/measureText.ts";
import { caption, connector, heading } from "./blockParts.ts";
import { defineTool } from "./boardTool.ts";
import { PALETTE } from "./palette.ts";
import { MAX_BLOCK_WIDTH, placeBlock } from "./placement.ts";

const SPACING = 150;
const FONT = 14;
const TICK = 14;
const DOT = 6;

export const drawTimeline = defineTool({
  description: "Draw events in time order along a line.",
  label: "Drawing a timeline",
  args: z.object({
    title: z.string().max(120).nullable(),
    events: z
      .array(z.object({ date: z.string().min(1).max(40), label: z.string().min(1).max(120) }))
      .min(2)
      .max(10),
  }),
  plan({ title, events }, board) {
    const spacing = Math.min(SPACING, MAX_BLOCK_WIDTH / (events.length + 1));
    const textWidth = 2 * spacing - 20; // neighbours are on the other side of the line
    const width = spacing * (events.length + 1);
    const head = heading(title, width);
    const texts = events.map(({ date, label }) => `${date}\n${label}`);
    const heights = texts.map((text) => measureText(text, FONT, textWidth).height);
    const above = Math.max(...heights.filter((_, i) => i % 2 === 0));
    const below = Math.max(...heights.filter((_, i) => i % 2 === 1));
    const line = head.height + above + TICK;
    const marks = texts.flatMap((text, i): CanvasObject[] => {
      const x = spacing * (i + 1);
      const isAbove = i % 2 === 0;
      const y = isAbove ? line - TICK - (heights[i] ?? 0) : line + TICK;
      const place = { x: x - textWidth / 2, y, width: textWidth };
      const { stroke } = PALETTE.blue;
      const at = { x: x - DOT, y: line - DOT, radius: DOT, width: 2 * DOT, height: 2 * DOT };
      return [
        { id: `dot-${i}`, kind: "circle", ...at, fill: stroke, stroke, metadata: { role: "tick" } },
        caption({ id: `event-${i}`, ...place, text, fontSize: FONT, textAnchor: "middle" }),
      ];
    });
    const axis = connector({ id: "axis", kind: "arrow", from: [0, line], to: [width, line] });
    const objects = [...head.objects, axis, ...marks];
    return placeBlock({ prefix: "timeline", objects, width, height: line + TICK + below }, board);
  },
});
