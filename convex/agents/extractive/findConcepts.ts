/**
 * Finds what a document is about: words and short phrases that it names often, in several places, in its
 * headings, and as things rather than as actions. PURE.
 */
import type { BankSentence, SourcePassage } from "./sentenceBank.ts";
import { tokensOf, type Token } from "./tokens.ts";

export interface Concept {
  key: string; // what it counts as
  name: string; // as the document writes it most often
  score: number;
  count: number;
}

const MAX_WORDS = 3;
const MIN_COUNT = 3;
const NESTED_WEIGHT = 0.3; // of an occurrence inside a longer phrase
const DETERMINERS = new Set(
  "a an the this that these those each every any its their our your his her no some many several of".split(
    " ",
  ),
);
/** Words that are things by grammar but nothing to learn. */
const GENERAL = new Set(
  `example case number way time part point set kind type form order end place line page list name value result fact
problem question answer reason idea rest chapter section figure table book reader author code file program programmer
user people person something bit lot sense detail information thing work change difference term word step default
option choice need use user year day hour minute second start look access second third first addition note system
language version project world area group member process method approach purpose level amount right left top bottom
data object function variable method parameter argument statement command output input line tool feature item element
support issue attention possibility ability situation rule size range help fact today experience effect behavior
behaviour instance total hand course means mean different other new old good bad large small same important possible
available common similar multiple single main general specific certain simple easy hard long short high low full
following previous current next last able like second well found satisfy missing`.split(/\s+/u),
);

/** The phrase with each word in the form it counts as. */
export function stemPhrase(phrase: string): string {
  return tokensOf(phrase)
    .map(({ stem }) => stem)
    .join(" ");
}

interface Candidate {
  forms: Map<string, number>;
  count: number; // occurrences, those inside longer phrases for less
  asThing: number; // times it stood where a thing stands
  passages: Set<string>;
  words: number;
}

/** Best first, at most `limit`. Phrases that only occur inside a longer one that counts are left to it. */
export function findConcepts(
  passages: readonly SourcePassage[],
  bank: readonly BankSentence[],
  limit: number,
): Concept[] {
  const candidates = collect(bank);
  const headings = headingKeys(passages);
  const sentences = Math.max(bank.length, 1);
  const concepts: Concept[] = [];
  for (const [key, candidate] of candidates) {
    const inHeadings = headings.get(key) ?? 0;
    if (!isWorthy(key, candidate, inHeadings)) continue;
    const score = scoreOf(key, candidate, { inHeadings, sentences });
    concepts.push({ key, name: nameOf(candidate), score, count: candidate.count });
  }
  concepts.sort((a, b) => b.score - a.score);
  return withoutParts(concepts, candidates).slice(0, limit);
}

function isWorthy(key: string, { count, words, asThing }: Candidate, inHeadings: number): boolean {
  const isNamed = inHeadings > 0;
  if (count < (isNamed || words > 1 ? MIN_COUNT - 1 : MIN_COUNT)) return false;
  if (words > 1) return !key.split(" ").every((word) => GENERAL.has(word));
  const isThing = asThing >= 2 && asThing / count >= 0.3;
  return isNamed || (isThing && !GENERAL.has(key));
}

/** Often, in many places, as a thing, in headings; several words say more than one. */
function scoreOf(
  key: string,
  { count, words, asThing, passages }: Candidate,
  { inHeadings, sentences }: { inHeadings: number; sentences: number },
): number {
  const often = Math.log(1 + count) * Math.log(1 + passages.size);
  const exact = (1 + 0.45 * (words - 1)) * (0.5 + asThing / count);
  const headed = 1 + 0.6 * Math.min(inHeadings, 3);
  const isEverywhere = words === 1 && count > sentences / 3; // and so explains little
  return often * exact * headed * (isEverywhere ? 0.7 : 1) * (GENERAL.has(key) ? 0.25 : 1);
}

/** Counts every run of up to MAX_WORDS words that carry meaning. */
function collect(bank: readonly BankSentence[]): Map<string, Candidate> {
  const candidates = new Map<string, Candidate>();
  for (const { text, passage } of bank) {
    const tokens = tokensOf(text);
    for (let from = 0; from < tokens.length; from++) {
      for (let words = 1; words <= MAX_WORDS; words++) {
        const run = tokens.slice(from, from + words);
        if (!isPhrase(run, words, text)) break;
        if (!endsAsThing(run.at(-1))) continue;
        const before = tokens[from - 1];
        const isHead = !isFollowedByContent(tokens, from + words, text);
        const isThing =
          isHead &&
          ((before !== undefined && DETERMINERS.has(before.word.toLowerCase())) ||
            (from > 0 && run.every(({ word }) => /^\p{Lu}/u.test(word))));
        const weight = isHead ? 1 : NESTED_WEIGHT;
        add(candidates, text, run, { isThing, weight, passageId: passage.passageId });
      }
    }
  }
  return candidates;
}

