/** Writes a few lines on the board. */
import { z } from "zod";
import { measureText } from "../board/measureText.ts";
import { caption } from "./blockParts.ts";
import { defineTool } from "./boardTool.ts";
import { placeBlock, position } from "./placement.ts";

const FONT_SIZES = { heading: 28, body: 18, note: 14 } as const;
const MAX_WIDTH = 640;

export const drawText = defineTool({
  description: "Write a short text on the board: a heading, a sentence, a formula in plain text.",
  label: "Writing on the board",
  args: z.object({
    text: z.string().min(1).max(1_200).describe("What to write; \\n starts a new line."),
    size: z.enum(["heading", "body", "note"]).nullable().describe("null = body."),
    at: position,
  }),
  plan({ text, size, at }, board) {
    const fontSize = FONT_SIZES[size ?? "body"];
    const { width } = measureText(text, fontSize, MAX_WIDTH);
    const object = caption({ id: "text", x: 0, y: 0, width, text, fontSize });
    const block = { prefix: "text", objects: [object], width, height: Number(object.height) };
    return placeBlock(block, board, at);
  },
});
