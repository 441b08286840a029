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
  /** It says what the topic is. */
  isDefinition: boolean;
}

/** `wantsDefinition`: sentences that say what `topic` is come first. */
export interface Ranking {
  question: string;
  topic?: string | undefined;
  wantsDefinition?: boolean;
}

export function rankSentences(
  passages: readonly FoundPassage[],
  { question, topic = "", wantsDefinition = false }: Ranking,
): RankedSentence[] {
  const wanted = new Set(contentWords(question));
  const candidates = passages.flatMap((passage, rank) =>
    splitSentences(passage.text)
      .filter((sentence) => isQuotable(sentence))
      .map((sentence, place) => {
        const words = contentWords(sentence.text);
        return { passage, sentence, rank, place, words };
      }),
  );
  const weight = wordWeights(
    wanted,
    candidates.map(({ words }) => new Set(words)),
  );
  const total = [...wanted].reduce((sum, word) => sum + weight(word), 0);
  const topicWords = contentWords(topic).filter((word) => word.length > 1); // "a factor in R"
  const definition = topicWords.length === 0 ? undefined : definitionOf(topic);
  const ranked = candidates.map(({ passage, sentence, rank, place, words }) => {
    const covers = new Set(words.filter((word) => wanted.has(word)));
    const covered = [...covers].reduce((sum, word) => sum + weight(word), 0);
    let score = total === 0 ? 0 : covered / total;
    score = aboutTopic(score, { words, covers, topicWords });
    score += headingBonus(passage.heading, topicWords, sentence.isList ? LIST_PLACE : place);
    if (score > 0) score += 0.15 / (1 + rank); // the search knows more than words
    const isDefinition = definition?.test(sentence.text) === true;
    if (isDefinition) score += wantsDefinition ? 0.8 : 0.25;
    return { passage, sentence, score: score * styleOf(sentence.text), covers, isDefinition };
  });
  return ranked.sort((a, b) => b.score - a.score);
}

/** Less for a sentence that leaves out a part of the topic, more for one that has it as a phrase. */
function aboutTopic(
  score: number,
  at: { words: readonly string[]; covers: ReadonlySet<string>; topicWords: readonly string[] },
): number {
  const { words, covers, topicWords } = at;
  const missed = topicWords.filter((word) => !covers.has(word)).length;
  let fitting = missed === 0 ? score : score * (1 - (0.5 * missed) / topicWords.length);
  if (topicWords.length < 2) return fitting;
  // Without the thing itself, which English names last, a sentence is about something else.
  if (!covers.has(topicWords.at(-1) ?? "")) fitting *= 0.6;
  return holdsPhrase(words, topicWords) ? fitting + 0.25 : fitting;
}

/** A list under a heading that names the topic is what the heading promised. */
const LIST_PLACE = -12;

/** What stands under a heading that names the topic is about it, the first sentences most of all. */
function headingBonus(heading: string | undefined, topicWords: readonly string[], place: number) {
  const words = new Set(contentWords(heading ?? ""));
  if (topicWords.length === 0 || !topicWords.every((word) => words.has(word))) return 0;
  const isExact = words.size === new Set(topicWords).size;
  return Math.max(0, (isExact ? 0.7 : 0.15) - place * 0.04);
}

function holdsPhrase(words: readonly string[], phrase: readonly string[]): boolean {
  return words.some((_, i) => phrase.every((word, j) => words[i + j] === word));
}

const CAPTION = /^(?:figure|fig\.|table|listing)\s+\d/i;

/** Below 1 for sentences that read badly by themselves: exercises, captions, leaning openings, long windings. */
function styleOf(text: string): number {
  let style = 1;
  if (text.endsWith("?") || CAPTION.test(text)) style *= 0.5;
  if (
    /\b(?:let['’]s|we will|we['’]ll|you['’]ll|in this (?:chapter|section|example))\b/i.test(text)
  ) {
    style *= 0.7;
  }
  if (
    /^(?:this|these|it|they|such|however|but|and|or|also|here|first,|then|because|where|note)\b/i.test(
      text,
    )
  ) {
    style *= 0.85;
  }
  return text.length > 350 ? style * 0.85 : style;
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
