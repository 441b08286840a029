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
  isPlain: boolean; // a statement: no entry, no question, no address to the reader
  stems: string[];
}

const MIN_CHARS = 40;
const MAX_CHARS = 340;
const MIN_WORDS = 6;

/** Looks back at what was said before. */
const LEANS_BACK =
  /^(this|that|these|those|it|its|they|their|them|he|she|his|her|such|here|there|thus|therefore|hence|then|so|but|and|or|also|however|moreover|furthermore|additionally|similarly|likewise|otherwise|instead|consequently|as a result|in this|in that|in these|in such|for example|for instance|in addition|in contrast|on the other hand|again|finally|both|another|the (former|latter|above|following|same|result|previous|other)|nevertheless|conversely|meanwhile|note that|recall|now|next|first|second|third|yes|no|at this point|the reason|in other words|in fact|in short|like (this|that)|to do (this|so|that)|with (this|that|these)|for (these|this|those)|by the same token|of course|as expected|by doing|after (this|that)|because of (this|that)|if so|instead of|rather)\b|^\p{Lu}\p{Ll}+s (the|an?|all|any|changes|true|false|whether|if|to)\b/iu;
/** "Returns: …", "Sana - A platform …": an entry of a list, whose sense is in its list. */
const IS_ENTRY = /^.{1,40}?(:| [-–—]) /u;
/** Points to something that is not in the text. */
const POINTS_ELSEWHERE =
  /\b(figure|fig\.|table|listing|section|chapter|subsection|equation|appendix|exercise|page|see also|as follows|shown (below|above)|(code|example|program) (below|above)|following (code|example|table|figure|command|output|listing|section|program))\b|\bthe following\b|\b(below|above)[.,:]|\[\d+\]|\(\d{4}[a-z]?\)|et al\./iu;
/** Parts of a document that ask or thank rather than tell. */
const EXERCISES =
  /^[\d.\s]*(exercises?|problems|questions|review questions|acknowledge?ments?|licen[cs]e|copyright|about the authors?|further reading|changelog|contributing|contributors|credits|sponsors)\b/iu;
const ADDRESSES =
  /\b(we|We|Our|My|Us|We’ll|We'll|We’ve|Let’s|Let's|You’ll|You'll|You’ve|we'll|we’ll|we've|we’ve|let's|let’s|I|I'm|my|our|us|you'll|you’ll|you've|you’ve)\b/u;
/** Enough of English grammar to tell a sentence from an entry such as "The Boolean type, with two values." */
const HAS_VERB =
  /\b(is|are|was|were|be|been|has|have|had|can|could|may|might|must|will|would|should|does|do|did|apply|use|allow|provide|contain|include|consist|take|make|give|need|work|mean|form|occur|become|remain|depend)\b|\b\p{Ll}{2,}(s|ed) (the|an?|that|to|of|in|on|by|with|from|it|its|how|what|when|which|only|all|each|one|two|into|as|for)\b/u;
const CODE_MARKS =
  /[{}<>|\\~=]|::|->|\(\)|\[\]|[a-z]\([^)]*[,"'=]|https?:|www\.|\w+@\w+|\$\w|--\w|\w\.\w+\(|\w\(\w*\) ?:/iu;

export function bankOf(passages: readonly SourcePassage[]): BankSentence[] {
  const bank: BankSentence[] = [];
  const seen = new Set<string>();
  for (const passage of tellingOf(passages)) {
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
          isSelfContained: isSelfContained(sentence),
          isPlain: !ADDRESSES.test(sentence) && !sentence.endsWith("?") && HAS_VERB.test(sentence),
          stems: contentStems(sentence),
        });
      });
    }
  }
  return bank;
}

function isSelfContained(text: string): boolean {
  return !LEANS_BACK.test(text) && !POINTS_ELSEWHERE.test(text) && !IS_ENTRY.test(text);
}

/** The passages that tell something; terms of licence only where there is hardly anything else. */
function tellingOf(passages: readonly SourcePassage[]): SourcePassage[] {
  const prose = passages.filter(
    ({ isProse, heading }) => isProse && !EXERCISES.test(heading ?? ""),
  );
  const telling = prose.filter(
    ({ heading, text }) => !LICENCE_HEADING.test(heading ?? "") && !LICENCE.test(text),
  );
  return telling.length >= prose.length / 4 ? telling : prose;
}

const LICENCE_HEADING = /\blicen[cs]es?\b/iu;
const LICENCE =
  /under (the terms of )?this licen[cs]e|invariant sections|permission is (hereby )?granted|without warranty|all rights reserved|copyright (\(c\)|©|c©) ?\d{4}/iu;

function isReadable(text: string): boolean {
  const hasLength = text.length >= MIN_CHARS && text.length <= MAX_CHARS;
  return hasLength && isWhole(text) && isWords(text);
}

/** Begins and ends as a sentence does, and closes what it opens. */
function isWhole(text: string): boolean {
  if (!/^["“'‘(]?\p{Lu}/u.test(text) || !/[^\s,;:][.!?]["”'’)]*$/u.test(text)) return false;
  const opens = text.match(/[(“[]/gu)?.length ?? 0;
  const closes = text.match(/[)”\]]/gu)?.length ?? 0;
  return opens === closes && text.split(" ").length >= MIN_WORDS;
}

/** Consists of words, not of signs. */
function isWords(text: string): boolean {
  const letters = text.match(/[\p{L}\s]/gu)?.length ?? 0;
  return letters >= text.length * 0.85 && !CODE_MARKS.test(text);
}
