/**
 * Cuts a passage into sentences that can be quoted, keeping where each stands. Copes with what real
 * documents bring: abbreviations, initials, numbered headings, bullet lists, lines broken by a layout.
 */
export interface Sentence {
  /** Half-open range of the passage's text. */
  start: number;
  end: number;
  /** Without line breaks, doubled spaces and the sign of a list item. */
  text: string;
  isListItem: boolean;
  /** It is a whole paragraph or list item by itself. */
  isBlock: boolean;
  /** It opens a list and holds its items. */
  isList: boolean;
}

const MAX_ITEM_CHARS = 160;
const MAX_LIST_CHARS = 480;

const ABBREVIATION =
  /\b(?:e\.g|i\.e|etc|cf|vs|Fig|Figs|Eq|No|Dr|Mr|Mrs|Ms|Prof|St|al|ca|approx|p|pp|vol|ed|eds)\.$/u;
const INITIAL = /\b\p{Lu}\.$/u;
/** "… tabular data in R." ends a sentence, "… as shown by J." does not. */
const NAMED_BY_A_LETTER = /\b(?:in|of|with|using|from|and|like|than)\s+\p{Lu}\.$/u;
const BULLET = /^\s*(?:[•◦▪‣·*–-]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+/u;

export function splitSentences(passage: string): Sentence[] {
  return joinLists(cutSentences(passage));
}

/** "The rules are:" says nothing without the short paragraphs that follow: they become one. */
function joinLists(sentences: readonly Sentence[]): Sentence[] {
  const joined: Sentence[] = [];
  for (let i = 0; i < sentences.length; i++) {
    const lead = sentences[i];
    if (lead === undefined) break;
    const items = lead.text.endsWith(":") ? itemsFrom(sentences, i + 1, lead.text.length) : [];
    const last = items.at(-1);
    if (last === undefined || items.length < 2) {
      joined.push(lead);
      continue;
    }
    const text = [lead, ...items].map((sentence) => sentence.text).join(" ");
    joined.push({ ...lead, text, end: last.end, isList: true });
    i += items.length;
  }
  return joined;
}

function itemsFrom(sentences: readonly Sentence[], from: number, leadChars: number): Sentence[] {
  const items: Sentence[] = [];
  let chars = leadChars;
  for (const sentence of sentences.slice(from)) {
    const { text, isBlock } = sentence;
    chars += text.length + 1;
    const isItem = isBlock && text.length <= MAX_ITEM_CHARS && !text.endsWith(":");
    if (!isItem || CODE.test(text) || chars > MAX_LIST_CHARS) break;
    items.push(sentence);
  }
  return items;
}

function cutSentences(passage: string): Sentence[] {
  const sentences: Sentence[] = [];
  for (const block of blocksOf(passage)) {
    let start = block.start;
    const text = passage.slice(block.start, block.end);
    for (const match of text.matchAll(/[.!?…][)\]"'”’]*(?=\s+["'“‘([]?[\p{Lu}\p{N}])/gu)) {
      const end = block.start + match.index + match[0].length;
      if (isAbbreviated(passage.slice(start, end))) continue;
      add(start, end, false);
      start = end;
    }
    add(start, block.end, start === block.start);
  }
  return sentences;

  function add(start: number, end: number, isBlock: boolean): void {
    const raw = passage.slice(start, end);
    const text = raw.replace(BULLET, "").replace(/\s+/g, " ").trim();
    if (text === "") return;
    const lead = raw.length - raw.trimStart().length;
    const trail = raw.length - raw.trimEnd().length;
    const isListItem = BULLET.test(raw);
    sentences.push({
      start: start + lead,
      end: end - trail,
      text,
      isListItem,
      isBlock,
      isList: false,
    });
  }
}

function isAbbreviated(text: string): boolean {
  if (INITIAL.test(text)) return !NAMED_BY_A_LETTER.test(text);
  return ABBREVIATION.test(text);
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

/** A call, a prompt, an assignment, an arrow: lines of a program or its output. */
const CODE = /\/\/ |^[\w.]+\([^)]*\)\s*[:=]|^\s*[$>#]\s|<-|=>|->|::|\|\||[{};]\s*$|\bR>|\\[a-z]/u;

/** Whether a sentence can stand by itself as a quotation: no heading, table row, code or stray line. */
export function isQuotable({ text, isListItem }: Sentence): boolean {
  if (text.length < 25 || text.length > 600 || CODE.test(text)) return false;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const signs = text.match(/[{}<>=|$\\;_[\]]/g)?.length ?? 0;
  if (letters / text.length < 0.65 || signs / text.length > 0.03) return false;
  if (text.split(" ").length < 5) return false;
  const isEnded = /[.!?…][)\]"'”’]*$/.test(text);
  return isEnded || isListItem;
}
