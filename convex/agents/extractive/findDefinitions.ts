/**
 * Finds the sentences that say what something is, and what they say it of. Only forms that are rarely anything
 * else count: a wrong definition is worse than a missing one. PURE.
 */
import { stemPhrase } from "./findConcepts.ts";
import type { BankSentence } from "./sentenceBank.ts";
import { tokensOf } from "./tokens.ts";

export interface Definition {
  term: string;
  key: string; // what the term counts as
  says: string; // what it is, as a phrase: "a set of rules that …"; empty when the form gives none
  sentence: BankSentence;
  weight: number;
}

const TERM = "[\\p{L}][\\p{L}\\p{N}'’-]*(?: [\\p{L}\\p{N}'’-]+){0,3}";
const IS = new RegExp(
  `^(?:(?:an?|the) )?(${TERM}) (is|are) ((?:an?|the|any|one of the|basically an?|simply an?|essentially an?) .+)$`,
  "iu",
);
const MEANS = new RegExp(
  `^(?:(?:an?|the|the term) )?[“"]?(${TERM})[”"]? (?:refers? to|means|denotes?|stands for|is defined as|are defined as) (.+)$`,
  "iu",
);
const CALLED = new RegExp(
  `\\b(?:is|are|were|was|so-?) ?(?:often |also |commonly |usually |sometimes )?(?:called|known as|termed|referred to as|named) (?:an? |the )?[“"]?(${TERM})[”"]?(?=[.,;:)]| or | and | because | when | since | \\()`,
  "iu",
);
const ALSO_CALLED = new RegExp(
  `^(?:an? |the )?(${TERM}),? (?:also|often|sometimes) (?:called|known as|referred to as) `,
  "iu",
);
const DOES = new RegExp(
  `^(?:an?|the) (${TERM}) (?:consists? of|is made up of|contains|stores|represents|describes|provides|controls|determines|governs|specifies|allows|lets|holds|keeps|measures|converts|produces|defines) (.+)$`,
  "iu",
);
/** What a definition's subject never is. */
const NO_TERM =
  /^(there|what|which|this|that|these|those|it|they|he|she|we|you|i|one|here|who|some|most|many|all|each|every|any|other|another|both|such|following|first|second|third|last|next|only|same|main|result|results|reason|problem|question|answer|idea|point|goal|aim|purpose|advantage|difference|example|examples|case|way|thing|things|rest|key|fact|important|default|output|value|values|name|author|authors|people|everything|nothing|something)\b/iu;
const NO_TERM_END =
  /\b(it|this|that|which|who|there|and|or|of|to|in|for|with|also|not|only|is|are|be|can|will|if|when|as|by|on|at|from|example|above|below|here)$/iu;

/** In reading order, one for each term: the best of its forms. */
export function findDefinitions(bank: readonly BankSentence[]): Definition[] {
  const best = new Map<string, Definition>();
  for (const sentence of bank) {
    for (const found of definitionsIn(sentence)) {
      const known = best.get(found.key);
      if (known === undefined || found.weight > known.weight) best.set(found.key, found);
    }
  }
  return [...best.values()].sort((a, b) => a.sentence.index - b.sentence.index);
}

function definitionsIn(sentence: BankSentence): Definition[] {
  if (sentence.text.endsWith("?")) return [];
  const { text } = sentence;
  const body = text.replace(/\.["”]?$/u, "");
  const leansBack = sentence.isSelfContained ? 0 : -0.5;
  const found: Definition[] = [];
  const add = (term: string | undefined, says: string, weight: number) => {
    const clean = term?.trim() ?? "";
    if (!isTerm(clean)) return;
    found.push({ term: clean, key: stemPhrase(clean), says: says.trim(), sentence, weight });
  };
  const means = MEANS.exec(body);
  if (means !== null) add(means[1], means[2] ?? "", 3 + leansBack);
  const is = IS.exec(body);
  if (is !== null && !isComparison(is[3] ?? "")) add(is[1], is[3] ?? "", 2.5 + leansBack);
  const also = ALSO_CALLED.exec(body);
  if (also !== null) add(also[1], "", 1.5 + leansBack);
  const does = DOES.exec(body);
  if (does !== null) add(does[1], "", 1.4 + leansBack);
  const called = CALLED.exec(text);
  if (called !== null) add(called[1], "", 2 + leansBack);
  return found;
}

function isTerm(term: string): boolean {
  const tokens = tokensOf(term);
  const [first] = tokens;
  if (first === undefined || tokens.length > 4 || term.length < 3) return false;
  if (NO_TERM.test(term) || NO_TERM_END.test(term)) return false;
  if (tokens.some(({ isStop, word }) => isStop && !/^(of|and|in|to|on)$/iu.test(word)))
    return false;
  if (first.isStop || tokens.at(-1)?.isStop === true) return false;
  return !/^\w{3,}ing\b.|ly$/iu.test(term); // "querying databases" is something one does
}

/** "the same as", "the most important": says how, not what. */
function isComparison(says: string): boolean {
  return /^(the (same|only|most|best|first|last|main|key|case|reason|problem|one|other|default|following|next|latter|former|right|way)\b|a (good|bad|great|nice|bit|lot|little|matter|problem|few|common|different)\b|an? (nontrivial|trivial|important|easy|hard|useful|interesting)\b|one of the (most|main|best))/iu.test(
    says,
  );
}
