/**
 * Which sentences of the found passages answer a question, best first. Words that are rare among the
 * passages count more; a sentence that defines what was asked for counts most. Pure.
 */
import { contentWords } from "./contentWords.ts";
import { isQuotable, splitSentences, type Sentence } from "./sentences.ts";
import type { FoundPassage } from "./turnStore.ts";

export interface RankedSentence {
  passage: FoundPassage;
  sentence: Sentence;
  /** 0 = says nothing of what was asked; about 1 and above = says all of it. */
  score: number;
  /** Which of the question's words it holds. */
  covers: Set<string>;
}

/** `wantsDefinition`: sentences that say what `topic` is come first. */
export interface Ranking {
  question: string;
  topic?: string | undefined;
  wantsDefinition?: boolean;
}

export function rankSentences(
  passages: readonly FoundPassage[],
  { question, topic, wantsDefinition = false }: Ranking,
): RankedSentence[] {
  const wanted = new Set(contentWords(question));
  const candidates = passages.flatMap((passage, rank) =>
    splitSentences(passage.text)
      .filter((sentence) => isQuotable(sentence))
      .map((sentence) => ({
        passage,
        rank,
        sentence,
        words: new Set(contentWords(sentence.text)),
      })),
  );
  const weight = wordWeights(
    wanted,
    candidates.map(({ words }) => words),
  );
  const total = [...wanted].reduce((sum, word) => sum + weight(word), 0);
  const definition = topic === undefined ? undefined : definitionOf(topic);
  const ranked = candidates.map(({ passage, rank, sentence, words }) => {
    const covers = new Set([...wanted].filter((word) => words.has(word)));
    const covered = [...covers].reduce((sum, word) => sum + weight(word), 0);
    const fromHeading = contentWords(passage.heading ?? "").filter((word) =>
      wanted.has(word),
    ).length;
    let score = total === 0 ? 0 : covered / total;
    if (covers.size > 0 && fromHeading > 0) score += 0.1;
    if (score > 0) score += 0.15 / (1 + rank); // the search knows more than words
    if (definition?.test(sentence.text) === true) score += wantsDefinition ? 0.8 : 0.25;
    if (sentence.text.endsWith("?")) score *= 0.5; // exercises ask, they do not answer
    if (/^(?:this|these|it|they|such|however|but|and|or|also)\b/i.test(sentence.text))
      score *= 0.85;
    return { passage, sentence, score, covers };
  });
  return ranked.sort((a, b) => b.score - a.score);
}

/** Words that few sentences hold say more: inverse frequency, at least a little for each. */
function wordWeights(wanted: ReadonlySet<string>, sentences: readonly ReadonlySet<string>[]) {
  const weights = new Map<string, number>();
  for (const word of wanted) {
    const holders = sentences.filter((words) => words.has(word)).length;
    // A word that nobody has weighs like a common one: it must not make every answer look poor.
    const rarity = holders === 0 ? 0.5 : Math.log(1 + sentences.length / holders);
    weights.set(word, rarity);
  }
  return (word: string) => weights.get(word) ?? 0;
}

/** "Osmosis is …", "Osmosis, or …, refers to …", "… is called osmosis". */
function definitionOf(topic: string): RegExp {
  const name = topic
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replace(/s$/i, "s?"))
    .join(String.raw`\s+`);
  const says = String.raw`(?:is|are|was|were|means?|refers? to|denotes?|describes?|consists? of|can be (?:defined|described|thought of) as)`;
  const called = String.raw`(?:is|are) (?:also )?(?:called|known as|termed|referred to as)`;
  const first = String.raw`^(?:in \w+, )?(?:the |an? )?${name}s?(?:\s*\([^)]*\))?(?:,[^,]{0,80},)?\s+${says}\b`;
  return new RegExp(String.raw`${first}|${called}\s+(?:the |an? )?["“'‘]?${name}`, "i");
}

/**
 * The best few that do not repeat each other, each from `threshold` up; in the order of reading within
 * one document, since that is how they were written to be understood.
 */
export function pickSentences(
  ranked: readonly RankedSentence[],
  { count, threshold }: { count: number; threshold: number },
): RankedSentence[] {
  const picked: RankedSentence[] = [];
  const best = ranked[0]?.score ?? 0;
  for (const candidate of ranked) {
    if (picked.length >= count || candidate.score < Math.max(threshold, best * 0.45)) break;
    if (!picked.some((other) => saysTheSame(other, candidate))) picked.push(candidate);
  }
  const [first, ...rest] = picked;
  return first === undefined ? [] : [first, ...rest.sort(byPlace)];
}

function saysTheSame(a: RankedSentence, b: RankedSentence): boolean {
  const [wordsA, wordsB] = [contentWords(a.sentence.text), contentWords(b.sentence.text)].map(
    (words) => new Set(words),
  );
  if (wordsA === undefined || wordsB === undefined) return false;
  const shared = [...wordsA].filter((word) => wordsB.has(word)).length;
  return shared / Math.max(1, Math.min(wordsA.size, wordsB.size)) > 0.7;
}

function byPlace(a: RankedSentence, b: RankedSentence): number {
  if (a.passage.documentId !== b.passage.documentId) return b.score - a.score;
  return a.passage.page - b.passage.page || a.sentence.start - b.sentence.start;
}
