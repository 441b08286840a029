/**
 * Cuts a passage into sentences that can be quoted, keeping where each stands. Copes with what real
 * documents bring: abbreviations, initials, numbered headings, bullet lists, lines broken by a layout.
 */
export interface Sentence {
  /** Half-open range of the passage's text. */
  start: number;
  end: number;
  /** Without line breaks and doubled spaces. */
  text: string;
}

const ABBREVIATION =
  /(?:\b(?:e\.g|i\.e|etc|cf|vs|Fig|Figs|Eq|No|Dr|Mr|Mrs|Ms|Prof|St|al|ca|approx|p|pp|vol|ed|eds)|\b\p{Lu})\.$/u;
const BULLET = /^\s*(?:[•◦▪‣·*–-]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+/u;

export function splitSentences(passage: string): Sentence[] {
  const sentences: Sentence[] = [];
  for (const block of blocksOf(passage)) {
    let start = block.start;
    const text = passage.slice(block.start, block.end);
    for (const match of text.matchAll(/[.!?…][)\]"'”’]*(?=\s+["'“‘([]?[\p{Lu}\p{N}])/gu)) {
      const end = block.start + match.index + match[0].length;
      if (ABBREVIATION.test(passage.slice(start, end))) continue;
      add(start, end);
      start = end;
    }
    add(start, block.end);
  }
  return sentences;

  function add(start: number, end: number): void {
    const raw = passage.slice(start, end);
    const text = raw.replace(BULLET, "").replace(/\s+/g, " ").trim();
    if (text === "") return;
    const lead = raw.length - raw.trimStart().length;
    sentences.push({ start: start + lead, end: end - (raw.length - raw.trimEnd().length), text });
  }
}

/** Paragraphs, and each item of a list; a single line break is only a line break. */
function blocksOf(passage: string): { start: number; end: number }[] {
  const blocks: { start: number; end: number }[] = [];
  let start = 0;
  for (const match of passage.matchAll(/\n\s*\n|\n(?=\s*(?:[•◦▪‣·*–-]|\(?\d{1,2}[.)])\s)/g)) {
    blocks.push({ start, end: match.index });
    start = match.index + match[0].length;
  }
  return [...blocks, { start, end: passage.length }];
}

/** Whether a sentence can stand by itself as a quotation: not a heading, a table row or a stray line. */
export function isQuotable({ text }: Sentence): boolean {
  if (text.length < 25 || text.length > 600) return false;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  if (letters / text.length < 0.6) return false;
  const words = text.split(" ");
  if (words.length < 5) return false;
  const isEnded = /[.!?:…][)\]"'”’]*$/.test(text);
  const capitals = words.filter((word) => /^\p{Lu}/u.test(word)).length;
  return isEnded || (words.length >= 8 && capitals / words.length < 0.5);
}
