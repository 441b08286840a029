/**
 * Puts the scattered runs of text of a PDF page back into lines. Keeps the order in which the file draws them,
 * which is the reading order in nearly all files, columns included. Knows no PDF library. PURE.
 */
import { plainSigns } from "./blocks.ts";

/** One run of text as the library gives it. Coordinates in points, growing to the right and upwards. */
export interface TextRun {
  text: string;
  x: number;
  y: number; // of the baseline
  width: number;
  size: number; // height of the font
  isMono: boolean;
  font: string;
}

export interface Line {
  text: string;
  x: number;
  right: number;
  y: number;
  size: number; // of most of its signs
  font: string; // of most of its signs
  isMono: boolean;
  wideGaps: number; // gaps as between the columns of a table
}

const SAME_LINE = 0.45; // of the font size, so that sub- and superscripts stay in their line
const WORD_GAP = 0.14; // of the font size
const WIDE_GAP = 1.8;

export function linesOf(runs: readonly TextRun[]): Line[] {
  const lines: Line[] = [];
  let current: TextRun[] = [];
  const finish = () => {
    const line = joinRuns(current);
    if (line !== null) lines.push(line);
    current = [];
  };
  for (const run of runs) {
    if (current.length > 0 && !continues(current, run)) finish();
    current.push(run);
  }
  finish();
  return lines;
}

function continues(line: readonly TextRun[], run: TextRun): boolean {
  const last = line.at(-1);
  if (last === undefined) return true;
  const size = Math.max(last.size, run.size, 1);
  const anchor = line.reduce((a, b) => (b.size > a.size ? b : a)); // the line's own size, not a footnote mark's
  const isLevel = Math.abs(run.y - anchor.y) < SAME_LINE * Math.max(anchor.size, 1);
  return isLevel && run.x > last.x - size;
}

function joinRuns(runs: readonly TextRun[]): Line | null {
  let text = "";
  let right = 0;
  let wideGaps = 0;
  for (const run of runs) {
    const gap = run.x - right;
    const needsSpace = text !== "" && !text.endsWith(" ") && !run.text.startsWith(" ");
    if (text !== "" && gap > WIDE_GAP * run.size) wideGaps += 1;
    if (needsSpace && gap > WORD_GAP * run.size) text += " ";
    text += run.text;
    if (run.text.trim() !== "") right = run.x + run.width;
  }
  const clean = plainSigns(text).replace(/\s+/gu, " ").trim();
  const first = runs.find((run) => run.text.trim() !== "");
  if (clean === "" || first === undefined) return null;
  const main = mainRun(runs);
  const mono = runs.filter((run) => run.isMono).reduce((n, run) => n + run.text.length, 0);
  return {
    text: clean,
    x: first.x,
    right,
    y: main.y,
    size: main.size,
    font: main.font,
    isMono: mono > text.length * 0.6,
    wideGaps,
  };
}

/** The run whose font and size most signs of the line have. */
function mainRun(runs: readonly TextRun[]): TextRun {
  const chars = new Map<string, number>();
  const keyOf = (run: TextRun) => `${run.font} ${run.size.toFixed(1)}`;
  for (const run of runs) {
    chars.set(keyOf(run), (chars.get(keyOf(run)) ?? 0) + run.text.trim().length);
  }
  return runs.reduce((a, b) => ((chars.get(keyOf(b)) ?? 0) > (chars.get(keyOf(a)) ?? 0) ? b : a));
}
