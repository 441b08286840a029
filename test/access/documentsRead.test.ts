/**
 * How many documents each public function reads when every table it could look into has 10, 300 and 1,500
 * rows that belong to the caller's own session. From 300 on every bound of ours is reached, so nothing may
 * grow any more: a function that does scans a table.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { MAX_IMAGES_PER_BOARD } from "../../convex/contract/limits.ts";
import { bundleFunctions, type FunctionBundle } from "../../src/embedded/functions/bundle.ts";
import type { Identity } from "../../src/embedded/functions/identity.ts";
import type { Database } from "../../src/embedded/store/database.ts";
import type { Transaction } from "../../src/embedded/transaction/transaction.ts";
import type { JSONObject } from "../../src/embedded/values/jsonValue.ts";
import { openTestRuntime, type TestRuntime } from "../support/testRuntime.ts";

const ISSUER = "https://lectern.test";
const SIZES = [10, 300, 1_500] as const;
const INSERTS_PER_TRANSACTION = 2_000;
const functionsDir = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../convex");

let bundle: FunctionBundle;
beforeAll(async () => {
  bundle = await bundleFunctions({ functionsDir });
}, 60_000);

interface World {
  runtime: TestRuntime;
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
async function makeWorld(size: number): Promise<World> {
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
    onCommit: (listener) => database.onCommit(listener),
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
): Promise<Omit<World["ids"], "storageId">> {
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

type Call = [path: string, args: (ids: World["ids"]) => JSONObject];
const bySession = ({ sessionId }: World["ids"]) => ({ sessionId });
const byDocument = ({ documentId }: World["ids"]) => ({ documentId });
const spec = {
  agent: "tutor",
  model: null,
  temperature: 1,
  maxOutputTokens: 9,
  promptVersion: 1,
  isEnabled: true,
};

/** In this order on one world: what removes things comes last. */
const STUDENT_CALLS: Call[] = [
  ["users/profile:me", () => ({})],
  ["users/profile:rename", () => ({ name: "A" })],
  ["sessions/lifecycle:start", () => ({ title: "T" })],
  ["sessions/lifecycle:listMine", () => ({})],
  ["sessions/lifecycle:get", bySession],
  ["sessions/lifecycle:rename", ({ sessionId }) => ({ sessionId, title: "T" })],
  ["sessions/lifecycle:join", ({ sessionId }) => ({ sessionId, inviteCode: "c1" })],
  ["sessions/participants:list", bySession],
  ["sessions/participants:invite", ({ sessionId }) => ({ sessionId, role: "student" })],
  ["sessions/context:get", bySession],
  ["sessions/context:update", ({ sessionId }) => ({ sessionId, patch: { goal: "x" } })],
  ["documents/library:list", bySession],
  ["documents/library:getPage", ({ documentId }) => ({ documentId, page: 1 })],
  ["documents/library:getPassage", ({ passageId }) => ({ passageId })],
  ["documents/library:fileUrl", byDocument],
  ["documents/library:rename", ({ documentId }) => ({ documentId, name: "N" })],
  ["documents/analysis:get", byDocument],
  ["lessons/plan:get", bySession],
  ["lessons/plan:setFocus", ({ sessionId }) => ({ sessionId, objectiveId: "o1" })],
  [
    "lessons/plan:setObjectiveState",
    ({ sessionId }) => ({ sessionId, objectiveId: "o1", state: "done" }),
  ],
  [
    "turns/history:list",
    ({ sessionId }) => ({ sessionId, paginationOpts: { numItems: 500, cursor: null } }),
  ],
  ["turns/live:current", bySession],
  ["quizzes/quiz:make", bySession],
  ["quizzes/quiz:list", bySession],
  ["quizzes/quiz:get", ({ quizId }) => ({ quizId })],
  [
    "quizzes/answers:submit",
    ({ questionId }) => ({ questionId, response: { kind: "short", text: "x" } }),
  ],
  ["reports/report:get", bySession],
  ["reports/report:make", bySession],
  ["jobs/list:forSession", bySession],
  ["jobs/list:retry", ({ jobId }) => ({ jobId })],
  [
    "whiteboard/versions:list",
    ({ sessionId }) => ({ sessionId, paginationOpts: { numItems: 500, cursor: null } }),
  ],
  ["whiteboard/versions:piece", ({ versionId }) => ({ versionId, index: 0 })],
  ["whiteboard/versions:name", ({ versionId }) => ({ versionId, label: "N" })],
];
const REMOVING_CALLS: Call[] = [
  ["whiteboard/versions:remove", ({ versionId }) => ({ versionId })],
  ["quizzes/quiz:remove", ({ quizId }) => ({ quizId })],
  ["documents/library:remove", byDocument],
  ["sessions/lifecycle:end", bySession],
  ["sessions/lifecycle:remove", bySession],
  ["users/profile:remove", () => ({})],
];
const turn = { clientMessageId: "new", question: "?", companionId: "c" };
const SERVICE_CALLS: Call[] = [
  ["users/accounts:createGuest", () => ({ name: "G" })],
  ["users/accounts:register", () => ({ name: "G", email: "g@x.org", passwordHash: "h" })],
  ["users/accounts:findCredential", () => ({ email: "g@x.org" })],
  [
    "users/logins:open",
    ({ crowdId }) => ({ userId: crowdId, refreshTokenHash: "h", expiresAt: 4e12 }),
  ],
  [
    "users/logins:rotate",
    () => ({ refreshTokenHash: "h", newRefreshTokenHash: "i", expiresAt: 4e12 }),
  ],
  ["sessions/access:watch", ({ sessionId, userId, loginId }) => ({ sessionId, userId, loginId })],
  ["documents/upload:createUploadUrl", () => ({})],
  [
    "documents/upload:register",
    ({ sessionId, userId, storageId }) => {
      return {
        sessionId,
        userId,
        files: [{ storageId, name: "a", mediaType: "", sizeBytes: 1, sha256: "" }],
      };
    },
  ],
  ["turns/run:begin", ({ sessionId, userId }) => ({ sessionId, userId, ...turn })],
  ["turns/run:events", ({ sessionId }) => ({ sessionId, afterSeq: 0 })],
  ["turns/run:recover", () => ({ companionId: "c" })],
  ["whiteboard/snapshots:load", bySession],
  [
    "whiteboard/snapshots:append",
    ({ sessionId }) => ({ sessionId, token: null, updates: [{ $bytes: "AQ==" }] }),
  ],
  [
    "whiteboard/snapshots:appendAll",
    ({ sessionId }) => ({
      boards: [{ sessionId, token: null, updates: [{ $bytes: "AQ==" }] }],
    }),
  ],
  ["whiteboard/versionStore:newest", bySession],
  [
    "whiteboard/versionStore:read",
    ({ sessionId, versionId }) => ({ sessionId, versionId, index: 0 }),
  ],
  [
    "whiteboard/versionStore:write",
    ({ sessionId }) => ({
      ...{ sessionId, versionKey: "new", cause: { kind: "left" }, boardSeq: 1, objectCount: 1 },
      ...{ contributions: [], index: 0, total: 1, bytes: { $bytes: "AQ==" } },
    }),
  ],
  ["whiteboard/images:find", ({ sessionId, userId, imageId }) => ({ sessionId, userId, imageId })],
  [
    "whiteboard/images:register",
    ({ sessionId, userId, storageId }) => {
      const image = { storageId, mediaType: "image/png", sizeBytes: 1, sha256: "new" };
      return { sessionId, userId, image };
    },
  ],
  ["agents/settings:list", () => ({})],
  ["agents/settings:update", () => ({ settings: spec })],
  ["agents/settings:forTutor", () => ({})],
  ["documents/search:byWords", ({ sessionId }) => ({ sessionId, question: "What is half?" })],
];

