import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api, internal } from "../_generated/api.js";
import { refused, settle, setupTest, startSession, type Deployment } from "../test.setup.ts";
import { isCorrect } from "./grade.ts";

const { make, list, get, remove } = api.quizzes.quiz;
const { submit } = api.quizzes.answers;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const SENTENCES = [
  "A numerator is a number above the line of a fraction.",
  "A denominator is a number below the line of a fraction.",
  "A proper fraction is a fraction whose numerator is smaller than its denominator.",
  "A mixed number is a sum of a whole number and a proper fraction.",
  "The denominator says into how many equal parts the whole is divided.",
  "The numerator says how many of these parts are counted.",
  "Every mixed number can be written as an improper fraction with the same denominator.",
  "The value of a fraction stays the same when the numerator and the denominator grow alike.",
];

/** A session with one document that was read and understood: as much text as a quiz needs. */
async function readySession(t: Deployment) {
  const session = await startSession(t, "student", "observer");
  const { sessionId, owner } = session;
  const documentId = await t.run(async (ctx) => {
    const storageId = await ctx.storage.store(new Blob(["x"]));
    const documentId = await ctx.db.insert("documents", {
      sessionId,
      uploadedBy: owner.userId,
      name: "fractions.md",
      mediaType: "text/markdown",
      sizeBytes: 1,
      sha256: "",
      storageId,
      state: { kind: "ready" },
    });
    for (const [ordinal, text] of SENTENCES.entries()) {
      const place = {
        documentId,
        sessionId,
        ordinal,
        page: 1 + (ordinal >> 2),
        start: 0,
        end: text.length,
      };
      const words = { heading: "Fractions", isProse: true, text, searchText: text };
      await ctx.db.insert("passages", { ...place, ...words });
    }
    return documentId;
  });
  return { ...session, documentId };
}

async function readyQuiz(t: Deployment) {
  const session = await readySession(t);
  const { owner, sessionId } = session;
  const quizId = await owner.client.mutation(make, { sessionId, questionCount: 4 });
  await settle(t);
  return { ...session, quizId };
}

it("[V4.1.4] [QU1] a quiz is made, taken, graded and explained", async () => {
  const t = setupTest();
  const { sessionId, student, quizId } = await readyQuiz(t);
  expect(await student.client.query(list, { sessionId })).toMatchObject([
    { quizId, title: "Quiz: fractions.md", madeBy: "extractive", state: { kind: "ready" } },
  ]);
  const before = await student.client.query(get, { quizId });
  expect(before.questions.length).toBeGreaterThanOrEqual(3);
  const keys = await t.run((ctx) => ctx.db.query("questions").collect());
  for (const { questionId } of before.questions) {
    const key = keys.find(({ _id }) => _id === questionId)?.answerKey;
    if (key === undefined) throw new Error("a question without a key");
    const response =
      key.kind === "choice"
        ? { kind: "choice" as const, option: key.option }
        : { kind: "short" as const, text: ` ${key.accepted[0]?.toUpperCase() ?? ""}. ` };
    const result = await student.client.mutation(submit, { questionId, response });
    expect(result.isCorrect).toBe(true);
    expect(result.feedback).toMatch(/^Right\. Page \d+: “/);
  }
  const after = await student.client.query(get, { quizId });
  expect(after.questions.every(({ answer }) => answer?.isCorrect)).toBe(true);
  const context = await student.client.query(api.sessions.context.get, { sessionId });
  expect(context.learnerModel.concepts.length).toBeGreaterThan(0);
});

it("[QU2] nothing that tells the right answer leaves before the caller answered", async () => {
  const t = setupTest();
  const { owner, student, quizId } = await readyQuiz(t);
  const { questions } = await student.client.query(get, { quizId });
  for (const question of questions) {
    expect(Object.keys(question).sort()).toEqual(
      ["answer", "documentId", "kind", "ordinal", "page", "prompt", "questionId"].sort(),
    );
    expect(question.answer).toBeNull();
  }
  const [first] = questions;
  if (first === undefined) throw new Error("no question");
  const { questionId } = first;
  const response =
    first.kind.kind === "choice"
      ? { kind: "choice" as const, option: 0 }
      : { kind: "short" as const, text: "no idea" };
  await owner.client.mutation(submit, { questionId, response });
  expect((await owner.client.query(get, { quizId })).questions[0]?.answer).not.toBeNull();
  expect((await student.client.query(get, { quizId })).questions[0]?.answer).toBeNull();
});

it("[QU3] the first answer counts", async () => {
  const t = setupTest();
  const { student, quizId } = await readyQuiz(t);
  const { questions } = await student.client.query(get, { quizId });
  const choice = questions.find(({ kind }) => kind.kind === "choice");
  if (choice === undefined) throw new Error("no choice");
  const { questionId } = choice;
  const results = [];
  for (const option of [0, 1, 2, 3]) {
    const response = { kind: "choice" as const, option };
    results.push(await student.client.mutation(submit, { questionId, response }));
  }
  expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
  expect(await t.run((ctx) => ctx.db.query("quizAnswers").collect())).toHaveLength(1);
});

