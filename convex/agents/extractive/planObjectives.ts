/** The extractive planner: objectives in the order in which the document teaches, from its sections. PURE. */
import { firstChars } from "../../contract/board/firstChars.ts";
import { rankSentences } from "./rankSentences.ts";
import { bankOf, type BankSentence, type SourcePassage } from "./sentenceBank.ts";

export interface PlannedObjective {
  title: string;
  why: string;
  pages: number[];
}

interface Section {
  heading: string;
  passages: SourcePassage[];
  chars: number;
}

const MAX_OBJECTIVES = 8;
const MIN_SECTION_CHARS = 350; // of running text; less is not a lesson of its own
const MAX_PAGES = 12;
const NO_LESSON =
  /^[\d.\s]*(contents|table of contents|index|references|bibliography|preface|foreword|acknowledge?ments?|licen[cs]e|copyright|install(ation|ing)?|changelog|contributing|contributors|credits|sponsors|about the authors?|further reading|see also|exercises?|abstract|appendix|summary|conclusions?|badges?)\b/iu;

/** `concepts`: of the analysis; they make the plan where the document has no sections. */
export function planObjectives(
  passages: readonly SourcePassage[],
  concepts: readonly { name: string; explanation: string; pages: number[] }[],
): PlannedObjective[] {
  const bank = bankOf(passages);
  const scores = rankSentences(bank);
  const sections = mergeToFit(sectionsOf(passages));
  if (sections.length < 2) {
    return [...concepts]
      .sort((a, b) => (a.pages[0] ?? 0) - (b.pages[0] ?? 0))
      .slice(0, MAX_OBJECTIVES)
      .map(({ name, explanation, pages }) => ({
        title: `Explain ${name}`,
        why: explanation,
        pages: pages.slice(0, MAX_PAGES),
      }));
  }
  return sections.map((section) => {
    const key = keySentence(section, bank, scores);
    const named = concepts
      .map(({ name }) => name)
      .filter((name) => section.passages.some(({ text }) => text.includes(name)));
    const pages = [...new Set(section.passages.map(({ page }) => page))];
    return {
      title: titleOf(section.heading),
      why: key?.text ?? `Here you meet ${listOf(named.slice(0, 3)) || "what comes next"}.`,
      pages: pages.slice(0, MAX_PAGES),
    };
  });
}

/** Runs of passages under one heading that have enough to say. */
function sectionsOf(passages: readonly SourcePassage[]): Section[] {
  const sections: Section[] = [];
  for (const passage of passages) {
    const heading = passage.heading?.trim() ?? "";
    const last = sections.at(-1);
    const chars = passage.isProse ? passage.text.length : 0;
    if (last?.heading === heading) {
      last.passages.push(passage);
      last.chars += chars;
    } else {
      sections.push({ heading, passages: [passage], chars });
    }
  }
  return sections.filter(({ heading, chars }) => chars >= MIN_SECTION_CHARS && isLesson(heading));
}

/** Says in words what is to come; a tag or a signature does not. */
function isLesson(heading: string): boolean {
  const isWords = /\p{L}{3}/u.test(heading) && !/[<>{}=]|\(\w*\)$/u.test(heading);
  return isWords && !NO_LESSON.test(heading) && !/\blicen[cs]es?\b/iu.test(heading);
}

/** Of too many sections the longest stay, in their order; what stands between belongs to the one before. */
function mergeToFit(sections: readonly Section[]): Section[] {
  const longest = [...sections].sort((a, b) => b.chars - a.chars).slice(0, MAX_OBJECTIVES);
  return sections.filter((section) => longest.includes(section));
}

function keySentence(section: Section, bank: readonly BankSentence[], scores: readonly number[]) {
  const inSection = new Set(section.passages);
  let best: { sentence: BankSentence; worth: number } | undefined;
  for (const sentence of bank) {
    if (!inSection.has(sentence.passage)) continue;
    const stands = sentence.isSelfContained ? 1 : 0.3;
    const worth =
      (0.2 + (scores[sentence.index] ?? 0)) *
      stands *
      (sentence.isPlain ? 1.3 : 0.7) *
      (sentence.opensBlock ? 1.3 : 1);
    if (best === undefined || worth > best.worth) best = { sentence, worth };
  }
  return best?.sentence;
}

/** The heading without its number, in the case it was written in unless that was shouting. */
function titleOf(heading: string): string {
  const bare = heading
    .replace(
      /^((chapter|section|part|appendix)\s+)?(\d+|[A-Z])(\.\d+)*[.:]\s+|^\d+(\.\d+)*\s+/iu,
      "",
    )
    .trim();
  const isShouted = !/\p{Ll}/u.test(bare);
  const calm = isShouted ? bare.charAt(0) + bare.slice(1).toLowerCase() : bare;
  return calm.length > 120 ? `${firstChars(calm, 119)}…` : calm;
}

function listOf(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}
