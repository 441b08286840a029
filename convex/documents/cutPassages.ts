/**
 * Cuts pages into passages: the pieces that search finds, citations point to and agents read. A passage never
 * crosses a page or a heading, holds whole sentences, and is a range of the page's text. Running text and what is
 * not (code, tables, contents) never share a passage. PURE.
 */
import { layOut, type Block, type PageBlocks } from "./formats/blocks.ts";
import { splitSentences } from "./sentences.ts";

const ENOUGH_CHARS = 600; // a passage this long is closed at the next block
const MAX_CHARS = 1_000; // longer ones dilute what they are found by, and a citation should fit a glance
const MAX_PAGE_CHARS = 60_000; // of one page; a file that has more on one is not written for people

export interface CutPassage {
  page: number; // from 1
  start: number; // half-open range of the page's text
  end: number;
  heading: string | null;
  isProse: boolean;
  text: string;
}

export interface CutPage {
  page: number;
  text: string;
}

/** Pages without text are left out; their numbers are kept. */
export function cutPassages(pages: readonly PageBlocks[]): {
  pages: CutPage[];
  passages: CutPassage[];
} {
  const cut: { pages: CutPage[]; passages: CutPassage[] } = { pages: [], passages: [] };
  let heading: string | null = null; // goes on over pages
  pages.forEach((blocks, index) => {
    const { text: whole, placed } = layOut(blocks);
    const text = whole.slice(0, MAX_PAGE_CHARS);
    if (text === "") return;
    const page = index + 1;
    cut.pages.push({ page, text });
    for (const run of runsOf(placed.filter(({ end }) => end <= text.length))) {
      heading = run.heading ?? heading;
      for (const { start, end } of gather(run.pieces)) {
        const { isProse } = run;
        cut.passages.push({ page, start, end, heading, isProse, text: text.slice(start, end) });
      }
    }
  });
  return cut;
}

interface Piece {
  start: number;
  end: number;
  opensBlock: boolean;
}

/** Blocks of a page that may share a passage; `heading` is the one that stands before them, if one does. */
interface Run {
  heading: string | null;
  isProse: boolean;
  pieces: Piece[];
}

function runsOf(placed: readonly { block: Block; start: number }[]): Run[] {
  const runs: Run[] = [];
  let heading: string | null = null;
  for (const { block, start } of placed) {
    if (block.kind === "heading") {
      heading = block.text;
      continue;
    }
    const isProse = block.kind === "paragraph" || block.kind === "list";
    const pieces = piecesOf(block).map((piece, index) => {
      return { start: start + piece.start, end: start + piece.end, opensBlock: index === 0 };
    });
    const last = runs.at(-1);
    if (heading === null && last?.isProse === isProse) last.pieces.push(...pieces);
    else runs.push({ heading, isProse, pieces });
    heading = null;
  }
  if (heading !== null) runs.push({ heading, isProse: true, pieces: [] }); // of the next page's text
  return runs;
}

/** Neighbours together until there is enough; a new block is the better place to begin anew. */
function gather(pieces: readonly Piece[]): { start: number; end: number }[] {
  const passages: { start: number; end: number }[] = [];
  for (const { start, end, opensBlock } of pieces) {
    const open = passages.at(-1);
    const isEnough = open !== undefined && opensBlock && open.end - open.start >= ENOUGH_CHARS;
    if (open === undefined || isEnough || end - open.start > MAX_CHARS)
      passages.push({ start, end });
    else open.end = end;
  }
  return passages;
}

/** A block as pieces of at most MAX_CHARS: sentences where it is text, lines where it is not. */
function piecesOf(block: Block): { start: number; end: number }[] {
  if (block.text.length <= MAX_CHARS) return [{ start: 0, end: block.text.length }];
  const isVerbatim = block.kind === "code" || block.kind === "table" || block.kind === "contents";
  const pieces = isVerbatim ? linesOf(block.text) : splitSentences(block.text);
  return pieces.flatMap(({ start, end }) => chop(start, end));
}

function linesOf(text: string): { start: number; end: number }[] {
  let start = 0;
  return text.split("\n").flatMap((line) => {
    const range = { start, end: start + line.length };
    start = range.end + 1;
    return line.trim() === "" ? [] : [range];
  });
}

/** A sentence without an end, as in a list of a thousand names, is cut where it must be. */
function chop(start: number, end: number): { start: number; end: number }[] {
  const pieces = [];
  for (let at = start; at < end; at += MAX_CHARS) {
    pieces.push({ start: at, end: Math.min(at + MAX_CHARS, end) });
  }
  return pieces;
}
