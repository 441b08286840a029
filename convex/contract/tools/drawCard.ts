/** Draws a card: a term, what it means, and where that stands. */
import { z } from "zod";
import { boxHeight, caption, labelledBox, TITLE_FONT } from "./blockParts.ts";
import { defineTool } from "./boardTool.ts";
import { colorName } from "./palette.ts";
import { placeBlock } from "./placement.ts";

const WIDTH = 440;
const MARGIN = 16;
const SOURCE_FONT = 13;

export const drawCard = defineTool({
  description:
    "Draw a card for one term or result: its name, its meaning, and the source if known.",
  label: "Drawing a card",
  args: z.object({
    title: z.string().min(1).max(120),
    body: z.string().min(1).max(800),
    source: z.string().max(120).nullable().describe("Such as: Chapter 2, page 14."),
    color: colorName,
  }),
  plan({ title, body, source, color }, board) {
    const inner = WIDTH - 2 * MARGIN;
    const headHeight = boxHeight(title, WIDTH, TITLE_FONT);
    const head = { id: "head", x: 0, y: 0, width: WIDTH, height: headHeight, text: title };
    const text = caption({
      id: "body",
      x: MARGIN,
      y: headHeight + MARGIN,
      width: inner,
      text: body,
    });
    const parts = [text];
    let bottom = headHeight + MARGIN + Number(text.height);
    if (source !== null && source !== "") {
      const place = { x: MARGIN, y: bottom + MARGIN / 2, width: inner };
      parts.push(
        caption({ id: "source", ...place, text: source, fontSize: SOURCE_FONT, textAnchor: "end" }),
      );
      bottom += MARGIN / 2 + Number(parts[1]?.height);
    }
    const height = bottom + MARGIN;
    const frame = { id: "frame", x: 0, y: 0, width: WIDTH, height, text: "", role: "card" };
    const objects = [
      ...labelledBox({ ...frame, color: "gray" }),
      ...labelledBox({ ...head, color: color ?? "blue", role: "card_title", fontSize: TITLE_FONT }),
      ...parts,
    ];
    return placeBlock({ prefix: "card", objects, width: WIDTH, height }, board);
  },
});
