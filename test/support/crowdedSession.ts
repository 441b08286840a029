/** A session of one's own whose every table is as full as wanted, in an engine that tells what is read. */
import { MAX_IMAGES_PER_BOARD } from "../../convex/contract/limits.ts";
import type { FunctionBundle } from "../../src/embedded/functions/build/bundle.ts";
import type { Database } from "../../src/embedded/store/database.ts";
import type { Transaction } from "../../src/embedded/transaction/transaction.ts";
import type { JSONObject } from "../../src/embedded/values/jsonValue.ts";
import { openTestRuntime, type TestRuntime } from "./testRuntime.ts";

export const ISSUER = "https://lectern.test";
const INSERTS_PER_TRANSACTION = 2_000;

/** A running engine with such a session in it. */
export interface CrowdedSession {
  runtime: TestRuntime;
  /** The transactions that were begun since it was emptied. */
  begun: Transaction[];
  ids: Record<"sessionId" | "userId" | "loginId" | "crowdId" | "storageId", string> &
    Record<
      | "documentId"
      | "passageId"
      | "quizId"
      | "questionId"
      | "jobId"
      | "turnId"
      | "versionId"
      | "imageId",
      string
    >;
}

/** A session whose every table has `size` rows. */
export async function openCrowdedSession(
  bundle: FunctionBundle,
  size: number,
): Promise<CrowdedSession> {
  const begun: Transaction[] = [];
  const watched = (database: Database): Database => ({
    latestTs: () => database.latestTs(),
    flushedGroups: () => database.flushedGroups(),
    schema: (component) => database.schema(component),
    tables: () => database.tables(),
    ensureTable: (...table) => database.ensureTable(...table),
    schemaProgress: () => database.schemaProgress(),
    checkSchema: (schema) => database.checkSchema(schema),
    applySchema: (...schemas) => database.applySchema(...schemas),
    begin: (kind, options) => {
      const transaction = database.begin(kind, options);
      begun.push(transaction);
      return transaction;
    },
    commit: (transaction) => database.commit(transaction),
    settled: (transaction) => database.settled(transaction),
    forgetOutcomes: (before, limit) => database.forgetOutcomes(before, limit),
    onCommit: (listener) => database.onCommit(listener),
    stageTables: (names) => database.stageTables(names),
    onTablesReplaced: (listener) => database.onTablesReplaced(listener),
    close: () => database.close(),
  });
  const environment = { LECTERN_ISSUER: ISSUER, LECTERN_JWKS: "" };
  const runtime = await openTestRuntime({ bundle, environment, wrapDatabase: watched });
  const insert = async (table: string, rows: JSONObject[]): Promise<string[]> => {
    const ids: string[] = [];
    for (let from = 0; from < rows.length; from += INSERTS_PER_TRANSACTION) {
      const transaction = runtime.database.begin("mutation");
      const batch = rows.slice(from, from + INSERTS_PER_TRANSACTION);
      ids.push(...batch.map((row) => transaction.insert(table, row)));
      await runtime.database.commit(transaction);
    }
    return ids;
  };
  // eslint-disable-next-line @typescript-eslint/require-await -- a body is whatever can be iterated
  const body = (async function* () {
    yield new Uint8Array([1]);
  })();
  const storageId = await runtime.files.store("", body, {});
  return { runtime, begun, ids: { storageId, ...(await fill(insert, size, storageId)) } };
}

type Insert = (table: string, rows: JSONObject[]) => Promise<string[]>;
const times = (count: number, make: (n: number) => JSONObject) =>
  Array.from({ length: count }, (_, n) => make(n));

async function fill(
  insert: Insert,
  size: number,
  storageId: string,
): Promise<Omit<CrowdedSession["ids"], "storageId">> {
  const one = async (table: string, row: JSONObject) => (await insert(table, [row]))[0] ?? "";
  const userId = await one("users", { name: "Ada", kind: "guest" });
  const crowdId = await one("users", { name: "Crowd", kind: "guest" });
  const loginId = await one("logins", { userId, expiresAt: 4e12 });
  await insert(
    "logins",
    times(size, () => ({ userId: crowdId, expiresAt: 4e12 })),
  );
  const session = {
    ownerId: userId,
    title: "T",
    state: { kind: "active" },
    settings: {
      interactionMode: "chat_only",
      studentsMayEditAssistantObjects: false,
      studentsMayEditOthersObjects: false,
    },
    lastTurnNumber: size,
  };
  const [sessionId = "", ...others] = await insert(
    "sessions",
    times(size, () => session),
  );
  const mine = [sessionId, ...others].map((id) => ({
    sessionId: id,
    userId,
    role: "owner",
    joinedAt: 0,
  }));
  await insert("participants", mine);
  await insert(
    "participants",
    times(size, () => ({ sessionId, userId: crowdId, role: "student", joinedAt: 0 })),
  );
  await insert(
    "sessionActivity",
    [sessionId, ...others].map((id) => ({ sessionId: id, lastActiveAt: 4e12 })),
  );
  await insert(
    "invites",
    times(size, (n) => {
      return { sessionId, code: `c${n}`, role: "student", createdBy: userId, expiresAt: 4e12 };
    }),
  );
  const model = {
    concepts: [],
    overallProgress: 0,
    currentTopic: null,
    paceFactor: 1,
    preferredStyle: null,
    notes: [],
  };
  await one("tutorContexts", {
    sessionId,
    goal: null,
    focusObjective: null,
    learnerModel: model,
    currentTopic: null,
    lastInteractionSummary: null,
    lastPedagogicalAction: null,
    pendingInteraction: null,
    currentQuestionId: null,
  });
  const work = await fillWork(insert, size, { sessionId, userId, crowdId, storageId });
  return { sessionId, userId, crowdId, loginId, ...work };
}