/** In "base system" the word "base" only says which system. */
function isFollowedByContent(tokens: readonly Token[], index: number, text: string): boolean {
  const [last, next] = [tokens[index - 1], tokens[index]];
  if (last === undefined || next === undefined || next.isStop) return false;
  const isNext = text.slice(last.end, next.start) === " ";
  return isNext && !/(s|ed|ly)$/u.test(next.word.toLowerCase()); // those are likely what it does
}

function add(
  candidates: Map<string, Candidate>,
  text: string,
  run: readonly Token[],
  found: { isThing: boolean; weight: number; passageId: string },
): void {
  const key = run.map(({ stem }) => stem).join(" ");
  const candidate = candidates.get(key) ?? {
    forms: new Map<string, number>(),
    count: 0,
    asThing: 0,
    passages: new Set<string>(),
    words: run.length,
  };
  candidates.set(key, candidate);
  const form = text.slice(run[0]?.start ?? 0, run.at(-1)?.end ?? 0);
  const isSentenceStart = (run[0]?.start ?? 0) === 0;
  const shown = isSentenceStart ? lowerFirst(form) : form;
  candidate.forms.set(shown, (candidate.forms.get(shown) ?? 0) + (isSentenceStart ? 0.5 : 1));
  candidate.count += found.weight;
  candidate.asThing += found.isThing ? 1 : 0;
  candidate.passages.add(found.passageId);
}

/** The words follow each other with nothing but blanks between, and each carries meaning. */
function isPhrase(run: readonly Token[], words: number, text: string): boolean {
  if (run.length < words) return false;
  return run.every(({ isStop, word, start }, index) => {
    const before = run[index - 1];
    const isNext = before === undefined || text.slice(before.end, start) === " ";
    return !isStop && isNext && word.length > 1 && !/^\p{N}/u.test(word) && !word.endsWith("ly");
  });
}

/** What a noun phrase hardly ever ends with. */
function endsAsThing(token: Token | undefined): boolean {
  if (token === undefined) return false;
  return !/(ly|ous|ful|able|ible|less|ish|ed|est)$/u.test(token.stem) && token.stem.length > 2;
}

function headingKeys(passages: readonly SourcePassage[]): Map<string, number> {
  const counts = new Map<string, number>();
  const headings = new Set(passages.flatMap(({ heading }) => (heading === null ? [] : [heading])));
  for (const heading of headings) {
    const tokens = tokensOf(heading);
    for (let from = 0; from < tokens.length; from++) {
      for (let to = from + 1; to <= Math.min(tokens.length, from + MAX_WORDS); to++) {
        const key = tokens
          .slice(from, to)
          .map(({ stem }) => stem)
          .join(" ");
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
  }
  return counts;
}

function nameOf({ forms }: Candidate): string {
  const [best] = [...forms].sort((a, b) => b[1] - a[1] || a[0].length - b[0].length);
  return best?.[0] ?? "";
}

/** "stack" stays beside "stack frame" only if it is also named alone, often enough. */
function withoutParts(
  concepts: readonly Concept[],
  candidates: ReadonlyMap<string, Candidate>,
): Concept[] {
  const kept: Concept[] = [];
  for (const concept of concepts) {
    const longer = concepts.filter(
      ({ key, score }) =>
        key !== concept.key &&
        ` ${key} `.includes(` ${concept.key} `) &&
        score > concept.score * 0.4,
    );
    const inside = longer.reduce((sum, { key }) => sum + (candidates.get(key)?.count ?? 0), 0);
    if (longer.length > 0 && concept.count - inside < Math.max(MIN_COUNT, inside)) continue;
    const isWider = kept.some(
      ({ key, count }) => ` ${concept.key} `.includes(` ${key} `) && concept.count < count * 0.25,
    );
    if (!isWider) kept.push(concept);
  }
  return kept;
}

/** "Ownership" at a sentence's start is "ownership"; "R" and "HTTP" stay as they are. */
function lowerFirst(form: string): string {
  return /^\p{Lu}\p{Ll}/u.test(form) ? form.charAt(0).toLowerCase() + form.slice(1) : form;
}
