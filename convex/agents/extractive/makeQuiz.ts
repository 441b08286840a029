/**
 * The extractive quiz maker: definitions become choices between definitions, and sentences that stand on their
 * own become gaps to fill. Every wrong option comes from the same document, so that the right one must be known.
 * The same document and seed always give the same quiz. PURE.
 */
import { findConcepts, stemPhrase, type Concept } from "./findConcepts.ts";
import { findDefinitions, type Definition } from "./findDefinitions.ts";
import { rankSentences } from "./rankSentences.ts";
import { bankOf, type BankSentence, type SourcePassage } from "./sentenceBank.ts";
import { createShuffle } from "./shuffle.ts";
import { tokensOf } from "./tokens.ts";

export type QuizQuestion = {
  prompt: string;
  explanation: string;
  concept: string;
  passageId: string;
  documentId: string;
  page: number;
} & (
  { kind: "choice"; options: string[]; correct: number } | { kind: "short"; accepted: string[] }
);

export interface ExtractiveQuiz {
  questions: QuizQuestion[];
  /** How many sentences could have been asked about, whether or not their concepts were the same. */
  usableSentences: number;
}

const OPTIONS = 4;
const GAP = "_____";
const CONCEPTS = 40; // from which gaps and wrong options are drawn
const MIN_CLOZE_CHARS = 50;
const MAX_CLOZE_CHARS = 230;
const SHORT_SHARE = 1 / 3; // of the questions are to be typed

export function makeQuiz(
  passages: readonly SourcePassage[],
  questionCount: number,
  seed: number,
): ExtractiveQuiz {
  const bank = bankOf(passages);
  const scores = rankSentences(bank);
  const concepts = findConcepts(passages, bank, CONCEPTS);
  const definitions = findDefinitions(bank).filter(({ weight }) => weight >= 1.4);
  const shuffle = createShuffle(seed);

  const wantedShort = Math.floor(questionCount * SHORT_SHARE);
  const wantedChoice = questionCount - wantedShort;
  const used = new Set<string>(); // concepts and sentences that were asked about
  const questions: QuizQuestion[] = [];
  const take = (candidates: Iterable<QuizQuestion | undefined>, wanted: number) => {
    let taken = 0;
    for (const question of candidates) {
      if (taken === wanted) return;
      if (question === undefined) continue;
      const keys = [stemPhrase(question.concept), question.explanation];
      if (keys.some((key) => used.has(key))) continue;
      for (const key of keys) used.add(key);
      questions.push(question);
      taken += 1;
    }
  };
  const gaps = shuffle(findGaps(bank, scores, concepts)).sort((a, b) => b.worth - a.worth);
  take(fromDefinitions(shuffle(definitions), shuffle), Math.ceil(wantedChoice / 2));
  take(
    lazily(gaps, (gap) => gapChoice(gap, concepts, shuffle)),
    wantedChoice - questions.length,
  );
  take(lazily(gaps, gapShort), questionCount - questions.length);
  take(
    lazily(gaps, (gap) => gapChoice(gap, concepts, shuffle)),
    questionCount - questions.length,
  );
  const usableSentences = new Set(gaps.map(({ sentence }) => sentence)).size;
  return { questions: inReadingOrder(questions, bank), usableSentences };
}

/** "What is X?" with what the document says of four things. */
function* fromDefinitions(
  definitions: readonly Definition[],
  shuffle: <T>(items: readonly T[]) => T[],
): Generator<QuizQuestion | undefined> {
  const full = definitions.filter(
    ({ says, sentence }) => sentence.isSelfContained && says.length >= 15 && says.length <= 220,
  );
  for (const definition of full) {
    const { term, says, sentence, key } = definition;
    const others = full.filter(
      (other) => other.key !== key && !stemPhrase(other.says).includes(key),
    );
    const wrong = shuffle(others).slice(0, OPTIONS - 1);
    if (wrong.length < OPTIONS - 1 || stemPhrase(says).includes(key)) {
      yield undefined;
      continue;
    }
    const options = shuffle([says, ...wrong.map((other) => other.says)]).map(asOption);
    const isPlural = /[^s]s$/u.test(term);
    yield {
      kind: "choice",
      prompt: `According to the document, what ${isPlural ? "are" : "is"} ${quoted(term)}?`,
      options,
      correct: options.indexOf(asOption(says)),
      ...source(sentence, term),
    };
  }
}

interface Gap {
  sentence: BankSentence;
  concept: Concept;
  answer: string; // as it stands in the sentence
  prompt: string;
  worth: number;
}

