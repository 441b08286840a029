/** Puts a multiple-choice question on the board, for a class to look at together. */
import { z } from "zod";
import { boxOf } from "../board/objectBox.ts";
import { measureText } from "../board/measureText.ts";
import { QUESTION_WIDTH, questionAt, questionSize } from "../board/questionCard.ts";
import type { CanvasObject } from "../boardOps.ts";
import { defineTool } from "./boardTool.ts";
import { placeBlock } from "./placement.ts";

const HEAD_LINE = 18 * 1.35; // one line of the question is in its head already
const OPTION_WIDTH = QUESTION_WIDTH - 45;

export const drawQuestion = defineTool({
  description:
    "Put a multiple-choice question on the board for everyone to think about; it does not say which choice is right.",
  label: "Asking on the board",
  args: z.object({
    question: z.string().min(1).max(400),
    options: z.array(z.string().min(1).max(160)).min(2).max(6),
  }),
  plan({ question, options }, board) {
    const size = questionSize(options.length);
    const lines = measureText(question, 18, QUESTION_WIDTH).height;
    const more = Math.max(0, lines - HEAD_LINE); // a long question pushes its choices down
    const card = { questionId: "q", question, options };
    const objects = questionAt(card, { x: 0, y: 0 }).map((object): CanvasObject => {
      if (object.metadata?.role === "question") return object;
      if (object.metadata?.role === "option_selector") {
        return { ...object, y: boxOf(object).y + more };
      }
      const text = { ...object, width: OPTION_WIDTH };
      return { ...text, y: boxOf(text).y + more - 3 }; // its first line beside the control
    });
    return placeBlock({ prefix: "question", objects, ...size, height: size.height + more }, board);
  },
});
