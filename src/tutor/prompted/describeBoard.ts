/** The board in words that a model can refer to: ids, kinds, texts and places, bounded. */
import { boxOf, isAssistants, type BoardView } from "../../../convex/contract/boardOps.ts";

const MAX_OBJECTS = 60;
const MAX_TEXT_CHARS = 100;

/** `selection`: ids the student pointed at, which are listed first. Empty board: says so. */
export function describeBoard(board: BoardView, selection: readonly string[]): string {
  const chosen = new Set(selection);
  const objects = [...board.objects.values()].filter((object) => object.kind !== "line");
  objects.sort((a, b) => Number(chosen.has(b.id)) - Number(chosen.has(a.id)));
  if (objects.length === 0) return "The board is empty.";
  const lines = objects.slice(0, MAX_OBJECTS).map((object) => {
    const { x, y, width, height } = boxOf(object);
    const place = [x, y, width, height].map((value) => Math.round(value)).join(",");
    const text = object.text ?? object.label ?? "";
    const words = text === "" ? "" : ` ${JSON.stringify(text.slice(0, MAX_TEXT_CHARS))}`;
    const by = isAssistants(object) ? "yours" : "a student's";
    const mark = chosen.has(object.id) ? " SELECTED by the student" : "";
    return `- ${object.id}: ${object.kind}${words} at ${place}, ${by}${mark}`;
  });
  const rest = objects.length - lines.length;
  return [...lines, ...(rest > 0 ? [`… and ${rest} more`] : [])].join("\n");
}
