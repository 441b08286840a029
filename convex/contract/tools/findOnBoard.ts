/** Finds objects for the model by what they say, what they are about, who drew them and where they are. */
import { z } from "zod";
import { isAssistants, type BoardView, type CanvasObject } from "../boardOps.ts";
import { conceptOf } from "../board/boardSummary.ts";
import { findObjects } from "../board/findObjects.ts";
import { firstChars } from "../board/firstChars.ts";
import { extentOf } from "../board/objectExtent.ts";
import { withinChars } from "../board/withinChars.ts";
import { appError } from "../errors.ts";
import { defineLook, MAX_LOOK_CHARS, roundedBox } from "./boardLook.ts";

const MAX_TEXT_CHARS = 300; // of one object
const MAX_COUNT_CHARS = 100; // of what is said around the list

const wanted = z.string().min(1).max(200).nullable();
const pixels = z.number().min(-1e6).max(1e6);

export const findOnBoard = defineLook({
  description:
    "Find objects on the board as it is now. Give at least one filter and null for the others; all that are given must fit. Answers with ids, kinds, texts and boxes [x, y, width, height].",
  label: "Searching the board",
  args: z.object({
    text: wanted.describe("Words that all occur in the object's text"),
    concept: wanted.describe("The concept it is about, exactly as on the board"),
    role: wanted.describe("Its role, such as question_tag"),
    drawnBy: z.enum(["tutor", "people"]).nullable(),
    within: z
      .object({ x: pixels, y: pixels, width: pixels.min(0), height: pixels.min(0) })
      .nullable(),
  }),
  answer({ text, concept, role, drawnBy, within }, board: BoardView) {
    if ([text, concept, role, drawnBy, within].every((filter) => filter === null)) {
      throw appError(
        "INVALID_INPUT",
        "Say what to look for: at least one filter must not be null.",
      );
    }
    const found = findObjects(board, {
      ...(text === null ? {} : { text }),
      ...(within === null ? {} : { within }),
      metadata: { ...(concept === null ? {} : { concept }), ...(role === null ? {} : { role }) },
    }).filter((object) => drawnBy === null || drawnBy === drawerOf(object));
    const { kept, omitted } = withinChars(found.map(told), MAX_LOOK_CHARS - MAX_COUNT_CHARS);
    return JSON.stringify({ found: found.length, omitted, objects: kept });
  },
});

function drawerOf(object: CanvasObject): "tutor" | "people" {
  return isAssistants(object) ? "tutor" : "people";
}

function told(object: CanvasObject): object {
  const { id, kind, metadata } = object;
  const text = firstChars(object.text ?? object.label ?? "", MAX_TEXT_CHARS);
  const concept = conceptOf(object);
  return {
    id,
    kind,
    box: roundedBox(extentOf(object)),
    drawnBy: drawerOf(object),
    ...(text === "" ? {} : { text }),
    ...(concept === undefined ? {} : { concept }),
    ...(metadata?.role === undefined ? {} : { role: metadata.role }),
  };
}
