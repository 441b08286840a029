/** Cuts running text into sentences, and says where each lies. For European languages; PURE. */
import { STOP_WORDS } from "./stopWords.ts";

export interface Sentence {
  text: string;
  start: number; // half-open range of the text it was cut from
  end: number;
}

const ABBREVIATIONS = new Set(
  `e.g i.e etc cf vs al ed eds dr mr mrs ms prof st jr sr inc ltd co corp dept
univ approx est resp viz jan feb mar apr jun jul aug sep sept oct nov dec p a.m p.m u.s u.k ph.d`.split(
    /\s+/u,
  ),
);
/** Shortened only before a number: "Fig. 3", but "He said no." */
const BEFORE_NUMBERS = new Set("fig figs eq eqs sec ch chap vol no nos p pp".split(" "));
const END = /[.!?…]+["'”’)\]]*(?=\s)/gu;

/** In order, without the blanks between; together with them they are the whole text. */
export function splitSentences(text: string): Sentence[] {
  const sentences: Sentence[] = [];
  let start = 0;
  const push = (end: number) => {
    const raw = text.slice(start, end);
    const lead = raw.length - raw.trimStart().length;
    const trimmed = raw.trim();
    if (trimmed !== "") {
      sentences.push({ text: trimmed, start: start + lead, end: start + lead + trimmed.length });
    }
    start = end;
  };
  for (const { index, 0: mark } of text.matchAll(END)) {
    const end = index + mark.length;
    if (endsSentence(text, index, mark, end)) push(end);
  }
  push(text.length);
  return sentences;
}

function endsSentence(text: string, index: number, mark: string, end: number): boolean {
  const ahead = text.slice(end, end + 24);
  const next = /^\s+["'“‘([]?(\S)/u.exec(ahead)?.[1] ?? "";
  if (/\p{Ll}/u.test(next)) return false; // goes on in lower case
  if (!mark.startsWith(".")) return true;
  const word = /(\S+)$/u.exec(text.slice(Math.max(0, index - 20), index))?.[1] ?? "";
  const bare = word.replace(/^[("'“‘[]+/u, "").toLowerCase();
  const opener = /^\s+["'“‘([]?(\p{L}+)/u.exec(ahead)?.[1] ?? "";
  if (BEFORE_NUMBERS.has(bare)) return !/\d/u.test(next);
  return !ABBREVIATIONS.has(bare) && !isInitial(bare, opener) && !isListNumber(text, index, bare);
}

/** "Brian S. Everitt", but not "written in C. The". */
function isInitial(word: string, next: string): boolean {
  return /^\p{L}$/u.test(word) && !STOP_WORDS.has(next.toLowerCase());
}

/** "3." at the start of a line numbers a list. */
function isListNumber(text: string, index: number, word: string): boolean {
  if (!/^\d{1,2}$/u.test(word)) return false;
  const before = text[index - word.length - 1];
  return before === undefined || before === "\n";
}
