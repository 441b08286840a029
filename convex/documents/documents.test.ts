// @vitest-environment node
// Real documents go through the real readers, which need Node.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api, internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import { MAX_DOCUMENTS_PER_SESSION } from "../contract/limits.ts";
import {
  asService,
  enter,
  refused,
  settle,
  setupTest,
  startSession,
  type Deployment,
} from "../test.setup.ts";

const FIXTURES = join(import.meta.dirname, "../../test/fixtures/documents");
const { register } = api.documents.upload;
const { list, rename, remove, getPage, getPassage, fileUrl } = api.documents.library;

vi.mock("./embedder.ts", () => ({
  // The model takes seconds; what it makes is tested in embedder.test.ts.
  embed: (texts: string[]) =>
    Promise.resolve(texts.map((text) => Array<number>(512).fill(text.length))),
}));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Stores and registers files as the companion does; returns their documents. */
async function upload(
  t: Deployment,
  at: { sessionId: Id<"sessions">; userId: Id<"users"> },
  ...files: { name: string; content: string | Uint8Array<ArrayBuffer> }[]
) {
  const stored = await t.run(async (ctx) => {
    return await Promise.all(
      files.map(async ({ name, content }) => {
        const blob = new Blob([content]);
        const storageId = await ctx.storage.store(blob);
        return {
          storageId,
          name,
          mediaType: "application/octet-stream",
          sizeBytes: blob.size,
          sha256: "",
        };
      }),
    );
  });
  return await asService(t).mutation(register, { ...at, files: stored });
}

const fixture = (name: string) => ({
  name,
  content: new Uint8Array(readFileSync(join(FIXTURES, name))),
});

/** A session in which the files were uploaded and everything that follows has been done. */
async function study(...files: Parameters<typeof upload>[2][]) {
  const t = setupTest();
  const { sessionId, owner, ...others } = await startSession(t, "student", "observer");
  const documentIds = await upload(t, { sessionId, userId: owner.userId }, ...files);
  await settle(t);
  const [documentId] = documentIds;
  if (documentId === undefined) throw new Error("nothing was uploaded");
  return { t, sessionId, owner, ...others, documentId };
}

describe("a real document", () => {
  it.each([
    ["introduction-to-r.pdf", "application/pdf", 27],
    [
      "what-is-ownership.docx",
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      10,
    ],
    [
      "what-is-ownership.pptx",
      "application/vnd.openxmlformats-officedocument.presentationml.presentation",
      8,
    ],
    ["what-is-ownership.html", "text/html", 10],
    ["semantic-versioning.md", "text/markdown", 11],
  ])("[V4.1.1] [DO3] %s is read, understood and planned", async (name, mediaType, pageCount) => {
    const { t, sessionId, owner, documentId } = await study(fixture(name));
    expect(await owner.client.query(list, { sessionId })).toMatchObject([
      { documentId, name, mediaType, state: { kind: "ready" }, pageCount, progress: null },
    ]);
    const analysis = await owner.client.query(api.documents.analysis.get, { documentId });
    expect(analysis?.madeBy).toBe("extractive");
    expect(analysis?.summary.length).toBeGreaterThan(200);
    expect(analysis?.keyConcepts.length).toBeGreaterThanOrEqual(5);
    const plan = await owner.client.query(api.lessons.plan.get, { sessionId });
    expect(plan?.objectives.length).toBeGreaterThanOrEqual(3);
    expect(plan?.focusObjectiveId).toBe(plan?.objectives[0]?.objectiveId);
    const [passages, embeddings] = await t.run(async (ctx) => [
      await ctx.db.query("passages").collect(),
      await ctx.db.query("passageEmbeddings").collect(),
    ]);
    expect(embeddings.length).toBe(passages.filter(({ isProse }) => isProse).length);
  });

  it("[V4.1.2] [DO4] every passage is the range of its page that it says it is", async () => {
    const { t, owner, documentId } = await study(fixture("introduction-to-r.pdf"));
    const passages = await t.run((ctx) => ctx.db.query("passages").collect());
    expect(passages.length).toBeGreaterThan(50);
    for (const page of new Set(passages.map((passage) => passage.page))) {
      const shown = await owner.client.query(getPage, { documentId, page });
      for (const { passageId, start, end } of shown.passages) {
        const { text } = await owner.client.query(getPassage, { passageId });
        expect(shown.text.slice(start, end)).toBe(text);
        expect(text.length).toBeLessThanOrEqual(1_000);
      }
    }
  });

  it("[V4.1.2] [DO4] what the analysis says points to passages that say it", async () => {
    const { owner, documentId } = await study(fixture("what-is-ownership.html"));
    const analysis = await owner.client.query(api.documents.analysis.get, { documentId });
    for (const { definition, passageId, page } of analysis?.terms ?? []) {
      const passage = await owner.client.query(getPassage, { passageId });
      expect(passage.text.replace(/\s+/gu, " ")).toContain(definition);
      expect(passage.page).toBe(page);
    }
    expect(analysis?.terms.map(({ term }) => term.toLowerCase())).toContain("ownership");
  });

  it("[DO7] a question finds the passages that answer it, of its own session only", async () => {
    const { t, sessionId, documentId } = await study(fixture("what-is-ownership.html"));
    const search = async (at: Id<"sessions">) =>
      await asService(t).action(api.documents.search.passages, {
        sessionId: at,
        question: "What is the difference between the stack and the heap?",
        queryEmbedding: Array<number>(512).fill(1),
        limit: 3,
      });
    const found = await search(sessionId);
    expect(found).toHaveLength(3);
    expect(found[0]).toMatchObject({ documentId, documentName: "what-is-ownership.html" });
    expect(found.map(({ text }) => text).join(" ")).toMatch(/stack/);
    const other = await startSession(t);
    expect(await search(other.sessionId)).toEqual([]);
  });
});

