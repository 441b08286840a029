/**
 * Lessons as rows, for tests that need thousands: `insertLesson` makes a session with one of everything
 * that hangs on it, `insertMore` puts further rows on one that is there. Rows go in through the
 * engine's own transactions and are checked against the schema; no function of the product takes part.
 */
import type { TableNames } from "../../convex/_generated/dataModel.js";
import type { Transaction } from "../../src/embedded/transaction/transaction.ts";
import type { JSONObject } from "../../src/embedded/values/jsonValue.ts";

const FAR_AWAY_MS = 4_000_000_000_000;
const EMBEDDING = Array.from({ length: 512 }, (_, index) => Math.sin(index));
const BYTES = { $bytes: "AQID" };
const madeBy = "extractive";

/** All but the operator's settings, which have one row an agent. */
type LessonTable = Exclude<TableNames, "agentSettings">;

/** By table, the id of the lesson's row in it. */
export interface Lesson extends Record<LessonTable | "_storage", string> {
  /** In all that must be unique. */
  readonly tag: string;
  /** The student who takes part beside the owner. */
  readonly others: string;
  readonly othersLogin: string;
}

interface RowContext extends Lesson {
  /** From 1, unique within the lesson. */
  readonly n: number;
}

/** The tables in which every lesson has a row, each after those it points to. */
const LESSON_ROWS: Record<LessonTable, (lesson: RowContext) => JSONObject> = {
  users: ({ tag }) => ({ name: "Ada", kind: "account", email: `${tag}@x.org` }),
  credentials: ({ tag, users }) => {
    return { userId: users, email: `${tag}@x.org`, passwordHash: "hash" };
  },
  logins: ({ users }) => ({ userId: users, expiresAt: FAR_AWAY_MS }),
  refreshTokens: ({ tag, logins }) => ({ loginId: logins, tokenHash: `refresh ${tag}` }),
  sessions: ({ users }) => ({
    ownerId: users,
    title: "Fractions",
    state: { kind: "active" },
    settings: { interactionMode: "chat_and_whiteboard", studentsMayEditAssistantObjects: false },
    lastTurnNumber: 1,
  }),
  sessionActivity: ({ sessions }) => ({ sessionId: sessions, lastActiveAt: 0 }),
  participants: ({ sessions, users }) => {
    return { sessionId: sessions, userId: users, role: "owner", joinedAt: 0 };
  },
  invites: ({ sessions, users, tag }) => {
    const code = `code ${tag}`;
    const expiresAt = FAR_AWAY_MS;
    return { sessionId: sessions, code, role: "student", createdBy: users, expiresAt };
  },
  tutorContexts: ({ sessions }) => ({
    sessionId: sessions,
    goal: null,
    focusObjective: null,
    learnerModel: {
      concepts: [],
      overallProgress: 0,
      currentTopic: null,
      paceFactor: 1,
      preferredStyle: null,
      notes: [],
    },
    currentTopic: null,
    lastInteractionSummary: null,
    lastPedagogicalAction: null,
    pendingInteraction: null,
    currentQuestionId: null,
  }),
  documents: ({ sessions, users, _storage }) => ({
    sessionId: sessions,
    uploadedBy: users,
    name: "fractions.txt",
    mediaType: "text/plain",
    sizeBytes: 1,
    sha256: "",
    storageId: _storage,
    state: { kind: "ready" },
  }),
  pages: ({ documents, n }) => ({ documentId: documents, page: n, text: "A half is a part." }),
  passages: ({ documents, sessions, n }) => ({
    documentId: documents,
    sessionId: sessions,
    ordinal: n,
    page: n,
    start: 0,
    end: 16,
    isProse: true,
    text: "A half is a part.",
    searchText: "A half is a part.",
  }),
  passageEmbeddings: ({ passages, documents, sessions, n }) => ({
    passageId: passages,
    documentId: documents,
    sessionId: sessions,
    ordinal: n,
    embedding: EMBEDDING,
  }),
  analyses: ({ documents, sessions }) => ({
    documentId: documents,
    sessionId: sessions,
    summary: "Parts of a whole.",
    keyConcepts: [],
    terms: [],
    madeBy,
  }),
  plans: ({ sessions, documents }) => ({
    sessionId: sessions,
    objectives: [
      {
        objectiveId: "o1",
        title: "Halves",
        why: "",
        documentId: documents,
        pages: [1],
        state: "pending",
      },
    ],
    revision: 1,
    madeBy,
  }),
  turns: ({ sessions, users, n, tag }) => ({
    sessionId: sessions,
    number: n,
    authorId: users,
    clientMessageId: `message ${tag}`,
    question: "What is a half?",
    state: { kind: "thinking" },
    answer: "",
    answerLength: 0,
    citations: [],
    droppedCitations: 0,
    madeBy: "",
    firstSeq: 2 * n - 1,
    endSeq: 2 * n,
  }),
  turnChunks: ({ turns, sessions, n }) => ({
    turnId: turns,
    sessionId: sessions,
    startSeq: 2 * n - 1,
    endSeq: 2 * n,
    start: 0,
    end: 0,
    text: "",
    events: [],
  }),
  turnLeases: ({ turns, sessions, tag }) => {
    const companionId = `companion ${tag}`;
    return { turnId: turns, sessionId: sessions, companionId, expiresAt: FAR_AWAY_MS };
  },
  boards: ({ sessions }) => ({
    sessionId: sessions,
    lastSeq: 1,
    snapshotGeneration: 1,
    snapshotSeq: 0,
    snapshotChunkCount: 1,
  }),
  boardUpdates: ({ sessions, n }) => ({ sessionId: sessions, seq: n, bytes: BYTES }),
  boardSnapshotChunks: ({ sessions, n }) => {
    return { sessionId: sessions, generation: 1, index: n - 1, bytes: BYTES };
  },
  quizzes: ({ sessions, documents }) => ({
    sessionId: sessions,
    documentId: documents,
    title: "Quiz",
    state: { kind: "ready", questionCount: 1 },
    madeBy,
  }),
  questions: ({ quizzes, passages, documents, n }) => ({
    quizId: quizzes,
    ordinal: n,
    prompt: "What is a half?",
    kind: { kind: "short" },
    answerKey: { kind: "short", accepted: ["a part"] },
    explanation: "",
    concept: "half",
    passageId: passages,
    documentId: documents,
    page: 1,
  }),
  // By somebody else: the lesson's own person has yet to answer.
  quizAnswers: ({ questions, quizzes, sessions, others }) => ({
    questionId: questions,
    quizId: quizzes,
    sessionId: sessions,
    userId: others,
    response: { kind: "short", text: "a part" },
    isCorrect: true,
    answeredAt: 0,
  }),
  reports: ({ sessions }) => ({ sessionId: sessions, state: { kind: "making" }, madeBy }),
  jobs: ({ sessions, documents, tag }) => ({
    name: "analyseDocument",
    sessionId: sessions,
    documentId: documents,
    input: { sessionId: sessions, documentId: documents },
    idempotencyKey: `job ${tag}`,
    state: { kind: "dead", endedAt: 0, code: "INTERNAL", message: "" },
    attempt: 1,
    progress: { done: 0, total: 0, label: "" },
  }),
  deadLetters: ({ jobs, sessions }) => ({
    jobId: jobs,
    sessionId: sessions,
    name: "analyseDocument",
    input: { sessionId: sessions },
    code: "INTERNAL",
    message: "",
    at: 0,
  }),
  agentRuns: ({ jobs, sessions }) => ({
    agent: "documentAnalyser",
    jobId: jobs,
    sessionId: sessions,
    madeBy,
    inputTokens: 0,
    outputTokens: 0,
    durationMs: 1,
    outcome: "ok",
  }),
};
const LESSON_TABLES = Object.keys(LESSON_ROWS) as LessonTable[];

