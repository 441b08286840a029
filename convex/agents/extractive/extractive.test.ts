// @vitest-environment node
// What a student gets to see of two real documents, and what must hold for any.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { cutPassages } from "../../documents/cutPassages.ts";
import { detectFormat } from "../../documents/formats/detectFormat.ts";
import { readPages } from "../../documents/formats/readPages.ts";
import { analyse, type ExtractiveAnalysis } from "./analyse.ts";
import { makeQuiz, type QuizQuestion } from "./makeQuiz.ts";
import { planObjectives } from "./planObjectives.ts";
import { bankOf, type SourcePassage } from "./sentenceBank.ts";
import { writeReport } from "./writeReport.ts";

const FIXTURES = join(import.meta.dirname, "../../../test/fixtures/documents");

async function passagesOf(name: string): Promise<SourcePassage[]> {
  const bytes = new Uint8Array(readFileSync(join(FIXTURES, name)));
  const pages = await readPages(bytes, await detectFormat(bytes, name), () => Promise.resolve());
  return cutPassages(pages).passages.map((passage, ordinal) => {
    return { ...passage, ordinal, passageId: `p${String(ordinal)}`, documentId: "d" };
  });
}

const CODE = /[{};]|<-|=>|\w\(\)/u;
const FURNITURE = /\. \. \.|^\d+$|Copyright|http/u;

describe.each(["introduction-to-r.pdf", "what-is-ownership.html", "semantic-versioning.md"])(
  "%s",
  (name) => {
    let passages: SourcePassage[];
    let analysis: ExtractiveAnalysis;
    let quiz: QuizQuestion[];
    beforeAll(async () => {
      passages = await passagesOf(name);
      analysis = analyse(passages);
      quiz = makeQuiz(passages, 10, 7).questions;
    });
    const sources = () => passages.map(({ text }) => text.replace(/\s+/gu, " "));

    it("[V4.1.2] [AG4] the summary is whole sentences of the document, without code and furniture", () => {
      const { summary } = analysis;
      expect(summary.length).toBeGreaterThan(300);
      expect(summary.length).toBeLessThan(1_500);
      expect(summary).not.toMatch(CODE);
      expect(summary).not.toMatch(FURNITURE);
      const sentences = bankOf(passages).filter(({ text }) => summary.includes(text));
      expect(sentences.length).toBeGreaterThanOrEqual(4);
      for (const { text } of sentences)
        expect(sources().some((source) => source.includes(text))).toBe(true);
    });

    it("[V4.1.2] [AG4] concepts are named in the document, explained from it, and each says something new", () => {
      const { keyConcepts } = analysis;
      expect(keyConcepts.length).toBeGreaterThanOrEqual(6);
      for (const { name, explanation, pages, passageIds } of keyConcepts) {
        expect(explanation.toLowerCase()).toContain(name.toLowerCase().replace(/s$/u, ""));
        expect(pages.length).toBeGreaterThan(0);
        expect(passages.some(({ passageId }) => passageIds.includes(passageId))).toBe(true);
        expect(name).not.toMatch(CODE);
      }
      const explanations = new Set(keyConcepts.map(({ explanation }) => explanation));
      expect(explanations.size).toBeGreaterThan(keyConcepts.length * 0.6);
    });

    it("[AG4] the plan follows the document and tells why", () => {
      const plan = planObjectives(passages, analysis.keyConcepts);
      expect(plan.length).toBeGreaterThanOrEqual(4);
      const firstPages = plan.map(({ pages }) => pages[0] ?? 0);
      expect([...firstPages].sort((a, b) => a - b)).toEqual(firstPages);
      for (const { title, why } of plan) {
        expect(title).not.toMatch(/^\d+\.|references|exercises/iu);
        expect(why.length).toBeGreaterThan(20);
      }
    });

    it("[V4.1.4] [AG4] quiz questions have one right answer, plausible others, and a passage that says so", () => {
      expect(quiz.length).toBeGreaterThanOrEqual(8);
      expect(new Set(quiz.map(({ prompt }) => prompt)).size).toBe(quiz.length);
      for (const question of quiz) {
        const source = passages.find(({ passageId }) => passageId === question.passageId);
        const sentence = /“(.+)”$/u.exec(question.explanation)?.[1] ?? "";
        expect(source?.text.replace(/\s+/gu, " ")).toContain(sentence);
        expect(question.prompt).not.toMatch(CODE);
        if (question.kind === "choice") {
          expect(new Set(question.options).size).toBe(4);
          const right = question.options[question.correct] ?? "";
          expect(sentence.toLowerCase()).toContain(right.toLowerCase());
        } else {
          expect(question.prompt).toContain("_____");
          expect(question.prompt.toLowerCase()).not.toContain(` ${question.accepted[0] ?? ""} `);
        }
      }
    });

    it("[AG4] the same seed makes the same quiz, another one another", () => {
      expect(makeQuiz(passages, 10, 7).questions).toEqual(quiz);
      expect(makeQuiz(passages, 10, 8).questions).not.toEqual(quiz);
    });
  },
);

