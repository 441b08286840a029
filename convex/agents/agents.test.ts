// @vitest-environment node
// The agents on a model: a server that speaks Chat Completions and says what each test wants it to say.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from "vitest";
import * as Y from "yjs";
import { api, internal } from "../_generated/api.js";
import type { JobInput, JobName } from "../jobs/tables.ts";
import { insertReadyDocument } from "../test.rows.ts";
import { asService, setupTest, startSession, type Deployment } from "../test.setup.ts";
import { AGENTS } from "./registry.ts";

type Reply = { json?: unknown; text?: string; status?: number; refusal?: string };
interface Asked {
  model: string;
  temperature: number;
  messages: { role: string; content: string }[];
  response_format: { json_schema: { name: string; schema: object } };
}

beforeEach(() => {
  vi.stubEnv("MODEL_API_KEY", "key");
  vi.stubEnv("MODEL_NAME", "test-model");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A model that gives the replies in turn, the last one for ever; and what it was asked. */
async function startModel(...replies: Reply[]): Promise<Asked[]> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      asked.push(JSON.parse(body) as Asked);
      const {
        json,
        text,
        status = 200,
        refusal = null,
      } = replies[asked.length - 1] ?? replies.at(-1) ?? {};
      response.writeHead(status, { "content-type": "application/json", "x-should-retry": "false" });
      const content = text ?? JSON.stringify(json);
      const message = { role: "assistant", content, refusal };
      const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
      response.end(
        JSON.stringify({ id: "1", choices: [{ index: 0, message, finish_reason: "stop" }], usage }),
      );
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  vi.stubEnv("MODEL_BASE_URL", `http://127.0.0.1:${String(port)}/v1`);
  return asked;
}

/** A session with a document of three passages and a job whose action the test runs itself. */
async function prepare(t: Deployment, name: JobName, more: Partial<JobInput> = {}) {
  const { sessionId, owner } = await startSession(t);
  const rows = await t.run(async (ctx) => {
    const { db } = ctx;
    const texts = ["One.", "Two.", "Three."] as const;
    const ready = await insertReadyDocument(ctx, { sessionId, userId: owner.userId }, texts);
    const { documentId, passageIds } = ready;
    await db.insert("reports", { sessionId, state: { kind: "making" }, madeBy: "" });
    const state = { kind: "making" as const };
    const quizId = await db.insert("quizzes", { sessionId, title: "Q", state, madeBy: "" });
    const input = { sessionId, documentId, quizId, ...more };
    const jobId = await db.insert("jobs", {
      name,
      sessionId,
      input,
      idempotencyKey: "k",
      state: { kind: "pending", runAt: 0 },
      attempt: 1,
      progress: { done: 0, total: 0, label: "" },
    });
    return { documentId, passageIds, quizId, jobId, input };
  });
  return { sessionId, owner, ...rows };
}

const runs = (t: Deployment) => t.run((ctx) => ctx.db.query("agentRuns").collect());
const analysis = {
  summary: "It counts.",
  keyConcepts: [{ name: "counting", explanation: "One, two.", passages: [0, 1, 99] }],
  terms: [
    { term: "one", definition: "The first.", passage: 0 },
    { term: "ghost", definition: "Nowhere.", passage: 42 },
  ],
};

it("[AG1] the analyser's numbers become passages; what points nowhere is left out", async () => {
  const asked = await startModel({ json: analysis });
  const t = setupTest();
  const { jobId, input, documentId, passageIds, owner } = await prepare(t, "analyseDocument");
  await t.action(internal.agents.documentAnalyserAgent.run, { jobId, input });
  expect(await owner.client.query(api.documents.analysis.get, { documentId })).toEqual({
    documentId,
    summary: "It counts.",
    keyConcepts: [
      {
        name: "counting",
        explanation: "One, two.",
        pages: [1, 2],
        passageIds: passageIds.slice(0, 2),
      },
    ],
    terms: [{ term: "one", definition: "The first.", page: 1, passageId: passageIds[0] }],
    madeBy: "test-model",
  });
  expect(asked[0]).toMatchObject({ model: "test-model", temperature: 0.2 });
  expect(asked[0]?.messages[1]?.content).toContain("[1] (page 2) Two.");
  expect(await runs(t)).toMatchObject([
    {
      agent: "documentAnalyser",
      jobId,
      madeBy: "test-model",
      inputTokens: 10,
      outputTokens: 5,
      outcome: "ok",
    },
  ]);
});

it("[AG2] invalid output is repaired once, by telling the model what is wrong", async () => {
  const fenced = "Here you are:\n```json\n" + JSON.stringify(analysis) + "\n```";
  const asked = await startModel({ json: { summary: "" } }, { text: fenced });
  const t = setupTest();
  const { jobId, input, documentId, owner } = await prepare(t, "analyseDocument");
  await t.action(internal.agents.documentAnalyserAgent.run, { jobId, input });
  expect(await owner.client.query(api.documents.analysis.get, { documentId })).not.toBeNull();
  expect(asked).toHaveLength(2);
  expect(asked[1]?.messages.at(-1)?.content).toContain("keyConcepts");
  expect(await runs(t)).toMatchObject([{ inputTokens: 20, outputTokens: 10 }]);
});

it.each([
  [{ text: "no JSON at all" }, "MODEL_OUTPUT_INVALID", 2],
  [{ json: null, refusal: "I will not" }, "MODEL_REFUSED", 1],
  [{ json: { error: {} }, status: 401 }, "MODEL_AUTH_FAILED", 1],
  [{ json: { error: {} }, status: 429 }, "MODEL_RATE_LIMITED", 1],
])(
  "[AG2] a model that replies %o fails the run with %s and changes nothing",
  async (reply, code, calls) => {
    const asked = await startModel(reply);
    const t = setupTest();
    const { jobId, input } = await prepare(t, "analyseDocument");
    await expect(
      t.action(internal.agents.documentAnalyserAgent.run, { jobId, input }),
    ).rejects.toMatchObject({ data: { code } });
    expect(asked).toHaveLength(calls);
    expect(await runs(t)).toMatchObject([{ outcome: code }]);
    expect(await t.run((ctx) => ctx.db.query("analyses").collect())).toEqual([]);
  },
);

it("[AG3] settings change the next run; a disabled agent works without the model", async () => {
  const asked = await startModel({
    json: { objectives: [{ title: "Count", why: "It helps.", pages: [1, 9] }] },
  });
  const t = setupTest();
  const { jobId, input, owner, sessionId, documentId } = await prepare(t, "planLesson");
  const { update } = api.agents.settings;
  const settings = { ...AGENTS.planner, model: "other", temperature: 1.5 };
  await asService(t).mutation(update, { settings });
  await t.action(internal.agents.plannerAgent.run, { jobId, input });
  expect(asked).toMatchObject([{ model: "other", temperature: 1.5 }]);
  expect(await owner.client.query(api.lessons.plan.get, { sessionId })).toMatchObject({
    objectives: [{ title: "Count", pages: [1], documentId, state: "active" }],
    madeBy: "other",
  });
  await asService(t).mutation(update, { settings: { ...settings, isEnabled: false } });
  await t.action(internal.agents.plannerAgent.run, { jobId, input });
  expect(asked).toHaveLength(1);
});

it("[AG1] a quiz from a model keeps what can be answered and points to passages", async () => {
  const common = { explanation: "See there.", concept: "counting", passage: 1 };
  const choice = {
    kind: "choice",
    prompt: "Which?",
    options: ["a", "b"],
    correct: 1,
    accepted: null,
  };
  const short = { kind: "short", prompt: "What?", options: null, correct: null, accepted: ["two"] };
  const broken = { ...choice, correct: 7 };
  const asked = await startModel(
    { json: { questions: [{ ...broken, ...common }] } },
    {
      json: {
        questions: [
          { ...choice, ...common },
          { ...short, ...common },
          { ...short, ...common, passage: 50 },
        ],
      },
    },
  );
  const t = setupTest();
  const { jobId, input, quizId, owner, passageIds } = await prepare(t, "makeQuiz");
  await t.action(internal.agents.quizMakerAgent.run, { jobId, input });
  expect(asked).toHaveLength(2);
  const quiz = await owner.client.query(api.quizzes.quiz.get, { quizId });
  expect(quiz).toMatchObject({ state: { kind: "ready", questionCount: 2 }, madeBy: "test-model" });
  const rows = await t.run((ctx) => ctx.db.query("questions").collect());
  expect(rows.map(({ answerKey }) => answerKey)).toEqual([
    { kind: "choice", option: 1 },
    { kind: "short", accepted: ["two"] },
  ]);
  expect(rows.every(({ passageId }) => passageId === passageIds[1])).toBe(true);
});

it("[QU6] a quiz keeps how many questions were asked for, and what there was too little of", async () => {
  const short = { kind: "short", prompt: "What?", options: null, correct: null, accepted: ["two"] };
  const question = { ...short, explanation: "See there.", concept: "counting", passage: 1 };
  await startModel({ json: { questions: [question] } });
  const shortfallOf = async (questionCount: number, text: string) => {
    const t = setupTest();
    const made = await prepare(t, "makeQuiz", { questionCount });
    const { jobId, input, passageIds, quizId, owner } = made;
    await t.run(async ({ db }) => {
      for (const passageId of passageIds) await db.patch("passages", passageId, { text });
    });
    await t.action(internal.agents.quizMakerAgent.run, { jobId, input });
    return (await owner.client.query(api.quizzes.quiz.get, { quizId })).state;
  };
  const one = { kind: "ready", questionCount: 1 };
  expect(await shortfallOf(1, "Two.")).toEqual(one);
  expect(await shortfallOf(2, "Two.")).toEqual({ ...one, shortfall: { asked: 2, cause: "model" } });

  vi.unstubAllEnvs(); // no model
  // six sentences that can be asked about, all of them by one concept
  const text = [
    "A glacier carries heavy boulders down into the quiet valley.",
    "People often visit the glacier during the long days of summer.",
    "Snow feeds the glacier again during every single hard winter.",
    "Nobody has measured how deep the glacier was in earlier times.",
    "The glacier has become shorter over the last hundred years.",
    "Maps from long ago show the glacier near the old village.",
    "Cold water leaves the glacier all year and fills the lake.",
    "Dust makes the glacier dark, so that it takes up more light.",
  ].join(" ");
  const few = (asked: number, cause: string) => ({ ...one, shortfall: { asked, cause } });
  expect(await shortfallOf(1, text)).toEqual(one);
  expect(await shortfallOf(6, text)).toEqual(few(6, "concepts"));
  expect(await shortfallOf(7, text)).toEqual(few(7, "sentences"));
});

it("[RE2] a report from a model has its words, and numbers that were counted", async () => {
  const words = {
    summary: "Went well.",
    strengths: ["Counts."],
    gaps: [],
    recommendations: ["Go on."],
  };
  await startModel({ json: { ...words, turnCount: 999 } });
  const t = setupTest();
  const { jobId, input, sessionId, owner } = await prepare(t, "analyseSession");
  await t.action(internal.agents.sessionAnalyserAgent.run, { jobId, input });
  expect(await owner.client.query(api.reports.report.get, { sessionId })).toMatchObject({
    content: { ...words, turnCount: 0, quizScore: { correct: 0, total: 0 } },
    madeBy: "test-model",
  });
});

it("[RE3] a report keeps what the stored board tells, and members alone are told", async () => {
  vi.unstubAllEnvs(); // no model
  const t = setupTest();
  const { jobId, input, sessionId, owner } = await prepare(t, "analyseSession");
  const board = new Y.Doc();
  const updates: Uint8Array[] = [];
  board.on("update", (update: Uint8Array) => updates.push(update));
  const metadata = { authorId: owner.userId, concept: "counting", drawnAt: 600_000 };
  for (const id of ["a", "b"]) {
    board.getMap("objects").set(id, { id, kind: "rect", x: 0, y: 0, metadata });
  }
  board.getMap("objects").set("c", { id: "c", kind: "nothing known" });
  const rows = updates.map((update) => new Uint8Array(update).buffer);
  await t.run(async (ctx) => {
    for (const [i, bytes] of rows.entries()) {
      await ctx.db.insert("boardUpdates", { sessionId, seq: i + 1, bytes });
    }
  });
  await t.action(internal.agents.sessionAnalyserAgent.run, { jobId, input });
  const report = await owner.client.query(api.reports.report.get, { sessionId });
  const spans = [{ startAt: 600_000, count: 2 }];
  expect(report?.content?.board).toEqual({
    ...{ objects: 2, byTutor: 0, questionIds: [] },
    people: [{ authorId: owner.userId, objects: 2, kinds: [{ kind: "rect", count: 2 }], spans }],
    concepts: [
      { concept: "counting", byTutor: 0, people: [{ authorId: owner.userId, count: 2 }], spans },
    ],
  });
  const stranger = await startSession(t);
  await expect(
    stranger.owner.client.query(api.reports.report.get, { sessionId }),
  ).rejects.toMatchObject({ data: { code: "NOT_FOUND" } });
});

it("[AG3] settings out of bounds are refused", async () => {
  const t = setupTest();
  for (const wrong of [{ temperature: 3 }, { temperature: Number.NaN }, { maxOutputTokens: 0 }]) {
    const settings = { ...AGENTS.tutor, ...wrong };
    await expect(
      asService(t).mutation(api.agents.settings.update, { settings }),
    ).rejects.toMatchObject({ data: { code: "INVALID_INPUT" } });
  }
  expect(await asService(t).query(api.agents.settings.forTutor, {})).toEqual(AGENTS.tutor);
});
