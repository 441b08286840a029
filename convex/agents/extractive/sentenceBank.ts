/**
 * The sentences of a document that can stand on their own: whole, of a readable length, without code, addresses
 * and pointers to elsewhere. Everything the extractive agents quote comes from here. PURE.
 */
import { splitSentences } from "../../documents/sentences.ts";
import { contentStems } from "./tokens.ts";

/** A passage as the agents get it. */
export interface SourcePassage {
  passageId: string;
  documentId: string;
  ordinal: number;
  page: number;
  heading: string | null;
  isProse: boolean;
  text: string;
}

export interface BankSentence {
  text: string;
  passage: SourcePassage;
  index: number; // in reading order, among all that were kept
  opensBlock: boolean; // first of its paragraph, where authors say what it is about
  isSelfContained: boolean; // does not lean on the sentence before it
  isPlain: boolean; // no list item, no address to the reader
  stems: string[];
}

const MIN_CHARS = 40;
const MAX_CHARS = 340;
const MIN_WORDS = 6;

/** Looks back at what was said before. */
const LEANS_BACK =
  /^(this|that|these|those|it|its|they|their|them|he|she|his|her|such|here|there|thus|therefore|hence|then|so|but|and|or|also|however|moreover|furthermore|additionally|similarly|likewise|otherwise|instead|consequently|as a result|in this|in that|in these|in such|for example|for instance|in addition|in contrast|on the other hand|again|finally|both|another|the (former|latter|above|following|same|result|previous|other)|nevertheless|conversely|meanwhile|note that|recall|now|next|first|second|third|yes|no|at this point|the reason|in other words|in fact|in short|like (this|that)|to do (this|so|that)|with (this|that|these)|by doing|after (this|that)|because of (this|that)|if so|instead of|rather)\b|^\p{Lu}\p{Ll}+s (the|an?|all|any|changes|true|false|whether|if|to)\b/iu;
/** Points to something that is not in the text. */
const POINTS_ELSEWHERE =
  /\b(figure|fig\.|table|listing|section|chapter|subsection|equation|appendix|exercise|page|see also|as follows|shown (below|above)|(code|example|program) (below|above)|following (code|example|table|figure|command|output|listing|section|program))\b|\bthe following\b|\b(below|above)[.,:]|\[\d+\]|\(\d{4}[a-z]?\)|et al\./iu;
/** Parts of a document that ask or thank rather than tell. */
const EXERCISES =
  /^[\d.\s]*(exercises?|problems|questions|review questions|acknowledge?ments?|licen[cs]e|copyright|about the authors?|further reading|changelog|contributing|contributors|credits|sponsors)\b/iu;
const ADDRESSES =
  /\b(we|We|Our|My|Us|We’ll|We'll|We’ve|Let’s|Let's|You’ll|You'll|You’ve|we'll|we’ll|we've|we’ve|let's|let’s|I|I'm|my|our|us|you'll|you’ll|you've|you’ve)\b/u;
const CODE_MARKS =
  /[{}<>|\\~=]|::|->|\(\)|\[\]|[a-z]\([^)]*[,"'=]|https?:|www\.|\w+@\w+|\$\w|--\w/iu;

export function bankOf(passages: readonly SourcePassage[]): BankSentence[] {
  const bank: BankSentence[] = [];
  const seen = new Set<string>();
  for (const passage of passages) {
    if (!passage.isProse || EXERCISES.test(passage.heading ?? "")) continue;
    for (const paragraph of passage.text.split(/\n{2,}/u)) {
      splitSentences(paragraph).forEach(({ text }, index) => {
        const sentence = text.replace(/\s+/gu, " ").trim();
        if (!isReadable(sentence) || seen.has(sentence)) return;
        seen.add(sentence);
        bank.push({
          text: sentence,
          passage,
          index: bank.length,
          opensBlock: index === 0,
          isSelfContained: !LEANS_BACK.test(sentence) && !POINTS_ELSEWHERE.test(sentence),
          isPlain: !ADDRESSES.test(sentence) && !sentence.endsWith("?"),
          stems: contentStems(sentence),
        });
      });
    }
  }
  return bank;
}

function isReadable(text: string): boolean {
  const hasLength = text.length >= MIN_CHARS && text.length <= MAX_CHARS;
  return hasLength && isWhole(text) && isWords(text);
}

/** Begins and ends as a sentence does, and closes what it opens. */
function isWhole(text: string): boolean {
  if (!/^["“'‘(]?\p{Lu}/u.test(text) || !/[.!?]["”'’)]*$/u.test(text)) return false;
  const opens = text.match(/[(“[]/gu)?.length ?? 0;
  const closes = text.match(/[)”\]]/gu)?.length ?? 0;
  return opens === closes && text.split(" ").length >= MIN_WORDS;
}

/** Consists of words, not of signs. */
function isWords(text: string): boolean {
  const letters = text.match(/[\p{L}\s]/gu)?.length ?? 0;
  return letters >= text.length * 0.85 && !CODE_MARKS.test(text);
}
