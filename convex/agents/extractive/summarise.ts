/** Chooses the sentences that say most of a document and least of the same, in their order. PURE. */
import { cosine, idfOf, vectorOf } from "./rankSentences.ts";
import type { BankSentence } from "./sentenceBank.ts";

const MAX_SENTENCES = 7;
const MAX_SUMMARY_CHARS = 1_300;
const SAME = 0.55; // likeness at which a sentence adds nothing

/** `scores` belong to `bank`. Empty when no sentence can stand on its own. */
export function summarise(bank: readonly BankSentence[], scores: readonly number[]): string {
  const idf = idfOf(bank);
  const last = Math.max(...bank.map(({ passage }) => passage.ordinal), 1);
  const seenHeadings = new Set<string>();
  const candidates = bank
    .filter((sentence) => sentence.isSelfContained && sentence.stems.length >= 4)
    .map((sentence) => ({
      sentence,
      vector: vectorOf(sentence.stems, idf),
      score: (scores[sentence.index] ?? 0) * preference(sentence, last),
    }))
    .sort((a, b) => b.score - a.score);

  const chosen: typeof candidates = [];
  let chars = 0;
  while (chosen.length < MAX_SENTENCES && candidates.length > 0) {
    // A section that has spoken already waits for the others.
    const worth = candidates.map(({ sentence, score }) => {
      return seenHeadings.has(sentence.passage.heading ?? "") ? score * 0.6 : score;
    });
    const best = worth.indexOf(Math.max(...worth));
    const [next] = candidates.splice(best, 1);
    if (next === undefined) break;
    if (chosen.some(({ vector }) => cosine(vector, next.vector) > SAME)) continue;
    if (chars + next.sentence.text.length > MAX_SUMMARY_CHARS) continue;
    chosen.push(next);
    chars += next.sentence.text.length + 1;
    seenHeadings.add(next.sentence.passage.heading ?? "");
  }
  return chosen
    .map(({ sentence }) => sentence)
    .sort((a, b) => a.index - b.index)
    .map(({ text }) => text)
    .join(" ");
}

/** Authors say what matters early, at the start of a paragraph, and without turning to the reader. */
function preference({ passage, opensBlock, isPlain, text }: BankSentence, last: number): number {
  const early = 1 + 0.5 * Math.exp((-6 * passage.ordinal) / last);
  const length = text.length > 260 ? 0.75 : 1;
  return early * (opensBlock ? 1.25 : 1) * (isPlain ? 1.3 : 0.45) * length;
}
