/** Tells the model what is on the board as a whole: how much of what, and where concepts and questions lie. */
import { z } from "zod";
import { isAssistants, type CanvasObject } from "../boardOps.ts";
import { summarizeBoard } from "../board/boardSummary.ts";
import { compressObjects } from "../board/compressObjects.ts";
import { extentOf } from "../board/objectExtent.ts";
import { withinChars } from "../board/withinChars.ts";
import { defineLook, MAX_LOOK_CHARS, roundedBox } from "./boardLook.ts";

const MAX_CONCEPTS_CHARS = 1_500;
const MAX_QUESTIONS_CHARS = 800;
const MAX_COUNTS_CHARS = 700; // every kind, and the names of all fields

export const surveyBoard = defineLook({
  description:
    "Survey the whole board as it is now: objects by kind, how many you drew, where each concept and each pinned question lies, and the objects with their tags and boxes [x, y, width, height].",
  label: "Looking at the board",
  args: z.object({}),
  answer(_args, board) {
    const all = [...board.objects.values()];
    const { countsByKind, conceptClusters, questionTags } = summarizeBoard(all, []);
    const concepts = withinChars(
      conceptClusters.map(({ box, ...cluster }) => ({ ...cluster, box: roundedBox(box) })),
      MAX_CONCEPTS_CHARS,
    );
    const questions = withinChars(
      questionTags.map(({ id, x, y }) => ({ id, x: Math.round(x), y: Math.round(y) })),
      MAX_QUESTIONS_CHARS,
    );
    const others = MAX_COUNTS_CHARS + MAX_CONCEPTS_CHARS + MAX_QUESTIONS_CHARS;
    const objects = compressObjects(all.map(withItsBox), MAX_LOOK_CHARS - others);
    return JSON.stringify({
      total: all.length,
      drawnByTutor: all.filter((object) => isAssistants(object)).length,
      countsByKind,
      concepts: concepts.kept,
      questions: questions.kept,
      objects: objects.kept,
      omitted: {
        concepts: concepts.omitted,
        questions: questions.omitted,
        objects: objects.omitted,
      },
    });
  },
});

/** Its box as it is drawn now, whatever its metadata remembers. */
function withItsBox(object: CanvasObject) {
  const tags = object.metadata?.["semantic_tags"];
  return { id: object.id, metadata: { semantic_tags: tags, bbox: roundedBox(extentOf(object)) } };
}
