/**
 * The words of an object, for whoever edits them: what is written in the editor, and the object with other
 * words in it. Which kinds have words is decided here. Pure (rule BO8).
 */
import { z } from "zod";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { measureText } from "../../../../convex/contract/board/measureText.ts";
import { angleOf, boxOf, fontSizeOf } from "../../../../convex/contract/board/objectBox.ts";
import { moveObject } from "./objectGeometry.ts";
import { heldAtCorner } from "./turnObject.ts";

const MAX_TEXT_WIDTH = 640; // board pixels; a new text wraps here, it can be resized
const ARROW = "->";
const NODE_HEIGHT = 48;
const NODE_PADDING = 32;

const zGraph = z.looseObject({
  nodes: z.array(z.looseObject({ id: z.string(), label: z.string().optional() })),
  edges: z.array(z.looseObject({ source: z.string(), target: z.string() })).catch([]),
});

/** Undefined for kinds that have no words. */
export function wordsOf(object: CanvasObject): string | undefined {
  switch (object.kind) {
    case "text":
    case "textbox":
    case "question_tag":
      return object.text ?? "";
    case "radio":
    case "image":
      return object.label ?? "";
    case "latex_svg":
      return latexOf(object);
    case "graph_layout":
      return graphLines(object);
    default:
      return undefined;
  }
}

/** What the empty editor says. */
export function wordsHint({ kind }: CanvasObject): string {
  if (kind === "latex_svg") return "LaTeX, such as \\frac{a}{b}";
  if (kind === "graph_layout") return "One arrow a line: cause -> effect";
  if (kind === "question_tag") return "What is the question?";
  return kind === "image" ? "What does the picture show?" : "Write…";
}

/** Undefined when without words nothing is left of the object. Its first letter stays where it is seen. */
export function withWords(object: CanvasObject, words: string): CanvasObject | undefined {
  const next = reworded(object, words);
  if (!next || !object.angle) return next;
  const box = boxOf(next);
  const held = heldAtCorner(box, boxOf(object), angleOf(object));
  return moveObject(next, held.x - box.x, held.y - box.y);
}

function reworded(object: CanvasObject, words: string): CanvasObject | undefined {
  const isEmpty = words.trim() === "";
  switch (object.kind) {
    case "radio":
    case "image":
      return { ...object, label: words };
    case "question_tag":
      return { ...object, text: words };
    case "latex_svg":
      return isEmpty ? undefined : withLatex(object, words);
    case "graph_layout":
      return isEmpty ? undefined : withGraph(object, words);
    default:
      return isEmpty ? undefined : sizedText(object, words);
  }
}

/** A new text is as wide as its words; one whose width was chosen keeps it and grows downward. */
function sizedText(object: CanvasObject, text: string): CanvasObject {
  const width = object.width == null ? undefined : boxOf(object).width;
  const size = measureText(text, fontSizeOf(object), width ?? MAX_TEXT_WIDTH);
  return { ...object, text, width: width ?? size.width, height: size.height };
}

function latexOf({ metadata, text }: CanvasObject): string {
  const latex = metadata?.["latex"];
  return typeof latex === "string" ? latex : (text ?? "");
}

/** A formula of which nobody chose the size gets one by its letters, commands counted as one. */
function withLatex(object: CanvasObject, latex: string): CanvasObject {
  const letters = latex.replace(/\\[a-z]+/gi, "m").replace(/[{}^_]/g, "").length;
  const width = Math.max(120, Math.min(800, letters * 14));
  const size = object.width == null ? { width, height: 80 } : {};
  return { ...object, ...size, metadata: { ...object.metadata, latex } };
}

function graphLines({ metadata }: CanvasObject): string {
  const { success, data } = zGraph.safeParse(metadata?.["layoutSpec"]);
  if (!success) return "";
  const names = new Map(data.nodes.map(({ id, label }) => [id, label ?? id]));
  const joined = new Set(data.edges.flatMap(({ source, target }) => [source, target]));
  const arrows = data.edges.map(({ source, target }) => {
    return `${names.get(source) ?? source} ${ARROW} ${names.get(target) ?? target}`;
  });
  const alone = data.nodes.filter(({ id }) => !joined.has(id)).map(({ id, label }) => label ?? id);
  return [...arrows, ...alone].join("\n");
}

function withGraph(object: CanvasObject, words: string): CanvasObject {
  const chains = words.split("\n").map((line) =>
    line
      .split(ARROW)
      .map((name) => name.trim())
      .filter(Boolean),
  );
  const names = [...new Set(chains.flat())];
  const nodes = names.map((label) => {
    const width = measureText(label, 15, 300).width + NODE_PADDING;
    return { id: label, label, width, height: NODE_HEIGHT };
  });
  const edges = chains.flatMap((chain) =>
    chain.slice(1).map((target, i) => ({ source: chain[i] ?? target, target })),
  );
  return { ...object, metadata: { ...object.metadata, layoutSpec: { nodes, edges } } };
}
