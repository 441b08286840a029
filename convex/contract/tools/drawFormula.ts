/** Sets a mathematical formula on the board. */
import { z } from "zod";
import { caption } from "./blockParts.ts";
import { defineTool } from "./boardTool.ts";
import { placeBlock } from "./placement.ts";

const CHAR_WIDTH = 13;
const MIN_WIDTH = 200;
const MAX_WIDTH = 800;
const FORMULA_HEIGHT = 90;

export const drawFormula = defineTool({
  description: "Set a mathematical formula, written in LaTeX without dollar signs.",
  label: "Writing a formula",
  args: z.object({
    latex: z.string().min(1).max(600),
    caption: z.string().max(200).nullable().describe("A line under the formula."),
  }),
  plan({ latex, ...args }, board) {
    // Roughly how wide it will be: commands count as one letter.
    const letters = latex.replace(/\\[a-z]+/gi, "m").replace(/[{}^_]/g, "").length;
    const width = Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, letters * CHAR_WIDTH));
    const metadata = { role: "formula", latex };
    const formula = { id: "formula", kind: "latex_svg" as const, x: 0, y: 0, width, metadata };
    const objects = [{ ...formula, height: FORMULA_HEIGHT }];
    if (args.caption === null || args.caption === "") {
      return placeBlock({ prefix: "formula", objects, width, height: FORMULA_HEIGHT }, board);
    }
    const place = { x: 0, y: FORMULA_HEIGHT + 6, width };
    const words = caption({ id: "caption", ...place, text: args.caption, fontSize: 14 });
    const height = FORMULA_HEIGHT + 6 + Number(words.height);
    return placeBlock({ prefix: "formula", objects: [...objects, words], width, height }, board);
  },
});