/** Need a state that the world does not have, and read nothing but rows that they know the key of. */
const BY_KEY_ONLY = [
  "sessions/participants:setRole",
  "sessions/participants:removeMember",
  "sessions/participants:leave",
  "turns/run:append",
  "turns/run:renew",
  "turns/run:finish",
  "whiteboard/snapshots:compact",
  "users/logins:revoke",
  "documents/search:passages", // an action; its query is measured
];

/** Documents read by each call, all its transactions together. */
async function readsOf({ runtime, begun, ids }: World): Promise<Record<string, number>> {
  const as = (subject: string, issuer: string, sid: string): Identity => {
    return {
      kind: "user",
      attributes: { subject, issuer, sid, tokenIdentifier: `${issuer}|${subject}` },
    };
  };
  const student = as(ids.userId, ISSUER, ids.loginId);
  const service = as("companion", `${ISSUER}/service`, "");
  const kinds = new Map(runtime.runner.functions().map((one) => [one.path, one.kind]));
  const reads: Record<string, number> = {};
  const measure = async ([name, args]: Call, identity: Identity) => {
    begun.length = 0;
    const run = kinds.get(name) === "query" ? runtime.query : runtime.mutation;
    const caller: Identity = name === "documents/search:byWords" ? { kind: "system" } : identity;
    const outcome = await run(name, args(ids), caller);
    if (!outcome.ok) throw new Error(`${name}: ${outcome.errorMessage}`);
    reads[name] = begun.reduce((sum, { usage }) => sum + usage.used("documentsRead"), 0);
  };
  for (const call of STUDENT_CALLS) await measure(call, student);
  for (const call of SERVICE_CALLS) await measure(call, service);
  for (const call of REMOVING_CALLS) await measure(call, student);
  return reads;
}

it("[FN1] every public function is measured", async () => {
  const { runner } = await openTestRuntime({ bundle });
  const all = runner
    .functions()
    .filter(({ visibility, component }) => visibility === "public" && component === "");
  const calls = [...STUDENT_CALLS, ...SERVICE_CALLS, ...REMOVING_CALLS].map(([name]) => name);
  const measured = [...calls, ...BY_KEY_ONLY].filter((name) => name !== "documents/search:byWords");
  expect(measured.sort()).toEqual(all.map(({ path }) => path).sort());
});

it("[FN1] no function reads more documents because a table has grown", async () => {
  const [few, enough, many] = await Promise.all(SIZES.map(makeWorld)).then((worlds) =>
    Promise.all(worlds.map(readsOf)),
  );
  expect(many).toEqual(enough);
  for (const [name, reads] of Object.entries(few ?? {})) {
    expect(many?.[name], name).toBeGreaterThanOrEqual(reads);
    expect(many?.[name], name).toBeLessThanOrEqual(500);
  }
}, 180_000);
