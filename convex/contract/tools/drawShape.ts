/** Draws one shape, with a label inside if wanted. */
import { z } from "zod";
import { boxHeight, labelledBox } from "./blockParts.ts";
import { defineTool } from "./boardTool.ts";
import { colorName, PALETTE } from "./palette.ts";
import { placeBlock, position } from "./placement.ts";

const side = z.number().min(20).max(800).nullable();

const MIN_LABELLED_WIDTH = 60; // a word has to fit between the paddings

export const drawShape = defineTool({
  description: "Draw a rectangle, ellipse, circle or triangle, with a label inside if given.",
  label: "Drawing a shape",
  args: z.object({
    shape: z.enum(["rect", "ellipse", "circle", "triangle"]),
    label: z.string().max(200).nullable(),
    width: side.describe("Pixels; null = fits the label."),
    height: side.describe("Pixels; null = fits the label."),
    color: colorName,
    at: position,
  }),
  plan({ shape, label, color, at, ...size }, board) {
    const text = label ?? "";
    const width = Math.max(size.width ?? 200, text === "" ? 0 : MIN_LABELLED_WIDTH);
    const height = Math.max(size.height ?? 100, boxHeight(text, width));
    const spec = { id: "shape", x: 0, y: 0, width, height, text, color: color ?? "blue" };
    const role = "main_shape";
    if (shape === "rect" || shape === "ellipse") {
      const objects = labelledBox({ ...spec, role, shape });
      return placeBlock({ prefix: "shape", objects, width, height }, board, at);
    }
    const side = Math.max(width, height); // a circle or triangle is as wide as it is high
    const [, ...texts] = labelledBox({ ...spec, role, height: side });
    const { fill, stroke } = PALETTE[spec.color];
    const figure = {
      id: "shape",
      kind: shape,
      x: 0,
      y: 0,
      width: side,
      height: side,
      fill,
      stroke,
    };
    const round = shape === "circle" ? { radius: side / 2 } : {};
    const objects = [{ ...figure, ...round, strokeWidth: 2, metadata: { role } }, ...texts];
    return placeBlock({ prefix: "shape", objects, width: side, height: side }, board, at);
  },
});
