import { expect, it } from "vitest";
import { questionAt } from "../../../../convex/contract/board/questionCard.ts";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { BoardScene } from "../link/boardScene.ts";
import { answerWith } from "./questionAnswer.ts";

const card = { questionId: "q1", question: "Which one?", options: ["One", "Two"] };
const objects = questionAt(card, { x: 0, y: 0 });
const byRole = (role: string, option: number) =>
  objects.find(({ metadata }) => metadata?.role === role && metadata["option_id"] === option)!;
const plain: CanvasObject = { id: "plain", kind: "circle", radius: 8 };

/** As the board is with these besides the question. */
function answer(hit: CanvasObject, more: CanvasObject[] = [], userId = "ada") {
  return answerWith(BoardScene.of([...objects, plain, ...more]), hit, userId);
}
const chosenBy = (authorId: string): CanvasObject => ({
  ...answer(byRole("option_selector", 0))!.choice,
  id: `choice-${authorId}`,
  metadata: { ...answer(byRole("option_selector", 0))!.choice.metadata, authorId },
});

it.each(["option_selector", "option_label"])("[BO15] a click on an %s answers with it", (role) => {
  const given = answer(byRole(role, 1));
  expect(given).toMatchObject({ words: "My answer to “Which one?” is: B. Two", option: "B. Two" });
  expect(given?.objectIds).toHaveLength(5);
  expect(given?.choice).toMatchObject({
    groupId: "q1",
    metadata: { role: "option_choice", question_id: "q1", option_id: 1 },
  });
});

it("[BO15] nothing else answers: not the question, not a circle of somebody's own", () => {
  expect(answer(objects[0]!)).toBeUndefined();
  expect(answer(plain)).toBeUndefined();
});

it("[BO15] a person answers once; another one may still, through the first one's mark", () => {
  const mark = chosenBy("ada");
  expect(answer(byRole("option_selector", 1), [mark])).toBeUndefined();
  expect(answer(mark, [mark])).toBeUndefined();
  expect(answer(mark, [mark], "bob")).toMatchObject({ option: "A. One" });
});

it("[BO15] with feedback, or a control that is switched off, a question is closed to all", () => {
  const feedback: CanvasObject = {
    id: "mcq-q1-opt-1-mark",
    kind: "text",
    text: "✓",
    groupId: "q1",
    metadata: { role: "mcq_feedback_mark", question_id: "q1" },
  };
  expect(answer(byRole("option_selector", 1), [feedback])).toBeUndefined();
  const off: CanvasObject = { ...byRole("option_selector", 1), selectable: false };
  expect(answer(off, [off])).toBeUndefined();
});

it("[BO15] a question whose parts were deleted is no question any more", () => {
  const selector = byRole("option_selector", 0);
  expect(answerWith(BoardScene.of([selector]), selector, "ada")).toBeUndefined();
});
