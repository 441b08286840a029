/** Draws a table: a row of headers and rows of cells that are as high as their text. */
import { z } from "zod";
import { boxHeight, heading, labelledBox } from "./blockParts.ts";
import { defineTool } from "./boardTool.ts";
import { MAX_BLOCK_WIDTH, placeBlock } from "./placement.ts";

const MAX_COLUMN_WIDTH = 240;

export const drawTable = defineTool({
  description: "Draw a table with one header row; good for comparing things.",
  label: "Drawing a table",
  args: z.object({
    title: z.string().max(120).nullable(),
    headers: z.array(z.string().max(80)).min(1).max(6),
    rows: z
      .array(z.array(z.string().max(300)).max(6))
      .min(1)
      .max(12)
      .describe("Each row has as many cells as there are headers; missing ones stay empty."),
  }),
  plan({ title, headers, rows }, board) {
    const columnWidth = Math.min(MAX_COLUMN_WIDTH, Math.floor(MAX_BLOCK_WIDTH / headers.length));
    const width = columnWidth * headers.length;
    const head = heading(title, width);
    let y = head.height;
    const cells = [headers, ...rows].flatMap((row, r) => {
      const texts = headers.map((_, c) => row[c] ?? "");
      const height = Math.max(...texts.map((text) => boxHeight(text, columnWidth)));
      const role = r === 0 ? "table_header" : "table_cell";
      const line = texts.flatMap((text, c) => {
        const place = { x: c * columnWidth, y, width: columnWidth, height };
        const color = r === 0 ? "blue" : "gray";
        return labelledBox({ id: `cell-${r}-${c}`, ...place, text, color, role });
      });
      y += height;
      return line;
    });
    const objects = [...head.objects, ...cells];
    return placeBlock({ prefix: "table", objects, width, height: y }, board);
  },
});