describe("a document that cannot be read", () => {
  const docx = fixture("what-is-ownership.docx").content;
  it.each([
    [fixture("encrypted.pdf"), "DOCUMENT_ENCRYPTED"],
    [fixture("scanned.pdf"), "DOCUMENT_HAS_NO_TEXT"],
    [{ name: "cut.docx", content: docx.slice(0, docx.length / 2) }, "DOCUMENT_BROKEN"],
    [{ name: "broken.pdf", content: "%PDF-1.7 and nothing more" }, "DOCUMENT_BROKEN"],
    [{ name: "empty.txt", content: "" }, "DOCUMENT_BROKEN"],
    [{ name: "blank.txt", content: "  \n \n" }, "DOCUMENT_HAS_NO_TEXT"],
    [
      { name: "data.bin", content: new Uint8Array(4_000).map((_, n) => n % 256) },
      "DOCUMENT_TYPE_UNSUPPORTED",
    ],
    [
      { name: "archive.zip", content: Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0) },
      "DOCUMENT_TYPE_UNSUPPORTED",
    ],
  ])("[V4.1.1] [DO6] $name says why, and the rest of the session goes on", async (file, code) => {
    const good = {
      name: "notes.txt",
      content: "A fraction is a part of a whole. It has a numerator and a denominator.",
    };
    const { sessionId, owner, documentId } = await study(file, good);
    const shown = await owner.client.query(list, { sessionId });
    expect(shown[0]).toMatchObject({ documentId, state: { kind: "failed", code } });
    expect(shown[1]?.state.kind).toBe("ready");
    const jobs = await owner.client.query(api.jobs.list.forSession, { sessionId });
    const dead = jobs.find((job) => job.documentId === documentId);
    expect(dead?.state).toMatchObject({ kind: "dead", code });
  });
});

it("[DO1] an observer uploads nothing; nor does anyone too much, or after the end", async () => {
  const t = setupTest();
  const { sessionId, owner, observer } = await startSession(t, "observer");
  const text = { name: "a.txt", content: "x" };
  const by = (userId: Id<"users">, count = 1) =>
    upload(t, { sessionId, userId }, ...Array.from({ length: count }, () => text));
  await expect(by(observer.userId)).rejects.toMatchObject(refused("FORBIDDEN"));
  await expect(by((await enter(t)).userId)).rejects.toMatchObject(refused("NOT_FOUND"));
  await expect(by(owner.userId, 0)).rejects.toMatchObject(refused("INVALID_INPUT"));
  for (let n = 0; n < MAX_DOCUMENTS_PER_SESSION; n += 10) await by(owner.userId, 10);
  await expect(by(owner.userId)).rejects.toMatchObject(refused("LIMIT_EXCEEDED"));
  await owner.client.mutation(api.sessions.lifecycle.end, { sessionId });
  await expect(by(owner.userId)).rejects.toMatchObject(refused("SESSION_ENDED"));
});

