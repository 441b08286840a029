/** Turns a question into what a full-text index should look for. PURE. */
import { STOP_WORDS } from "./stopWords.ts";

const MAX_TERMS = 16; // Convex's limit on the terms of one search
const QUESTION_WORDS = new Set(
  "explain describe define tell please mean means meaning give show example examples help understand question answer summarize summarise summary".split(
    " ",
  ),
);

/** The words of a question that carry it, rarest kind first kept; empty when nothing is left to look for. */
export function searchTerms(question: string): string {
  const words = question.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'’_-]*/gu) ?? [];
  const distinct = [...new Set(words)];
  const strong = distinct.filter((word) => !STOP_WORDS.has(word) && !QUESTION_WORDS.has(word));
  const chosen = strong.length > 0 ? strong : distinct.filter((word) => !STOP_WORDS.has(word));
  return chosen.slice(0, MAX_TERMS).join(" ");
}