/** A lesson with one row in every table, and a student (`others`) who takes part in it too. */
export function insertLesson(tx: Transaction, tag: string): Lesson {
  const others = tx.insert("users", { name: "Bob", kind: "guest" });
  const othersLogin = tx.insert("logins", { userId: others, expiresAt: FAR_AWAY_MS });
  const _storage = tx.system.insert("_storage", { sha256: "", size: 1 });
  tx.system.insert("_stored_files", { storageId: _storage, uuid: `blob ${tag}` });
  // Filled table by table: a row is made when those it points to are there.
  const lesson = { tag, n: 1, others, othersLogin, _storage } as RowContext;
  for (const table of LESSON_TABLES) lesson[table] = tx.insert(table, LESSON_ROWS[table](lesson));
  const membership = { sessionId: lesson.sessions, userId: others };
  tx.insert("participants", { ...membership, role: "student", joinedAt: 0 });
  return lesson;
}

/** What a lesson has one of, by its rules. */
const ONE_EACH: readonly LessonTable[] = [
  ...([
    "users",
    "credentials",
    "sessions",
    "sessionActivity",
    "tutorContexts",
    "analyses",
  ] as const),
  ...(["plans", "boards", "reports"] as const),
];

/** The `n`th further row of a lesson in each table that may have many; `other` is another's lesson. */
export function insertMore(tx: Transaction, lesson: Lesson, other: Lesson, n: number): void {
  const context: RowContext = { ...lesson, others: other.users, n, tag: `${lesson.tag} ${n}` };
  for (const table of LESSON_TABLES) {
    if (ONE_EACH.includes(table)) continue;
    const row: JSONObject = LESSON_ROWS[table](context);
    if (table === "participants") Object.assign(row, { userId: other.users, role: "student" });
    if (table === "turnLeases") row["companionId"] = `companion ${lesson.tag}`;
    const id = tx.insert(table, row);
    if (table === "turns") context.turns = id; // of its own are the lease and the words of each
  }
  // The person takes part in as many sessions.
  const membership = { sessionId: other.sessions, userId: lesson.users };
  tx.insert("participants", { ...membership, role: "student", joinedAt: 0 });
}
