/** The extractive document analyser: what a document says in short, what it is about, and its terms. PURE. */
import { firstChars } from "../../contract/board/firstChars.ts";
import { findConcepts, stemPhrase, type Concept } from "./findConcepts.ts";
import { findDefinitions, type Definition } from "./findDefinitions.ts";
import { rankSentences } from "./rankSentences.ts";
import { bankOf, type BankSentence, type SourcePassage } from "./sentenceBank.ts";
import { summarise } from "./summarise.ts";

const MAX_CONCEPTS = 10;
const MAX_TERMS = 24;
const MAX_PASSAGES_PER_CONCEPT = 5;
const MAX_PAGES_PER_CONCEPT = 12;

export interface ExtractiveAnalysis {
  summary: string;
  keyConcepts: { name: string; explanation: string; pages: number[]; passageIds: string[] }[];
  terms: { term: string; definition: string; page: number; passageId: string }[];
}

interface Found {
  bank: BankSentence[];
  scores: number[];
  definitions: Definition[];
  told: Set<BankSentence>; // sentences that explain a concept already
}

export function analyse(passages: readonly SourcePassage[]): ExtractiveAnalysis {
  const bank = bankOf(passages);
  const scores = rankSentences(bank);
  const definitions = findDefinitions(bank);
  const concepts = findConcepts(passages, bank, MAX_CONCEPTS);
  const told = new Set<BankSentence>();
  return {
    summary: summarise(bank, scores) || openingOf(passages),
    keyConcepts: concepts.flatMap((concept) =>
      describe(concept, passages, { bank, scores, definitions, told }),
    ),
    terms: chooseTerms(definitions, bank),
  };
}

function describe(concept: Concept, passages: readonly SourcePassage[], found: Found) {
  const uses = passages
    .map((passage) => ({ passage, count: countOf(concept.key, passage) }))
    .filter(({ count }) => count > 0);
  const explanation = explain(concept, found);
  if (explanation === undefined) return [];
  const strongest = [...uses].sort((a, b) => b.count - a.count).slice(0, MAX_PASSAGES_PER_CONCEPT);
  const ids = [explanation.passage.passageId, ...strongest.map(({ passage }) => passage.passageId)];
  const pages = [...new Set(uses.map(({ passage }) => passage.page))].sort((a, b) => a - b);
  return [
    {
      name: concept.name,
      explanation: explanation.text,
      pages: pages.slice(0, MAX_PAGES_PER_CONCEPT),
      passageIds: [...new Set(ids)].slice(0, MAX_PASSAGES_PER_CONCEPT),
    },
  ];
}

/** The sentence that tells most about a concept: its definition, else the most central one that names it early. */
function explain(
  { key }: Concept,
  { bank, scores, definitions, told }: Found,
): BankSentence | undefined {
  const definition = definitions.find((d) => d.key === key && d.weight >= 2);
  if (definition !== undefined) return definition.sentence;
  let best: { sentence: BankSentence; worth: number } | undefined;
  for (const sentence of bank) {
    const at = sentencePlace(key, sentence);
    if (at === undefined) continue;
    const fresh = told.has(sentence) ? 0.2 : 1; // one sentence for five concepts explains none
    const worth = (0.15 + (scores[sentence.index] ?? 0)) * clarity(sentence, at) * fresh;
    if (best === undefined || worth > best.worth) best = { sentence, worth };
  }
  if (best !== undefined) told.add(best.sentence);
  return best?.sentence;
}

/** How well a sentence can explain what it names at `at` (0..1 of its length). */
function clarity({ isSelfContained, isPlain }: BankSentence, at: number): number {
  const subject = at < 0.05 ? 1.7 : 1;
  return (isSelfContained ? 1 : 0.35) * (isPlain ? 1 : 0.6) * (1 - 0.6 * at) * subject;
}

/** How far into the sentence the phrase stands, 0..1; undefined when it does not. */
function sentencePlace(key: string, { text }: BankSentence): number | undefined {
  const at = ` ${stemPhrase(text)} `.indexOf(` ${key} `);
  return at < 0 ? undefined : at / text.length;
}

function countOf(key: string, { text, isProse }: SourcePassage): number {
  return isProse ? ` ${stemPhrase(text)} `.split(` ${key} `).length - 1 : 0;
}

/** Terms that the document goes on to use, in reading order. */
function chooseTerms(definitions: readonly Definition[], bank: readonly BankSentence[]) {
  const texts = bank.map(({ text }) => ` ${stemPhrase(text)} `);
  return definitions
    .map((definition) => {
      const uses = texts.filter((text) => text.includes(` ${definition.key} `)).length;
      return { definition, uses, worth: definition.weight * Math.log(1 + uses) };
    })
    .filter(({ uses, definition }) => uses >= 2 || definition.weight >= 2.5)
    .sort((a, b) => b.worth - a.worth)
    .slice(0, MAX_TERMS)
    .sort((a, b) => a.definition.sentence.index - b.definition.sentence.index)
    .map(({ definition: { term, sentence } }) => ({
      term,
      definition: sentence.text,
      page: sentence.passage.page,
      passageId: sentence.passage.passageId,
    }));
}

const MAX_OPENING_CHARS = 400;

/** For a document without a sentence that stands on its own, such as a list: how it begins. */
function openingOf(passages: readonly SourcePassage[]): string {
  const first = passages.find(({ isProse }) => isProse) ?? passages[0];
  const text = first?.text.replace(/\s+/gu, " ") ?? "";
  if (text.length <= MAX_OPENING_CHARS) return text;
  const cut = firstChars(text, MAX_OPENING_CHARS);
  return `${cut.slice(0, Math.max(0, cut.lastIndexOf(" "))) || cut} …`;
}
