/**
 * What people put on the board as a whole: tables, steps, timelines, graphs, cards and quiz questions,
 * written as lines of text and laid out by the same plans as the tutor's drawings. Pure (rule BO9).
 */
import { drawQuestion } from "../../../../convex/contract/tools/drawQuestion.ts";
import { drawAxis } from "../../../../convex/contract/tools/drawAxis.ts";
import { drawCard } from "../../../../convex/contract/tools/drawCard.ts";
import { drawFlowchart } from "../../../../convex/contract/tools/drawFlowchart.ts";
import { drawTable } from "../../../../convex/contract/tools/drawTable.ts";
import { drawTimeline } from "../../../../convex/contract/tools/drawTimeline.ts";
import type { BoardOp, BoardView } from "../../../../convex/contract/boardOps.ts";
import type { IconName } from "../../shell/Icon.tsx";
import type { z } from "zod";

export interface InsertForm {
  name: string;
  label: string;
  icon: IconName;
  /** What its lines are. */
  linesLabel: string;
  hint: string;
  example: string;
  /** What is said of lines that cannot be laid out, as a sentence for people. */
  needs: string;
  /** @throws ZodError, or a coded error with a sentence, when the lines make no sense. */
  plan: (title: string, lines: string, board: BoardView) => BoardOp[];
}

export const INSERT_FORMS: readonly InsertForm[] = [
  {
    name: "table",
    label: "Table",
    icon: "table",
    linesLabel: "Rows",
    hint: "One row a line, the first with the headings; cells parted by | or tabs.",
    example: "Stack | Heap\nFast | Flexible",
    needs: "A table has a line of up to 6 short headings and, below it, 1 to 12 rows of cells.",
    plan(title, lines, board) {
      const [headers = [], ...rows] = rowsOf(lines).map((row) => row.split(/[|\t]/).map(trimmed));
      return checked(drawTable, { title: orNull(title), headers, rows }, board);
    },
  },
  {
    name: "steps",
    label: "Flow chart",
    icon: "steps",
    linesLabel: "Steps",
    hint: "One step a line, in order.",
    example: "Read the question\nTry an example\nProve it",
    needs: "A flow chart has 2 to 12 steps, each of up to 200 characters.",
    plan: (title, lines, board) =>
      checked(drawFlowchart, { title: orNull(title), steps: rowsOf(lines) }, board),
  },
  {
    name: "timeline",
    label: "Timeline",
    icon: "timeline",
    linesLabel: "Events",
    hint: "One event a line, as date: what happened.",
    example: "1543: Copernicus\n1609: Kepler",
    needs: "A timeline has 2 to 10 events, each a date, a colon and a few words.",
    plan(title, lines, board) {
      const events = rowsOf(lines).map((row) => {
        const [date = "", ...rest] = row.split(":");
        return { date: date.trim(), label: rest.join(":").trim() };
      });
      return checked(drawTimeline, { title: orNull(title), events }, board);
    },
  },
  {
    name: "graph",
    label: "Graph",
    icon: "chart",
    linesLabel: "Functions",
    hint: "One formula of x a line; a last line such as -5..5 says from where to where.",
    example: "x^2 - 2\nsin(x)\n-4..4",
    needs: "A graph shows up to 4 formulas, each of up to 200 characters.",
    plan(title, lines, board) {
      const rows = rowsOf(lines);
      const range = /^(-?[\d.]+)\s*\.\.\s*(-?[\d.]+)$/.exec(rows.at(-1) ?? "");
      const formulas = range ? rows.slice(0, -1) : rows;
      const [xMin, xMax] = range ? [Number(range[1]), Number(range[2])] : [-10, 10];
      const functions = formulas.map((formula) => ({ formula, label: null }));
      const axes = { xMin, xMax, yMin: null, yMax: null, xLabel: null, yLabel: null };
      return checked(drawAxis, { title: orNull(title), ...axes, functions }, board);
    },
  },
  {
    name: "card",
    label: "Card",
    icon: "document",
    linesLabel: "Text",
    hint: "What the title means.",
    example: "The owner of a value drops it when it goes out of scope.",
    needs: "A card has a title and a text that fits on it: shorten it, or part it.",
    plan: (title, lines, board) =>
      checked(
        drawCard,
        { title: title.trim() || "Card", body: lines.trim(), source: null, color: null },
        board,
      ),
  },
  {
    name: "question",
    label: "Quiz question",
    icon: "quiz",
    linesLabel: "Choices",
    hint: "One choice a line.",
    example: "One\nTwo\nAs many as you like",
    needs: "A question needs its words above, and 2 to 6 choices of up to 160 characters.",
    plan: (title, lines, board) =>
      checked(drawQuestion, { question: title.trim(), options: rowsOf(lines) }, board),
  },
];

interface Plan<Args extends z.ZodObject> {
  args: Args;
  plan: (args: z.infer<Args>, board: BoardView) => BoardOp[];
}

function checked<Args extends z.ZodObject>(tool: Plan<Args>, args: unknown, board: BoardView) {
  return tool.plan(tool.args.parse(args), board);
}

function rowsOf(lines: string): string[] {
  return lines.split("\n").map(trimmed).filter(Boolean);
}

function trimmed(text: string): string {
  return text.trim();
}

function orNull(title: string): string | null {
  return title.trim() === "" ? null : title.trim();
}