/** Sentences that name a concept exactly once, in a place where it can be missed. */
function findGaps(
  bank: readonly BankSentence[],
  scores: readonly number[],
  concepts: readonly Concept[],
): Gap[] {
  const gaps: Gap[] = [];
  for (const sentence of bank) {
    const { text } = sentence;
    if (!sentence.isSelfContained || !sentence.isPlain) continue;
    if (text.length < MIN_CLOZE_CHARS || text.length > MAX_CLOZE_CHARS) continue;
    for (const concept of concepts) {
      const place = soleOccurrence(text, concept.key);
      if (place === undefined) continue;
      const answer = text.slice(place.start, place.end);
      const prompt = `${text.slice(0, place.start)}${GAP}${text.slice(place.end)}`;
      const worth = (0.2 + (scores[sentence.index] ?? 0)) * (1 + concept.score / 10);
      gaps.push({ sentence, concept, answer, prompt: withoutArticleHint(prompt), worth });
    }
  }
  return gaps;
}

function gapChoice(
  gap: Gap,
  concepts: readonly Concept[],
  shuffle: <T>(items: readonly T[]) => T[],
): QuizQuestion | undefined {
  const { sentence, concept, answer } = gap;
  const inSentence = ` ${stemPhrase(sentence.text)} `;
  const isPlural = isPluralOf(answer);
  const words = answer.split(" ").length;
  const fitting = concepts.filter(({ key, name }) => {
    const isElsewhere = !inSentence.includes(` ${key} `) && !concept.key.includes(key);
    return isElsewhere && !key.includes(concept.key) && isPluralOf(name) === isPlural;
  });
  const alike = fitting.filter(({ name }) => name.split(" ").length === words);
  const pool = alike.length >= OPTIONS - 1 ? alike : fitting;
  const wrong = shuffle(pool.slice(0, 12)).slice(0, OPTIONS - 1);
  if (wrong.length < OPTIONS - 1) return undefined;
  const isLead = sentence.text.startsWith(answer);
  const right = isLead ? lowerFirst(answer) : answer;
  const options = shuffle([right, ...wrong.map(({ name }) => name)]);
  return {
    kind: "choice",
    prompt: `Which fits the gap? “${gap.prompt}”`,
    options,
    correct: options.indexOf(right),
    ...source(sentence, concept.name),
  };
}

function gapShort({ sentence, concept, answer, prompt }: Gap): QuizQuestion | undefined {
  if (answer.includes(" ")) return undefined;
  const right = sentence.text.startsWith(answer) ? lowerFirst(answer) : answer;
  return {
    kind: "short",
    // With its first letter a gap has one answer where the sentence alone would allow several.
    prompt: `Fill the gap with a word that starts with “${right.charAt(0)}”: “${prompt}”`,
    accepted: [...new Set([right, concept.name])],
    ...source(sentence, concept.name),
  };
}

function source({ text, passage }: BankSentence, concept: string) {
  const { passageId, documentId, page } = passage;
  return { explanation: `Page ${page}: “${text}”`, concept, passageId, documentId, page };
}

/** Where the phrase stands, if it does so once. */
function soleOccurrence(text: string, key: string): { start: number; end: number } | undefined {
  const tokens = tokensOf(text);
  const words = key.split(" ");
  const places = tokens.flatMap((token, index) => {
    const run = tokens.slice(index, index + words.length);
    const isHere = run.length === words.length && run.every(({ stem }, i) => stem === words[i]);
    return isHere ? [{ start: token.start, end: run.at(-1)?.end ?? token.end }] : [];
  });
  const parts = tokens.filter(({ stem }) => words.includes(stem)).length;
  return places.length === 1 && parts === words.length ? places[0] : undefined;
}

/** "an _____" would give the first letter away. */
function withoutArticleHint(prompt: string): string {
  return prompt.replace(new RegExp(`\\b([Aa])n? ${GAP}`, "u"), `$1(n) ${GAP}`);
}

function inReadingOrder(questions: QuizQuestion[], bank: readonly BankSentence[]): QuizQuestion[] {
  const order = new Map(bank.map(({ passage }) => [passage.passageId, passage.ordinal]));
  return questions.sort((a, b) => (order.get(a.passageId) ?? 0) - (order.get(b.passageId) ?? 0));
}

function* lazily<T>(items: readonly T[], make: (item: T) => QuizQuestion | undefined) {
  for (const item of items) yield make(item);
}

function asOption(says: string): string {
  return says.charAt(0).toUpperCase() + says.slice(1);
}

function quoted(term: string): string {
  return `“${lowerFirst(term)}”`;
}

function isPluralOf(phrase: string): boolean {
  return /[^su]s$/u.test(phrase);
}

function lowerFirst(text: string): string {
  return /^\p{Lu}\p{Ll}/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