async function fillWork(
  insert: Insert,
  size: number,
  at: { sessionId: string; userId: string; crowdId: string; storageId: string },
) {
  const { sessionId, userId, crowdId, storageId } = at;
  const madeBy = "extractive";
  const document = {
    sessionId,
    uploadedBy: userId,
    name: "a.txt",
    mediaType: "text/plain",
    sizeBytes: 1,
    sha256: "",
    storageId,
    state: { kind: "ready" },
  };
  const [documentId = ""] = await insert(
    "documents",
    times(15, () => document),
  );
  await insert(
    "pages",
    times(size, (n) => ({ documentId, page: n + 1, text: "x" })),
  );
  const [passageId = ""] = await insert(
    "passages",
    times(size, (ordinal) => ({
      ...{ documentId, sessionId, ordinal, page: 1, start: 0, end: 1 },
      ...{ isProse: true, text: "half", searchText: "half" },
    })),
  );
  await insert("analyses", [
    { documentId, sessionId, summary: "", keyConcepts: [], terms: [], madeBy },
  ]);
  const objective = { objectiveId: "o1", title: "O", why: "", pages: [], state: "pending" };
  await insert("plans", [{ sessionId, objectives: [objective], revision: 1, madeBy }]);
  const citation = { passageId, documentId, page: 1, start: 0, end: 1, quote: "x" };
  const [turnId = ""] = await insert(
    "turns",
    times(size, (n) => ({
      ...{ sessionId, number: n + 1, authorId: userId, clientMessageId: `m${n}`, question: "?" },
      ...{
        state: { kind: "done", endedAt: 0 },
        answer: "x",
        answerLength: 1,
        citations: [citation],
      },
      ...{ droppedCitations: 0, madeBy, firstSeq: n + 1, endSeq: n + 2 },
    })),
  );
  await insert(
    "turnChunks",
    times(size, (n) => {
      return {
        turnId,
        sessionId,
        startSeq: n + 1,
        endSeq: n + 2,
        start: 0,
        end: 1,
        text: "x",
        events: [],
      };
    }),
  );
  await insert("boards", [
    { sessionId, lastSeq: size, snapshotGeneration: 0, snapshotSeq: 0, snapshotChunkCount: 0 },
  ]);
  await insert(
    "boardUpdates",
    times(size, (n) => ({ sessionId, seq: n + 1, bytes: { $bytes: "AQ==" } })),
  );
  const quiz = { sessionId, title: "Q", state: { kind: "ready", questionCount: 1 }, madeBy };
  // Not all in this session, where a new one could not be made for the limit.
  const [quizId = ""] = await insert("quizzes", [quiz, ...times(10, () => quiz)]);
  const [questionId = ""] = await insert(
    "questions",
    times(20, (ordinal) => ({
      ...{ quizId, ordinal, prompt: "?", kind: { kind: "short" }, concept: "x", explanation: "" },
      ...{ answerKey: { kind: "short", accepted: ["x"] }, passageId, documentId, page: 1 },
    })),
  );
  await insert(
    "quizAnswers",
    times(size, () => ({
      ...{ questionId, quizId, sessionId, userId: crowdId },
      ...{ response: { kind: "short", text: "x" }, isCorrect: true, answeredAt: 0 },
    })),
  );
  await insert("reports", [{ sessionId, state: { kind: "making" }, madeBy }]);
  const [versionId = ""] = await insert(
    "boardVersions",
    times(size, (n) => ({
      ...{ sessionId, versionKey: `k${n}`, state: "whole", cause: { kind: "left" }, takenAt: n },
      ...{ boardSeq: n, objectCount: 1, contributions: [], chunkCount: 1, sizeBytes: 1 },
    })),
  );
  await insert(
    "boardVersionChunks",
    times(size, (index) => ({ sessionId, versionId, index, bytes: { $bytes: "AQ==" } })),
  );
  // One fewer than a board may have, so that one can be added.
  const [imageId = ""] = await insert(
    "boardImages",
    times(Math.min(size, MAX_IMAGES_PER_BOARD - 1), (n) => ({
      ...{ sessionId, addedBy: userId, storageId, mediaType: "image/png", sizeBytes: 1 },
      sha256: `k${n}`,
    })),
  );
  const [jobId = ""] = await insert(
    "jobs",
    times(size, (n) => ({
      ...{
        name: "analyseSession",
        sessionId,
        documentId,
        input: { sessionId },
        idempotencyKey: `k${n}`,
      },
      ...{ state: { kind: "dead", endedAt: 0, code: "INTERNAL", message: "" }, attempt: 1 },
      progress: { done: 0, total: 0, label: "" },
    })),
  );
  return { documentId, passageId, turnId, quizId, questionId, jobId, versionId, imageId };
}
