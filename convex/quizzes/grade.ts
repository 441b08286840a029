/**
 * Grades one answer against its key. PURE and the same for every quiz, whoever made it: a choice is right or
 * wrong; a short answer is right when it says what an accepted answer says, whatever its case, punctuation,
 * articles and accents, and with one slip of the keyboard in a long word.
 */
import type { AnswerKey, QuizResponse } from "./tables.ts";

const ARTICLES = new Set(["a", "an", "the"]);
const FORGIVING_FROM_CHARS = 6; // in a shorter word one letter makes another word
const FORGIVING_TWICE_FROM_CHARS = 12;

export function isCorrect(key: AnswerKey, response: QuizResponse): boolean {
  if (key.kind === "choice") return response.kind === "choice" && response.option === key.option;
  return response.kind === "short" && key.accepted.some((text) => saysTheSame(response.text, text));
}

function saysTheSame(given: string, accepted: string): boolean {
  const [a, b] = [wordsOf(given), wordsOf(accepted)];
  return a.length === b.length && a.every((word, index) => isSameWord(word, b[index] ?? ""));
}

function wordsOf(text: string): string[] {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !ARTICLES.has(word));
}

function isSameWord(given: string, accepted: string): boolean {
  if (given === accepted || `${given}s` === accepted || given === `${accepted}s`) return true;
  if (/\d/u.test(accepted) || accepted.length < FORGIVING_FROM_CHARS) return false;
  return editDistance(given, accepted) <= (accepted.length >= FORGIVING_TWICE_FROM_CHARS ? 2 : 1);
}

/** Insertions, deletions, changes and swaps of neighbours that turn one word into the other. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const cost = (i: number, j: number) => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          cost(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
          cost(i - 1, j) + 1,
          cost(i, j - 1) + 1,
          isSwap ? cost(i - 2, j - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return cost(a.length, b.length);
}
