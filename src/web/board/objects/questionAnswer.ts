/**
 * Answering a multiple-choice question that lies on the board: which objects are its choices, whether one
 * may still be chosen, what then stands on the board and what the tutor is told. Pure (rule BO15). Roles
 * and option numbers are the legacy API's (legacy clients' questions are answered here and theirs there).
 */
import { boxOf } from "../../../../convex/contract/board/objectBox.ts";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import type { BoardScene } from "../link/boardScene.ts";
import type { NewObject } from "./newObject.ts";
import { round } from "./objectGeometry.ts";

const CHOICE_ROLE = "option_choice"; // a person's own mark inside the control they chose
const OPTION_ROLES: readonly unknown[] = ["option_selector", "option_label"];
/** Once there is feedback, a question is answered. */
const FEEDBACK_ROLES: readonly unknown[] = ["mcq_feedback_mark", "mcq_feedback_text"];
const CHOICE_COLOUR = "#2463c9";

export interface Answer {
  /** As the tutor is told. */
  words: string;
  /** The chosen option's own words. */
  option: string;
  /** Marks the choice on the board. */
  choice: NewObject;
  /** The question with its choices. */
  objectIds: string[];
}

/** Undefined for what is no choice, and when this person cannot answer (any more). */
export function answerWith(
  scene: BoardScene,
  hit: CanvasObject,
  userId: string,
): Answer | undefined {
  const option = optionUnder(scene, hit);
  if (option === undefined) return undefined;
  const members = scene.pick(scene.groupAround(option));
  const { option_id: optionId, question_id: questionId } = option.metadata ?? {};
  const find = (role: string) =>
    members.find(({ metadata }) => metadata?.role === role && metadata["option_id"] === optionId);
  const question = members.find(({ metadata }) => metadata?.role === "question");
  const [selector, label] = [find("option_selector"), find("option_label")];
  if (!question || !selector || isClosed(members, selector, userId)) return undefined;
  const words = (label ?? selector).text?.trim() ?? String(optionId);
  return {
    words: `My answer to “${question.text?.trim() ?? ""}” is: ${words}`,
    option: words,
    choice: markOf(selector, { option_id: optionId, question_id: questionId }),
    objectIds: members.filter(({ metadata }) => !isMark(metadata)).map(({ id }) => id),
  };
}

type Metadata = CanvasObject["metadata"];
const isMark = (metadata: Metadata) => metadata?.role === CHOICE_ROLE;

/** Another's mark lies over the control, and is not in the way. */
function optionUnder(scene: BoardScene, hit: CanvasObject): CanvasObject | undefined {
  const linked = isMark(hit.metadata) ? hit.metadata?.["linked_to"] : undefined;
  const option = typeof linked === "string" ? scene.get(linked) : hit;
  return OPTION_ROLES.includes(option?.metadata?.role) ? option : undefined;
}

/** The first answer of a person counts; feedback, and a control that says so, end it for all. */
function isClosed(members: readonly CanvasObject[], selector: CanvasObject, userId: string) {
  if (selector["selectable"] === false) return true;
  return members.some(
    ({ metadata }) =>
      FEEDBACK_ROLES.includes(metadata?.role) ||
      (isMark(metadata) && metadata?.authorId === userId),
  );
}

function markOf(selector: CanvasObject, about: Record<string, unknown>): NewObject {
  const { x, y, width } = boxOf(selector);
  const radius = round(width * 0.3);
  const inset = width / 2 - radius;
  return {
    kind: "circle",
    x: round(x + inset),
    y: round(y + inset),
    radius,
    fill: CHOICE_COLOUR,
    stroke: CHOICE_COLOUR,
    strokeWidth: 0,
    groupId: selector.groupId ?? null,
    metadata: { role: CHOICE_ROLE, linked_to: selector.id, ...about },
  };
}
