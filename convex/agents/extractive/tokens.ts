/** Words of a text and the form under which they count as the same word. PURE. */
import { STOP_WORDS } from "../../documents/stopWords.ts";

const WORD = /\p{L}[\p{L}\p{M}\p{N}_]*(?:['’.-](?=\p{L})[\p{L}\p{M}\p{N}_]+)*/gu;

export interface Token {
  word: string; // as written
  stem: string; // what it counts as
  start: number;
  end: number;
  isStop: boolean;
}

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const lower = word.toLowerCase().replaceAll("’", "'");
    const isStop = lower.length < 2 || STOP_WORDS.has(lower);
    tokens.push({ word, stem: stemOf(lower), start: index, end: index + word.length, isStop });
  }
  return tokens;
}

/** Singular and plural count as one word; other endings carry too much meaning to be cut off. */
export function stemOf(lower: string): string {
  const word = lower.replace(/'s?$/u, "");
  if (word.length < 4 || /(ss|us|is|ics)$/u.test(word)) return word;
  if (word.endsWith("ies") && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(ch|sh|x|ss|z)es$/u.test(word)) return word.slice(0, -2);
  return word.endsWith("s") ? word.slice(0, -1) : word;
}

/** The stems of the words that carry a text. */
export function contentStems(text: string): string[] {
  return tokensOf(text)
    .filter(({ isStop }) => !isStop)
    .map(({ stem }) => stem);
}
