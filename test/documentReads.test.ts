/**
 * What a function reads must not grow with what the product holds: the documents that each public
 * function reads are counted by the engine's own transactions, at 10 rows a table and at 10,000. Commits
 * of the functions under test are thrown away, so that every one of them finds the same data.
 */
import { expect, it } from "vitest";
import { bundleFunctions } from "../src/embedded/functions/bundle.ts";
import type { AnalyzedFunction } from "../src/embedded/functions/analyzedFunction.ts";
import type { Identity } from "../src/embedded/functions/identity.ts";
import { commitWrite } from "../src/embedded/functions/commitWrite.ts";
import type { Database } from "../src/embedded/store/database.ts";
import type { Transaction } from "../src/embedded/transaction/transaction.ts";
import type { JSONObject } from "../src/embedded/values/jsonValue.ts";
import { insertLesson, insertMore, type Lesson } from "./support/lessonRows.ts";
import { openTestRuntime } from "./support/testRuntime.ts";

const ISSUER = "https://lectern.test";
const FEW = 10;
const MANY = 10_000;
const BATCH = 200; // lessons in one seeding transaction
/** By one call, however much a session holds: 200 participants have names, 100 live turns an end. */
const MOST_READ = 600;
/** Giving up the oldest of too many logins deletes the refresh tokens that it ever had. */
const MOST_READ_TO_OPEN_A_LOGIN = 2_100;

/** The lessons that are asked about: in one an answer is under way, the other is quiet. */
interface World {
  busy: Lesson;
  quiet: Lesson;
}
type Args = (world: World) => JSONObject;

const bySession: Args = ({ busy }) => ({ sessionId: busy.sessions });
const byDocument: Args = ({ busy }) => ({ documentId: busy.documents });
const byTurn = ({ busy }: World) => {
  return { turnId: busy.turns, companionId: `companion ${busy.tag}` };
};
const bytes = { $bytes: "AQID" };

const STUDENT: Record<string, Args> = {
  "users/profile:me": () => ({}),
  "users/profile:rename": () => ({ name: "New" }),
  "users/profile:remove": () => ({}),
  "sessions/lifecycle:start": () => ({ title: "T" }),
  "sessions/lifecycle:listMine": () => ({}),
  "sessions/lifecycle:join": ({ busy }) => {
    return { sessionId: busy.sessions, inviteCode: `code ${busy.tag}` };
  },
  "sessions/lifecycle:get": bySession,
  "sessions/lifecycle:rename": ({ busy }) => ({ sessionId: busy.sessions, title: "T" }),
  "sessions/lifecycle:end": bySession,
  "sessions/lifecycle:remove": bySession,
  "sessions/participants:list": bySession,
  "sessions/participants:invite": ({ busy }) => ({ sessionId: busy.sessions, role: "teacher" }),
  "sessions/participants:setRole": ({ busy }) => {
    return { sessionId: busy.sessions, userId: busy.others, role: "observer" };
  },
  "sessions/participants:removeMember": ({ busy }) => {
    return { sessionId: busy.sessions, userId: busy.others };
  },
  "sessions/participants:leave": bySession,
  "sessions/context:get": bySession,
  "sessions/context:update": ({ busy }) => ({ sessionId: busy.sessions, patch: { goal: "x" } }),
  "documents/library:list": bySession,
  "documents/library:getPage": ({ busy }) => ({ documentId: busy.documents, page: 1 }),
  "documents/library:getPassage": ({ busy }) => ({ passageId: busy.passages }),
  "documents/library:fileUrl": byDocument,
  "documents/library:rename": ({ busy }) => ({ documentId: busy.documents, name: "N" }),
  "documents/library:remove": byDocument,
  "documents/analysis:get": byDocument,
  "lessons/plan:get": bySession,
  "lessons/plan:setFocus": ({ busy }) => ({ sessionId: busy.sessions, objectiveId: "o1" }),
  "lessons/plan:setObjectiveState": ({ busy }) => {
    return { sessionId: busy.sessions, objectiveId: "o1", state: "done" };
  },
  "turns/history:list": ({ busy }) => {
    return { sessionId: busy.sessions, paginationOpts: { numItems: 20, cursor: null } };
  },
  "turns/live:current": bySession,
  "quizzes/quiz:make": bySession,
  "quizzes/quiz:list": bySession,
  "quizzes/quiz:get": ({ busy }) => ({ quizId: busy.quizzes }),
  "quizzes/quiz:remove": ({ busy }) => ({ quizId: busy.quizzes }),
  "quizzes/answers:submit": ({ busy }) => {
    return { questionId: busy.questions, response: { kind: "short", text: "a part" } };
  },
  "reports/report:get": bySession,
  "reports/report:make": bySession,
  "jobs/list:forSession": bySession,
  "jobs/list:retry": ({ busy }) => ({ jobId: busy.jobs }),
};

