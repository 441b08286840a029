/** The words of a text that carry its meaning, made comparable: lower case, no stop words, light stems. */
const STOP_WORDS = new Set(
  `a about after all also an and any are as at be because been before being between both but by can could did do does
   doing done each e.g etc for from get give go had has have having he her here his how i if in into is it its just like
   may me might more most much must my need no not of on one only or other our out over own same say see shall she should
   show so some such take tell than that the their them then there these they thing this those through to too under up us
   use used very want was way we well were what when where which while who whom whose why will with within without would
   yes you your please explain describe define mean means meaning help understand question answer about example examples
   summarize summarise summary draw board map diagram`.split(/\s+/),
);

/** Prefixes that some write with a hyphen and some without: pre-release, prerelease. */
const PREFIX = /\b(pre|non|re|co|sub|anti|multi|semi|inter|un|de)-(?=\p{L})/gu;

/** Stems in order of appearance, repeated as often as the words are. */
export function contentWords(text: string): string[] {
  const joined = text.toLowerCase().replace(PREFIX, "$1");
  const words = joined.match(/\p{L}[\p{L}\p{N}'’_]*|\p{N}+/gu) ?? [];
  return words.filter((word) => !STOP_WORDS.has(word)).map((word) => stem(word));
}

/**
 * Takes common English endings off. Crude on purpose: both sides of a comparison go through it, and a
 * wrong but equal stem still matches.
 */
export function stem(word: string): string {
  const plain = word.replace(/['’]s?$/, "");
  if (plain.length <= 4) return plain.replace(/(?<=\p{L}{2}[^s])s$/u, "");
  return plain
    .replace(/ies$/, "y")
    .replace(/(?<=[^s])s$/, "")
    .replace(/(?<=\p{L}{4})(ingly|edly|ing|ed|ly|ation|ions?)$/u, "")
    .replace(/(?<=\p{L}{4})e$/u, "");
}
