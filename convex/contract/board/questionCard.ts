/**
 * The look of a multiple-choice question on a board, as the legacy API drew it: the question, under it a
 * row for each option with its control and its letter (rule BV13). The old clients find question and
 * options by ids, roles and `option_id`, so these are kept to the letter.
 */
import type { Box, CanvasObject } from "../boardOps.ts";
import type { Zone } from "./layoutTemplates.ts";

export const QUESTION_WIDTH = 700;
const HEAD_HEIGHT = 50; // from the question's top to the first row
const ROW_HEIGHT = 40;
const FOOT_HEIGHT = 70;
const RADIUS = 8;
const INK = "#000000";
const OPTION_INK = "#333333";

export interface Question {
  /** At most eight signs, unique on the board. */
  questionId: string;
  question: string;
  options: readonly string[];
}

/** How much room a question takes: 120 pixels, and 40 for every option. */
export function questionSize(options: number): { width: number; height: number } {
  return { width: QUESTION_WIDTH, height: HEAD_HEIGHT + FOOT_HEIGHT + options * ROW_HEIGHT };
}

/** The objects of a question whose left top corner is at (x, y), in board pixels. */
export function questionAt(question: Question, { x, y }: Pick<Box, "x" | "y">): CanvasObject[] {
  const rows = question.options.map((_, i) => {
    const middle = y + HEAD_HEIGHT + ROW_HEIGHT * i + RADIUS;
    return { radio: { x: x + 20, y: middle }, text: { x: x + 45, y: middle } };
  });
  return drawn(question, { x, y, width: QUESTION_WIDTH }, rows);
}

/** The same within a zone of a layout template, in fractions of the board. */
export function questionInZone(question: Question, zone: Readonly<Zone>): CanvasObject[] {
  const { xPct, yPct, widthPct, heightPct } = zone;
  const slot = (0.7 * heightPct) / question.options.length;
  const height = Math.min(slot, 0.15 * heightPct);
  const rows = question.options.map((_, i) => {
    const top = yPct + 0.3 * heightPct + i * slot;
    return {
      radio: { xPct: xPct + 0.02 * widthPct, yPct: top + height / 2 },
      text: {
        ...{ xPct: xPct + 0.05 * widthPct, yPct: top },
        ...{ widthPct: 0.95 * widthPct, heightPct: height },
      },
    };
  });
  return drawn(question, { ...zone, heightPct: 0.25 * heightPct }, rows);
}

type Place = Pick<CanvasObject, "x" | "y" | "width" | "xPct" | "yPct" | "widthPct" | "heightPct">;

function drawn(
  { questionId, question, options }: Question,
  place: Place,
  rows: readonly { radio: Place; text: Place }[],
): CanvasObject[] {
  const marks = (role: string, more: Record<string, unknown> = {}) => ({
    metadata: { source: "assistant" as const, role, question_id: questionId, ...more },
    groupId: questionId,
  });
  const head: CanvasObject = {
    ...{ id: `mcq-${questionId}-text`, kind: "text", ...place },
    ...{ text: question, fontSize: 18, fill: INK, ...marks("question") },
  };
  const choices = rows.flatMap(({ radio, text }, i): CanvasObject[] => {
    const id = `mcq-${questionId}-opt-${i}`;
    const letter = String.fromCharCode("A".charCodeAt(0) + i);
    return [
      {
        ...{ id: `${id}-radio`, kind: "circle", ...radio, radius: RADIUS },
        ...{ stroke: "#555555", strokeWidth: 1, fill: "#FFFFFF" },
        ...marks("option_selector", { option_id: i }),
      },
      {
        ...{ id: `${id}-text`, kind: "text", ...text, text: `${letter}. ${options[i] ?? ""}` },
        ...{ fontSize: 16, fill: OPTION_INK, ...marks("option_label", { option_id: i }) },
      },
    ];
  });
  return [head, ...choices];
}