it("[AG4] defines what the document defines", async () => {
  const { terms } = analyse(await passagesOf("introduction-to-r.pdf"));
  const definition = terms.find(({ term }) => term === "vector")?.definition;
  expect(definition).toMatch(/^A vector is the elementary structure for data handling in R/u);
});

it("[AG4] no text, however odd, makes the agents fail or say what is not in it", () => {
  const word = fc.constantFrom(
    "the",
    "Heap",
    "is",
    "a",
    "stack.",
    "Data",
    "(x)",
    "“q”",
    "1.2",
    "…",
    "ß",
    "é.",
  );
  const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(" "));
  const passage = fc.record({ text, heading: fc.option(text), isProse: fc.boolean() });
  fc.assert(
    fc.property(fc.array(passage, { maxLength: 8 }), (given) => {
      const passages = given.map((one, ordinal) => {
        return { ...one, ordinal, page: 1, passageId: `p${String(ordinal)}`, documentId: "d" };
      });
      const { keyConcepts } = analyse(passages);
      planObjectives(passages, keyConcepts);
      for (const question of makeQuiz(passages, 5, 1).questions) {
        expect(passages.some(({ passageId }) => passageId === question.passageId)).toBe(true);
      }
    }),
  );
});

it("[AG4] an opening ends with a whole sign, also among the letters of formulas", () => {
  const one = { ordinal: 0, page: 1, passageId: "p", documentId: "d", isProse: true };
  for (const odd of ["", "a"]) {
    const formula = odd + "𝑥".repeat(300);
    const { summary } = analyse([{ ...one, text: formula, heading: null }]);
    expect(summary.length).toBeGreaterThan(300);
    expect(summary).not.toMatch(/\p{Surrogate}/u);
  }
});

it("[RE1] the report counts and recommends what was wrong, by page", () => {
  const answer = (concept: string, isCorrect: boolean, page: number) => {
    return { concept, isCorrect, page, documentName: "a.pdf" };
  };
  const report = writeReport({
    title: "Fractions",
    startedAt: 0,
    endedAt: 65 * 60_000,
    turnCount: 2,
    turns: [
      { question: "Why?", kind: "done", answerChars: 10, pages: [1] },
      { question: "How?", kind: "failed", answerChars: 0, pages: [] },
    ],
    objectives: [
      { title: "Halves", state: "done", pages: [1] },
      { title: "Thirds", state: "active", pages: [4] },
    ],
    answers: [answer("half", true, 1), answer("third", false, 4), answer("third", false, 5)],
    documents: ["a.pdf", "b.md"],
  });
  expect(report).toEqual({
    summary:
      "“Fractions” lasted 1 hour and 5 minutes and worked with a.pdf and b.md. 2 questions were asked, 1 of which had no complete answer. 1 of 2 objectives of the plan were finished. 1 of 3 quiz answers were right (33 %).",
    objectives: [
      { title: "Halves", state: "done" },
      { title: "Thirds", state: "active" },
    ],
    strengths: ["Finished: Halves", "half: 1 of 1 right"],
    gaps: ["third: 0 of 2 right"],
    concepts: [
      { name: "third", correct: 0, asked: 2 },
      { name: "half", correct: 1, asked: 1 },
    ],
    turnCount: 2,
    quizScore: { correct: 1, total: 3 },
    recommendations: [
      "Read page 4 of a.pdf again, on third.",
      "Go on with “Thirds” (from page 4).",
    ],
  });
});
