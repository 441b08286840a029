/**
 * The board in words that a model can refer to, bounded: how much is there, then, object by object, ids,
 * kinds, texts and places. A drawing is told of as a whole, with the parts that can be pointed at, so that
 * a table does not crowd out what a student wrote (rule BV11).
 */
import {
  isAssistants,
  unionBox,
  type BoardView,
  type Box,
  type CanvasObject,
} from "../../../convex/contract/boardOps.ts";
import { countBy } from "../../../convex/contract/board/boardSummary.ts";
import { extentOf } from "../../../convex/contract/board/objectExtent.ts";
import { groupOf } from "../../../convex/contract/board/objectGroups.ts";

const MAX_CHARS = 6_000;
const MAX_TEXT_CHARS = 100;
const MAX_PARTS = 12; // of one drawing that are named

/** `selection`: ids the student pointed at, which come first and one by one. Empty board: says so. */
export function describeBoard(board: BoardView, selection: readonly string[]): string {
  const all = [...board.objects.values()];
  if (all.length === 0) return "The board is empty.";
  const chosen = new Set(selection);
  const labels = labelsOf(all);
  const drawings = Map.groupBy(all, (object) =>
    chosen.has(object.id) ? object.id : (groupOf(object) ?? object.id),
  );
  const isChosen = (parts: CanvasObject[]) => parts.some(({ id }) => chosen.has(id));
  const ordered = [...drawings].sort(([, a], [, b]) => Number(isChosen(b)) - Number(isChosen(a)));
  const lines = ordered.map(([name, parts]) => {
    const mark = isChosen(parts) ? " SELECTED by the student" : "";
    return `- ${describeParts(name, parts, labels)}${mark}`;
  });
  return withinLimit(totals(all), lines);
}

function totals(objects: readonly CanvasObject[]): string {
  const yours = objects.filter((object) => isAssistants(object)).length;
  const kinds = Object.entries(countBy(objects, ({ kind }) => kind)).sort(([, a], [, b]) => b - a);
  const list = kinds.map(([kind, count]) => `${count} ${kind}`).join(", ");
  return `${objects.length} objects, ${yours} of them yours: ${list}.`;
}

/** What is written into which object, by the id of that object. */
function labelsOf(objects: readonly CanvasObject[]): Map<string, string> {
  return new Map(
    objects.flatMap(({ metadata, text }) => {
      const linked = metadata?.["linked_to"];
      return typeof linked === "string" && typeof text === "string" ? [[linked, text]] : [];
    }),
  );
}

function describeParts(
  name: string,
  parts: readonly CanvasObject[],
  labels: ReadonlyMap<string, string>,
): string {
  const by = parts.every((part) => isAssistants(part)) ? "yours" : "a student's";
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    return `${only.id}: ${only.kind}${words(only, labels)} at ${place(extentOf(only))}, ${by}`;
  }
  // A text that stands in a shape is told of with the shape; lines alone say nothing.
  const telling = parts.filter(
    (part) => part.metadata?.["linked_to"] === undefined && words(part, labels) !== "",
  );
  const named = telling.slice(0, MAX_PARTS).map((part) => `${part.id}${words(part, labels)}`);
  const rest = telling.length - named.length;
  const list = [...named, ...(rest > 0 ? [`${rest} more`] : [])].join("; ");
  const box = place(unionBox(parts.map(extentOf)));
  return `${name}: drawing of ${parts.length} objects at ${box}, ${by}${list === "" ? "" : `: ${list}`}`;
}

function words(object: CanvasObject, labels: ReadonlyMap<string, string>): string {
  const text = object.text ?? object.label ?? labels.get(object.id) ?? "";
  return text === "" ? "" : ` ${JSON.stringify(text.slice(0, MAX_TEXT_CHARS))}`;
}

function place({ x, y, width, height }: Box): string {
  return [x, y, width, height].map((value) => Math.round(value)).join(",");
}

/** As many lines as fit, in order, and how many did not. */
function withinLimit(head: string, lines: readonly string[]): string {
  const kept = [head];
  let length = head.length;
  for (const line of lines) {
    if (length + line.length + 1 > MAX_CHARS) break;
    kept.push(line);
    length += line.length + 1;
  }
  const rest = lines.length - (kept.length - 1);
  return [...kept, ...(rest > 0 ? [`… and ${rest} more`] : [])].join("\n");
}
