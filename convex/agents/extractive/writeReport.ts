/** The extractive session analyser: what was done, what went well, what to look at again. PURE. */
import type { ReportContent } from "../../reports/tables.ts";

export interface SessionRecord {
  title: string;
  startedAt: number; // ms since epoch
  endedAt: number;
  turnCount: number;
  turns: { question: string; kind: string; answerChars: number; pages: number[] }[];
  objectives: { title: string; state: "pending" | "active" | "done"; pages: number[] }[];
  answers: { concept: string; isCorrect: boolean; documentName: string; page: number }[];
  documents: string[];
}

const STRONG_FROM = 0.75;
const WEAK_BELOW = 0.6;
const MAX_LISTED = 8;

export function writeReport(record: SessionRecord): ReportContent {
  const concepts = conceptsOf(record);
  const correct = record.answers.filter(({ isCorrect }) => isCorrect).length;
  const strong = concepts.filter(({ correct, asked }) => correct / asked >= STRONG_FROM);
  const weak = concepts.filter(({ correct, asked }) => correct / asked < WEAK_BELOW);
  const done = record.objectives.filter(({ state }) => state === "done");
  return {
    summary: summaryOf(record, correct),
    objectives: record.objectives.map(({ title, state }) => ({ title, state })),
    strengths: [
      ...done.map(({ title }) => `Finished: ${title}`),
      ...strong.map(({ name, correct, asked }) => `${name}: ${correct} of ${asked} right`),
    ].slice(0, MAX_LISTED),
    gaps: weak
      .map(({ name, correct, asked }) => `${name}: ${correct} of ${asked} right`)
      .slice(0, MAX_LISTED),
    concepts,
    turnCount: record.turnCount,
    quizScore: { correct, total: record.answers.length },
    recommendations: recommend(record, weak),
  };
}

type Concept = ReportContent["concepts"][number];

/** By how often they were asked about, weakest first among equals. */
function conceptsOf({ answers }: SessionRecord): Concept[] {
  const byName = new Map<string, Concept>();
  for (const { concept, isCorrect } of answers) {
    const known = byName.get(concept) ?? { name: concept, correct: 0, asked: 0 };
    byName.set(concept, {
      name: concept,
      correct: known.correct + (isCorrect ? 1 : 0),
      asked: known.asked + 1,
    });
  }
  return [...byName.values()].sort((a, b) => b.asked - a.asked || a.correct - b.correct);
}

function summaryOf(record: SessionRecord, correct: number): string {
  const { title, turns, turnCount, objectives, answers, documents } = record;
  const minutes = Math.max(1, Math.round((record.endedAt - record.startedAt) / 60_000));
  const done = objectives.filter(({ state }) => state === "done").length;
  const unanswered = turns.filter(({ kind }) => kind !== "done").length;
  const sentences = [
    `“${title}” lasted ${duration(minutes)}` +
      (documents.length > 0 ? ` and worked with ${listOf(documents)}.` : "."),
    turnCount === 0
      ? "No question was asked."
      : `${count(turnCount, "question")} ${turnCount === 1 ? "was" : "were"} asked` +
        (unanswered > 0 ? `, ${unanswered} of which had no complete answer.` : "."),
  ];
  if (objectives.length > 0) {
    sentences.push(
      `${done} of ${count(objectives.length, "objective")} of the plan were finished.`,
    );
  }
  if (answers.length > 0) {
    const share = Math.round((100 * correct) / answers.length);
    sentences.push(
      `${correct} of ${count(answers.length, "quiz answer")} were right (${share} %).`,
    );
  }
  return sentences.join(" ");
}

function recommend({ answers, objectives, turns }: SessionRecord, weak: readonly Concept[]) {
  const found = weak.map(({ name }) => {
    const places = answers.filter(({ concept, isCorrect }) => concept === name && !isCorrect);
    const [place] = places;
    return place === undefined
      ? `Look at ${name} again.`
      : `Read page ${place.page} of ${place.documentName} again, on ${name}.`;
  });
  const next = objectives.find(({ state }) => state !== "done");
  if (next !== undefined) {
    const [page] = next.pages;
    found.push(`Go on with “${next.title}”${page === undefined ? "" : ` (from page ${page})`}.`);
  }
  if (answers.length === 0) found.push("Take a quiz to see what has stayed.");
  if (turns.length === 0) found.push("Ask the tutor about anything that is not clear.");
  return found.slice(0, MAX_LISTED);
}

function duration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = count(minutes % 60, "minute");
  return hours === 0 ? rest : `${count(hours, "hour")} and ${rest}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function listOf(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}
