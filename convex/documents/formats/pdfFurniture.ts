/** Finds what a PDF repeats on its pages and is not part of the text: running heads, feet, page numbers. PURE. */
import type { Line } from "./pdfLines.ts";

const EDGE_LINES = 2; // of the top and of the bottom that are looked at
const MIN_REPEATS = 3;
const MIN_SHARE = 0.08; // of the pages; running heads often change with the chapter

/** The pages without their furniture. */
export function withoutFurniture(pages: readonly Line[][]): Line[][] {
  const seen = new Map<string, number>();
  for (const page of pages) {
    const keys = new Set(edgesOf(page).map(keyOf));
    for (const key of keys) seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  const enough = Math.max(MIN_REPEATS, pages.length * MIN_SHARE);
  const offset = numberingOffset(pages);
  return pages.map((page, index) => {
    const isFurniture = (line: Line) =>
      isPageNumber(line.text) ||
      (seen.get(keyOf(line)) ?? 0) >= enough ||
      (offset !== undefined && edgeNumbers(line.text).includes(index + offset));
    const drop = new Set(edgesOf(page).filter(isFurniture));
    return page.filter((line) => !drop.has(line));
  });
}

/** What to add to a page's index to get the number printed on it; undefined when none is printed. */
function numberingOffset(pages: readonly Line[][]): number | undefined {
  const votes = new Map<number, number>();
  pages.forEach((page, index) => {
    const numbers = new Set(edgesOf(page).flatMap((line) => edgeNumbers(line.text)));
    for (const number of numbers) {
      votes.set(number - index, (votes.get(number - index) ?? 0) + 1);
    }
  });
  const [best] = [...votes].sort((a, b) => b[1] - a[1]);
  const isClear = best !== undefined && best[1] >= Math.max(MIN_REPEATS, pages.length / 3);
  return isClear ? best[0] : undefined;
}

/** A number at the start or the end of a short line: "12 Data objects", "Data objects 13". */
function edgeNumbers(text: string): number[] {
  if (text.length > 80) return [];
  const found = [/^(\d{1,4})\b/u.exec(text)?.[1], /\b(\d{1,4})$/u.exec(text)?.[1]];
  return found.flatMap((digits) => (digits === undefined ? [] : [Number(digits)]));
}

function edgesOf(page: readonly Line[]): Line[] {
  const byHeight = [...page].sort((a, b) => b.y - a.y);
  return [...new Set([...byHeight.slice(0, EDGE_LINES), ...byHeight.slice(-EDGE_LINES)])];
}

/** The same for "12 Chapter 3" and "14 Chapter 3"; the height tells a head from a heading of the same words. */
function keyOf(line: Line): string {
  const words = line.text.toLowerCase().replace(/\b(\d+|[ivxl]+)\b/gu, "#");
  return `${words}@${Math.round(line.y / 6)}`;
}

function isPageNumber(text: string): boolean {
  return /^[-–—\s]*(page\s+)?(\d{1,4}|[ivxlc]{1,7})(\s*(of|\/)\s*\d{1,4})?[-–—\s]*$/iu.test(text);
}