const SERVICE: Record<string, Args> = {
  "users/accounts:createGuest": () => ({ name: "G" }),
  "users/accounts:register": () => ({ name: "G", email: "new@x.org", passwordHash: "h" }),
  "users/accounts:findCredential": ({ busy }) => ({ email: `${busy.tag}@x.org` }),
  "users/logins:open": ({ busy }) => {
    return { userId: busy.users, refreshTokenHash: "h", expiresAt: 4e12 };
  },
  "users/logins:rotate": ({ busy }) => ({
    refreshTokenHash: `refresh ${busy.tag}`,
    newRefreshTokenHash: "new",
    expiresAt: 4e12,
  }),
  "users/logins:revoke": ({ busy }) => ({ loginId: busy.logins }),
  "sessions/access:watch": ({ busy }) => {
    return { sessionId: busy.sessions, userId: busy.users, loginId: busy.logins };
  },
  "documents/upload:createUploadUrl": () => ({}),
  "documents/upload:register": ({ busy }) => {
    const file = { name: "a.txt", mediaType: "text/plain", sizeBytes: 1, sha256: "" };
    const files = [{ storageId: busy._storage, ...file }];
    return { sessionId: busy.sessions, userId: busy.users, files };
  },
  "documents/search:passages": ({ busy }) => ({
    sessionId: busy.sessions,
    question: "What is a half?",
    queryEmbedding: Array.from({ length: 512 }, () => 0.1),
    limit: 8,
  }),
  "turns/run:begin": ({ quiet }) => ({
    sessionId: quiet.sessions,
    userId: quiet.users,
    clientMessageId: "new",
    question: "What is a half?",
    companionId: "c",
  }),
  "turns/run:append": (world) => ({
    ...byTurn(world),
    ...{ startSeq: 2, endSeq: 3, start: 0, end: 1, text: "A", events: [] },
    state: { kind: "speaking" },
  }),
  "turns/run:renew": byTurn,
  "turns/run:finish": (world) => {
    const { busy } = world;
    const place = { page: 1, start: 0, end: 0, quote: "A half" };
    const citation = { passageId: busy.passages, documentId: busy.documents, ...place };
    return {
      ...byTurn(world),
      outcome: { kind: "done" },
      citations: [citation],
      droppedCitations: 0,
      madeBy: "extractive",
      usage: { inputTokens: 0, outputTokens: 0, durationMs: 0 },
    };
  },
  "turns/run:recover": ({ busy }) => ({ companionId: `companion ${busy.tag}` }),
  "turns/run:events": ({ busy }) => ({ sessionId: busy.sessions, afterSeq: 0 }),
  "whiteboard/snapshots:load": bySession,
  "whiteboard/snapshots:append": ({ busy }) => ({ sessionId: busy.sessions, updates: [bytes] }),
  "whiteboard/snapshots:compact": ({ busy }) => {
    const snapshot = { throughSeq: 1, generation: 2, index: 0, total: 1, bytes };
    return { sessionId: busy.sessions, ...snapshot };
  },
  "agents/settings:list": () => ({}),
  "agents/settings:update": () => ({
    settings: {
      agent: "tutor",
      model: null,
      temperature: 1,
      maxOutputTokens: 100,
      promptVersion: 1,
      isEnabled: true,
    },
  }),
  "agents/settings:forTutor": () => ({}),
};

/** Who calls: the owner, or where the owner may not, somebody else. */
function caller(path: string, { busy }: World): Identity {
  if (path in SERVICE) return signedIn({ issuer: `${ISSUER}/service`, subject: "companion" });
  if (path === "sessions/participants:leave") {
    return signedIn({ issuer: ISSUER, subject: busy.others, sid: busy.othersLogin });
  }
  return signedIn({ issuer: ISSUER, subject: busy.users, sid: busy.logins });
}

