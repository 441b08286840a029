/** An object of the board in words, for those who do not see it. Pure. */
import {
  BOARD_HEIGHT,
  BOARD_WIDTH,
  type CanvasKind,
  type CanvasObject,
} from "../../../../convex/contract/boardOps.ts";
import { firstChars } from "../../../../convex/contract/board/firstChars.ts";
import { boxOf } from "../../../../convex/contract/board/objectBox.ts";
import { PALETTE } from "../shapes/palette.ts";

const KIND_WORDS: Record<CanvasKind, string> = {
  rect: "rectangle",
  ellipse: "ellipse",
  circle: "circle",
  text: "text",
  textbox: "text",
  line: "line",
  arrow: "arrow",
  path: "drawing",
  polygon: "polygon",
  triangle: "triangle",
  image: "image",
  group: "group",
  radio: "choice",
  latex_svg: "formula",
  graph_layout: "graph",
  highlight_stroke: "highlight",
  pointer_ping: "pointer",
  question_tag: "pinned question",
};

const MAX_QUOTED_CHARS = 120;

/** "Text “Krebs cycle”, top left, by the tutor". `authorName` is the person's, if one is known. */
export function describeObject(object: CanvasObject, authorName?: string): string {
  const isTutors = object.metadata?.source === "assistant";
  const parts = [`${kindWords(object)}${quoted(object)}`, placeWords(object)];
  if (isTutors) parts.push("by the tutor");
  else if (authorName) parts.push(`by ${authorName}`);
  const sentence = parts.join(", ");
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** "2 drawings, 1 formula": what a person drew, by the words that people have for it. */
export function describeAmounts(kinds: readonly { kind: string; count: number }[]): string {
  const words: Readonly<Record<string, string | undefined>> = KIND_WORDS;
  const counts = new Map<string, number>();
  for (const { kind, count } of kinds) {
    const word = words[kind] ?? "other object"; // of a later version's board
    counts.set(word, (counts.get(word) ?? 0) + count);
  }
  return [...counts].map(([word, n]) => `${n} ${word}${n === 1 ? "" : "s"}`).join(", ");
}

/** Parts of a question are called by what they are to it. */
function kindWords(object: CanvasObject): string {
  const { role, option_id: option } = object.metadata ?? {};
  const letter = typeof option === "number" ? String.fromCharCode(65 + option) : "";
  if (role === "option_selector") return `choice ${letter}`.trim();
  if (role === "option_choice") return `answer ${letter}`.trim();
  return colourWord(object) + KIND_WORDS[object.kind];
}

function quoted(object: CanvasObject): string {
  const latex = object.metadata?.["latex"];
  const words = object.text ?? object.label ?? (typeof latex === "string" ? latex : undefined);
  const inner = words ?? object.objects?.map((member) => member.text ?? "").join(" ");
  const text = inner?.replace(/\s+/g, " ").trim();
  if (!text) return "";
  return ` “${text.length > MAX_QUOTED_CHARS ? `${firstChars(text, MAX_QUOTED_CHARS)}…` : text}”`;
}

function colourWord(object: CanvasObject): string {
  const colours: readonly (string | null | undefined)[] = [object.stroke, object.fill];
  const named = PALETTE.find(({ value }) => colours.includes(value));
  return named && named.name !== "Ink" ? `${named.name.toLowerCase()} ` : "";
}

function placeWords(object: CanvasObject): string {
  const box = boxOf(object);
  const across = (box.x + box.width / 2) / BOARD_WIDTH;
  const down = (box.y + box.height / 2) / BOARD_HEIGHT;
  if (down > 1) return `below the first screen`;
  const column = across < 1 / 3 ? "left" : across > 2 / 3 ? "right" : "";
  const row = down < 1 / 3 ? "top" : down > 2 / 3 ? "bottom" : "";
  return `${row} ${column}`.trim() || "in the middle";
}