it("[DO2] a name is shown without its path and without signs that cannot be seen", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  const names = [
    "C:\\docs\\notes.txt",
    "../../etc/passwd",
    "a\u202Eb\u0000.txt",
    "",
    `${"x".repeat(300)}.pdf`,
  ];
  const files = names.map((name) => ({ name, content: "text" }));
  await upload(t, { sessionId, userId: owner.userId }, ...files);
  const shown = await owner.client.query(list, { sessionId });
  expect(shown.map(({ name }) => name)).toEqual([
    "notes.txt",
    "passwd",
    "ab.txt",
    "Untitled",
    expect.stringMatching(/^x{195}….pdf$/u),
  ]);
});

it("[JB3] a run that was taken for dead cannot mix its pages into the next one's", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  const [documentId] = await upload(
    t,
    { sessionId, userId: owner.userId },
    { name: "a.txt", content: "x" },
  );
  if (documentId === undefined) throw new Error("nothing was uploaded");
  const { begin, addPages } = internal.documents.storing;
  const first = await t.mutation(begin, { documentId });
  const second = await t.mutation(begin, { documentId });
  const pages = [{ page: 1, text: "x" }];
  await expect(
    t.mutation(addPages, { documentId, token: first.token, pages }),
  ).rejects.toMatchObject(refused("INTERRUPTED"));
  await t.mutation(addPages, { documentId, token: second.token, pages });
  expect(await t.run((ctx) => ctx.db.query("pages").collect())).toHaveLength(1);
});

it("[DO5] removing a document removes all that was made from it and nothing else", async () => {
  const { t, sessionId, owner, student, documentId } = await study(
    fixture("what-is-ownership.html"),
  );
  const [other] = await upload(
    t,
    { sessionId, userId: owner.userId },
    fixture("semantic-versioning.md"),
  );
  await settle(t);
  const quizId = await owner.client.mutation(api.quizzes.quiz.make, { sessionId, documentId });
  const mixedId = await owner.client.mutation(api.quizzes.quiz.make, { sessionId });
  await settle(t);
  await expect(student.client.mutation(remove, { documentId })).rejects.toMatchObject(
    refused("FORBIDDEN"),
  );
  await owner.client.mutation(remove, { documentId });
  for (const attempt of [
    owner.client.query(api.documents.analysis.get, { documentId }),
    owner.client.query(fileUrl, { documentId }),
    owner.client.mutation(rename, { documentId, name: "x" }),
  ]) {
    await expect(attempt).rejects.toMatchObject(refused("NOT_FOUND"));
  }
  await settle(t);
  expect(await owner.client.query(list, { sessionId })).toMatchObject([{ documentId: other }]);
  await expect(owner.client.query(api.quizzes.quiz.get, { quizId })).rejects.toMatchObject(
    refused("NOT_FOUND"),
  );
  const mixed = await owner.client.query(api.quizzes.quiz.get, { quizId: mixedId });
  expect(mixed.questions.every((question) => question.documentId === other)).toBe(true);
  expect(mixed.state).toEqual({ kind: "ready", questionCount: mixed.questions.length });
  const plan = await owner.client.query(api.lessons.plan.get, { sessionId });
  expect(plan?.objectives.every((objective) => objective.documentId === other)).toBe(true);
  await t.run(async (ctx) => {
    for (const table of ["pages", "passages", "passageEmbeddings", "analyses"] as const) {
      const rows = await ctx.db.query(table).collect();
      expect(rows.every((row) => row.documentId === other)).toBe(true);
    }
    expect(await ctx.db.system.query("_storage").collect()).toHaveLength(1);
  });
});

it("[DO9] files that no document refers to are swept after a day, however many, and no others", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  const at = { sessionId, userId: owner.userId };
  const store = (count: number) =>
    t.run(async (ctx) => {
      const ids = [];
      for (let n = 0; n < count; n++) ids.push(await ctx.storage.store(new Blob(["x"])));
      return ids;
    });
  const stored = () =>
    t.run(async (ctx) => {
      const files = await ctx.db.system.query("_storage").collect();
      return files.map(({ _id }) => _id);
    });
  await store(130);
  const documentIds = await upload(
    t,
    at,
    { name: "kept.txt", content: "kept" },
    { name: "removing.txt", content: "kept until its document is gone" },
  );
  const kept = (await stored()).slice(-documentIds.length);
  await store(120);
  await t.run((ctx) => ctx.db.patch("documents", documentIds[1]!, { state: { kind: "removing" } }));
  vi.setSystemTime(Date.now() + 25 * 60 * 60_000);
  const young = await store(1);
  await t.mutation(internal.jobs.sweepFiles.run, { from: 0 });
  await settle(t);
  expect(await stored()).toEqual([...kept, ...young]);
});