function signedIn(claims: { issuer: string; subject: string; sid?: string }): Identity {
  const tokenIdentifier = `${claims.issuer}|${claims.subject}`;
  return { kind: "user", attributes: { ...claims, tokenIdentifier } };
}

/** A database that forgets what functions write, and remembers the transactions they ran in. */
function keepingNothing(database: Database, begun: Transaction[]): Database {
  return {
    ...database,
    latestTs: () => database.latestTs(),
    schema: () => database.schema(),
    applySchema: (schema) => database.applySchema(schema),
    begin(kind, options) {
      const tx = database.begin(kind, options);
      begun.push(tx);
      return tx;
    },
    commit(tx) {
      tx.close();
      return Promise.resolve({ ts: database.latestTs(), writes: [] });
    },
    settled: (tx) => database.settled(tx),
    onCommit: (listener) => database.onCommit(listener),
    close: () => database.close(),
  };
}

async function openWorld() {
  const begun: Transaction[] = [];
  let real: Database | undefined;
  const bundle = await bundleFunctions({ functionsDir: "convex" });
  const runtime = await openTestRuntime({
    bundle,
    environment: { LECTERN_ISSUER: ISSUER },
    wrapDatabase(database) {
      real = database;
      return keepingNothing(database, begun);
    },
  });
  const database = real!;
  const world = await commitWrite(database, (tx) => {
    const quiet = insertLesson(tx, "quiet");
    tx.patch("turns", quiet.turns, { state: { kind: "done", endedAt: 0 } });
    return { busy: insertLesson(tx, "busy"), quiet };
  });

  async function call({ path, kind }: AnalyzedFunction) {
    const args = (STUDENT[path] ?? SERVICE[path]!)(world);
    const identity = caller(path, world);
    if (kind === "query") return await runtime.query(path, args, identity);
    if (kind === "mutation") return await runtime.mutation(path, args, identity);
    return await runtime.action(path, args, identity);
  }

  const publicFunctions = runtime.runner.functions().filter(({ visibility }) => {
    return visibility === "public";
  });
  return {
    database,
    world,
    publicFunctions,
    /** The documents that each public function reads, by path. */
    countReads: async () => {
      const counts: Record<string, number | string> = {};
      for (const fn of publicFunctions) {
        begun.length = 0;
        const outcome = await call(fn);
        const read = begun.reduce((sum, { usage }) => sum + usage.used("documentsRead"), 0);
        counts[fn.path] = outcome.ok ? read : outcome.errorMessage;
      }
      return counts;
    },
  };
}

it("[FN1] every public function has arguments here, and nothing else has", async () => {
  const { publicFunctions } = await openWorld();
  const paths = publicFunctions.map(({ path }) => path);
  expect([...Object.keys(STUDENT), ...Object.keys(SERVICE)].sort()).toEqual(paths.sort());
});

it(
  "[FN1] what a public function reads does not grow with the tables, nor without end with a session",
  { timeout: 240_000 },
  async () => {
    const { database, world, countReads } = await openWorld();
    const { busy } = world;
    const crowd: Lesson[] = [];
    await inBatches(database, FEW - 2, (tx, n) => crowd.push(insertLesson(tx, `few ${n}`)));
    const among10 = await countReads();
    for (const read of Object.values(among10)) expect(read).toEqual(expect.any(Number));

    await inBatches(database, MANY - FEW, (tx, n) => crowd.push(insertLesson(tx, `many ${n}`)));
    expect(await countReads()).toEqual(among10);

    // A session, and a person, with more of everything than any rule allows.
    await inBatches(database, 1_000, (tx, n) => insertMore(tx, busy, crowd[n]!, n + 2));
    const { "users/logins:open": toOpenALogin, ...reads } = await countReads();
    expect(toOpenALogin).toBeLessThan(MOST_READ_TO_OPEN_A_LOGIN);
    const refused = Object.values(reads).filter((read) => typeof read === "string");
    for (const message of refused) expect(message).toMatch(/"code":"LIMIT_EXCEEDED"/);
    const greedy = Object.entries(reads).filter(([, read]) => Number(read) > MOST_READ);
    expect(greedy).toEqual([]);
  },
);

async function inBatches(
  database: Database,
  count: number,
  insert: (tx: Transaction, n: number) => void,
): Promise<void> {
  for (let first = 0; first < count; first += BATCH) {
    await commitWrite(database, (tx) => {
      for (let n = first; n < Math.min(count, first + BATCH); n++) insert(tx, n);
    });
  }
}