it("[QU4] an answer that does not fit the question, an observer's and a late one are refused", async () => {
  const t = setupTest();
  const { sessionId, owner, student, observer, quizId } = await readyQuiz(t);
  const { questions } = await student.client.query(get, { quizId });
  const choice = questions.find(({ kind }) => kind.kind === "choice");
  if (choice === undefined) throw new Error("no choice");
  const { questionId } = choice;
  const good = { kind: "choice" as const, option: 0 };
  for (const response of [
    { kind: "short" as const, text: "x" },
    { kind: "choice" as const, option: 9 },
    { kind: "choice" as const, option: 0.5 },
  ]) {
    await expect(student.client.mutation(submit, { questionId, response })).rejects.toMatchObject(
      refused("INVALID_INPUT"),
    );
  }
  await expect(
    observer.client.mutation(submit, { questionId, response: good }),
  ).rejects.toMatchObject(refused("FORBIDDEN"));
  await owner.client.mutation(api.sessions.lifecycle.end, { sessionId });
  await expect(
    student.client.mutation(submit, { questionId, response: good }),
  ).rejects.toMatchObject(refused("SESSION_ENDED"));
});

it("[QU1] there is no quiz before a document was understood, nor about nothing, nor of no size", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  await expect(owner.client.mutation(make, { sessionId })).rejects.toMatchObject(
    refused("NOT_READY"),
  );
  const ready = await readySession(t);
  for (const questionCount of [0, 21, 1.5, Number.NaN]) {
    await expect(
      ready.owner.client.mutation(make, { sessionId: ready.sessionId, questionCount }),
    ).rejects.toMatchObject(refused("INVALID_INPUT"));
  }
  await expect(
    owner.client.mutation(make, { sessionId, documentId: ready.documentId }),
  ).rejects.toMatchObject(refused("NOT_FOUND"));
});

it("[QU5] a removed quiz is gone with its questions and answers", async () => {
  const t = setupTest();
  const { owner, student, quizId } = await readyQuiz(t);
  await expect(student.client.mutation(remove, { quizId })).rejects.toMatchObject(
    refused("FORBIDDEN"),
  );
  await owner.client.mutation(remove, { quizId });
  await settle(t);
  expect(await t.run((ctx) => ctx.db.query("questions").collect())).toEqual([]);
});

it("[RE1] the end of a session makes a report that counts what happened", async () => {
  const t = setupTest();
  const { sessionId, owner, student, quizId } = await readyQuiz(t);
  const { questions } = await student.client.query(get, { quizId });
  for (const { questionId, kind } of questions) {
    const response =
      kind.kind === "choice"
        ? { kind: "choice" as const, option: 0 }
        : { kind: "short" as const, text: "?" };
    await student.client.mutation(submit, { questionId, response });
  }
  await owner.client.mutation(api.sessions.lifecycle.end, { sessionId });
  await settle(t);
  const report = await student.client.query(api.reports.report.get, { sessionId });
  expect(report).toMatchObject({
    state: { kind: "ready" },
    madeBy: "extractive",
    content: { turnCount: 0, quizScore: { total: questions.length } },
  });
  await student.client.mutation(api.reports.report.make, { sessionId });
  const again = await student.client.query(api.reports.report.get, { sessionId });
  expect(again).toMatchObject({ state: { kind: "making" }, content: report?.content });
  await t.mutation(internal.reports.drafting.begin, { sessionId });
  await settle(t);
  expect(await t.run((ctx) => ctx.db.query("reports").collect())).toHaveLength(1);
});

describe("grading", () => {
  const accepts = (accepted: string, text: string) =>
    isCorrect({ kind: "short", accepted: [accepted] }, { kind: "short", text });

  it.each([
    ["denominator", "the Denominator."],
    ["denominator", "denominators"],
    ["denominator", "denomintaor"],
    ["stack frame", "a stack-frame"],
    ["naïve", "naive"],
  ])("[QU4] for %j the answer %j is right", (accepted, text) => {
    expect(accepts(accepted, text)).toBe(true);
  });

  it.each([
    ["denominator", "numerator"],
    ["heap", "head"],
    ["1.2.3", "1.2.4"],
    ["stack frame", "stack"],
    ["data", ""],
  ])("[QU4] for %j the answer %j is wrong", (accepted, text) => {
    expect(accepts(accepted, text)).toBe(false);
  });

  it("[QU4] every text with a word in it is its own right answer, in any case", () => {
    const words = fc.stringMatching(/^[a-zäöüß]{2,10}( [a-zäöüß]{2,10}){0,2}$/u);
    fc.assert(
      fc.property(
        words,
        (text) => accepts(text, ` ${text.toLocaleUpperCase("en")}!`) || text.includes("ß"),
      ),
    );
  });
});
