/**
 * Turns the lines of all pages of a PDF into blocks: paragraphs by their spacing and indents, headings by size
 * and font, code by its font, tables by their gaps, and the furniture of the pages gone. PURE.
 */
import { block, type Block, type PageBlocks } from "./blocks.ts";
import { isContentsLine, isReferencesHeading, NUMBERED_HEADING } from "./headings.ts";
import { joinWrapped, wordsOf } from "./joinWrapped.ts";
import { withoutFurniture } from "./pdfFurniture.ts";
import type { Line } from "./pdfLines.ts";

interface Style {
  bodySize: number;
  bodyFont: string;
  leading: number; // distance of two lines of a paragraph, in font sizes
  words: ReadonlySet<string>;
}

const HEADING_SIZE = 1.12; // of the body's
const MAX_HEADING_LINES = 3;
const MAX_HEADING_CHARS = 140;
const BULLET = /^([•‣◦▪■●○–—*]|\(?[a-z0-9]{1,2}[.)])\s+/u;
const BULLET_SIGN = /^[•‣◦▪■●○]\s*/u;
const CAPTION = /^(figure|fig\.|table|listing|algorithm|exhibit)\s+[\dA-Z]+(\.\d+)*[.:]?\s/iu;

/** The pages' blocks, page by page; a page of pictures only has none. */
export function pdfBlocks(pages: readonly Line[][]): PageBlocks[] {
  const clean = withoutFurniture(pages);
  const style = styleOf(clean);
  let inReferences = false;
  return clean.map((lines) => {
    const isContents = isContentsPage(lines);
    return groupsOf(lines, style).flatMap((group) => {
      const [made] = blockOf(group, style);
      if (made === undefined) return [];
      if (made.kind === "heading") inReferences = isReferencesHeading(made.text);
      else if (isContents) return [{ ...made, kind: "contents" as const }];
      else if (inReferences) return [{ ...made, kind: "references" as const }];
      return [made];
    });
  });
}

/** What most of the text looks like. */
function styleOf(pages: readonly Line[][]): Style {
  const sizes = new Map<number, number>();
  const fonts = new Map<string, number>();
  const gaps = new Map<number, number>();
  const words = new Set<string>();
  for (const lines of pages) {
    lines.forEach((line, index) => {
      for (const word of wordsOf(line.text)) words.add(word);
      if (line.isMono) return;
      count(sizes, Math.round(line.size * 2) / 2, line.text.length);
      count(fonts, line.font, line.text.length);
      const gap = ((lines[index - 1]?.y ?? 0) - line.y) / Math.max(line.size, 1);
      if (gap > 0.9 && gap < 2.5) count(gaps, Math.round(gap * 20) / 20, 1);
    });
  }
  return {
    bodySize: mostCommon(sizes) ?? 10,
    bodyFont: mostCommon(fonts) ?? "",
    leading: mostCommon(gaps) ?? 1.2,
    words,
  };
}

/** Lines that belong together. */
function groupsOf(lines: readonly Line[], style: Style): Line[][] {
  const groups: Line[][] = [];
  const left = leftEdge(lines);
  for (const line of lines) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group === undefined || last === undefined || startsGroup(last, line, style, left)) {
      groups.push([line]);
    } else {
      group.push(line);
    }
  }
  return groups;
}

function startsGroup(last: Line, line: Line, style: Style, left: number): boolean {
  const size = Math.max(last.size, line.size, 1);
  const gap = (last.y - line.y) / size;
  if (gap < -0.5) return true; // a new column, or a box drawn later
  if (gap > style.leading * 1.3 + 0.05) return true;
  return looksDifferent(last, line, style) || opensItem(last, line) || isIndented(last, line, left);
}

function looksDifferent(last: Line, line: Line, style: Style): boolean {
  if (line.isMono !== last.isMono) return true;
  if (Math.abs(line.size - last.size) > 0.08 * Math.max(last.size, line.size)) return true;
  return looksLikeHeading(last, style) !== looksLikeHeading(line, style);
}

function opensItem(last: Line, line: Line): boolean {
  if (BULLET_SIGN.test(line.text)) return true;
  return BULLET.test(line.text) && !line.isMono && /[.:;!?]$/u.test(last.text);
}

/** The first line of a paragraph that has no space above it. */
function isIndented(last: Line, line: Line, left: number): boolean {
  if (line.isMono || Math.abs(last.x - left) >= 2 || !/[.!?:)”"]$/u.test(last.text)) return false;
  return line.x > last.x + 0.7 * line.size && line.x < last.x + 4 * line.size;
}

function blockOf(lines: readonly Line[], style: Style): Block[] {
  const [first] = lines;
  if (first === undefined) return [];
  if (lines.every((line) => line.isMono)) {
    return block("code", lines.map((line) => line.text).join("\n"));
  }
  const text = joinWrapped(
    lines.map((line) => line.text),
    style.words,
  );
  const level = headingLevel(lines, text, style);
  if (level > 0) return block("heading", text, level);
  if (CAPTION.test(text)) return block("caption", text);
  if (lines.every((line) => isContentsLine(line.text))) return block("contents", text);
  if (isTable(lines)) return block("table", lines.map((line) => line.text).join("\n"));
  return block(BULLET.test(text) ? "list" : "paragraph", text);
}

/** 0 = no heading; 1 for the largest letters. */
function headingLevel(lines: readonly Line[], text: string, style: Style): number {
  const [first] = lines;
  if (first === undefined || lines.length > MAX_HEADING_LINES) return 0;
  if (!looksLikeHeading(first, style) || !readsLikeHeading(text)) return 0;
  const numbered = NUMBERED_HEADING.exec(text)?.[1];
  if (numbered !== undefined) return Math.min(numbered.split(".").length, 6);
  const ratio = first.size / style.bodySize;
  if (ratio < HEADING_SIZE) return /[.:]$/u.test(text) ? 0 : 3;
  return ratio >= 1.6 ? 1 : 2;
}

function readsLikeHeading(text: string): boolean {
  return text.length <= MAX_HEADING_CHARS && /\p{L}{2}/u.test(text) && !/[,;]$/u.test(text);
}

/** Larger than the body, or a short numbered line in another font. */
function looksLikeHeading(line: Line, style: Style): boolean {
  if (line.isMono) return false;
  if (line.size >= style.bodySize * HEADING_SIZE) return true;
  const isOtherFont = line.font !== style.bodyFont && line.size >= style.bodySize * 0.97;
  return isOtherFont && NUMBERED_HEADING.test(line.text) && line.text.length < 90;
}

function isTable(lines: readonly Line[]): boolean {
  const text = lines.map((line) => line.text).join(" ");
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  if (letters < text.length * 0.45) return true; // figures, formulas, rulers
  return lines.length > 1 && lines.filter((line) => line.wideGaps > 0).length > lines.length * 0.5;
}

function isContentsPage(lines: readonly Line[]): boolean {
  return (
    lines.length >= 6 && lines.filter(({ text }) => isContentsLine(text)).length > lines.length / 2
  );
}

function leftEdge(lines: readonly Line[]): number {
  const edges = new Map<number, number>();
  for (const line of lines) count(edges, Math.round(line.x), line.text.length);
  return mostCommon(edges) ?? 0;
}

function count<Key>(counts: Map<Key, number>, key: Key, weight: number): void {
  counts.set(key, (counts.get(key) ?? 0) + weight);
}

function mostCommon<Key>(counts: ReadonlyMap<Key, number>): Key | undefined {
  let best: [Key, number] | undefined;
  for (const entry of counts) if (best === undefined || entry[1] > best[1]) best = entry;
  return best?.[0];
}
