/**
 * What is drawn on a question when it has been answered, as the legacy API drew it: a mark beside the chosen
 * option, what is to be said below, the control in the colour of the answer, and nothing to choose any more
 * (rule BV13). Beside the question, wherever that lies: the legacy API took all of them for the first.
 */
import type { BoardOp, Box, CanvasObject } from "../boardOps.ts";
import { QUESTION_WIDTH } from "./questionCard.ts";

const CORRECT = { colour: "#2ECC71", sign: "✓" };
const WRONG = { colour: "#E74C3C", sign: "✗" };
const MARK = { x: 400, y: 100 }; // from the question's corner, of the first option
const ROW_HEIGHT = 40;
const TEXT_BELOW = 140; // from the question's top, and a row for each option

export interface QuestionFeedback {
  questionId: string;
  /** The chosen one, from 0. */
  option: number;
  isCorrect: boolean;
  /** How many there are. */
  options: number;
  /** Explanation and advice. */
  words: string;
}

/** `corner`: the question's left top corner, in board pixels. */
export function feedbackOps(feedback: QuestionFeedback, corner: Pick<Box, "x" | "y">): BoardOp[] {
  const { questionId, option, isCorrect, options } = feedback;
  const { colour } = isCorrect ? CORRECT : WRONG;
  const closed = Array.from({ length: options }, (_, i): BoardOp[] => {
    const id = `mcq-${questionId}-opt-${i}`;
    const paint = i === option ? { fill: colour, stroke: colour } : {};
    return [
      { type: "update", objectId: `${id}-radio`, changes: { ...paint, selectable: false } },
      { type: "update", objectId: `${id}-text`, changes: { selectable: false } },
    ];
  });
  const added = feedbackObjects(feedback, corner);
  return [...added.map((object): BoardOp => ({ type: "add", object })), ...closed.flat()];
}

function feedbackObjects(
  { questionId, option, isCorrect, options, words }: QuestionFeedback,
  { x, y }: Pick<Box, "x" | "y">,
): CanvasObject[] {
  const { colour, sign } = isCorrect ? CORRECT : WRONG;
  const marks = (role: string) => ({
    metadata: { source: "assistant" as const, role, question_id: questionId, option_id: option },
    groupId: questionId,
  });
  return [
    {
      ...{ id: `mcq-${questionId}-opt-${option}-mark`, kind: "text", text: sign, fontSize: 20 },
      ...{ x: x + MARK.x, y: y + MARK.y + ROW_HEIGHT * option, fill: colour },
      ...marks("mcq_feedback_mark"),
    },
    {
      ...{ id: `mcq-${questionId}-feedback-text`, kind: "text", text: words, fontSize: 16 },
      ...{ x, y: y + TEXT_BELOW + ROW_HEIGHT * options, width: QUESTION_WIDTH, fill: "#333333" },
      ...marks("mcq_feedback_text"),
    },
  ];
}
