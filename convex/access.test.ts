/**
 * Every public function × everyone who might call it. The functions are taken from the modules themselves: one
 * that has no row here fails, and so does a row without a function. Rules AC2, SE3.
 */
import { expect, describe, it } from "vitest";
import { makeFunctionReference, type WithoutSystemFields } from "convex/server";
import { api } from "./_generated/api.js";
import type { Id } from "./_generated/dataModel.js";
import schema from "./schema.ts";
import {
  asPerson,
  asService,
  enter,
  refused,
  setupTest,
  startSession,
  type Client,
  type Deployment,
  type Person,
} from "./test.setup.ts";
import type { VersionCause } from "./whiteboard/tables.ts";

type Kind = "query" | "mutation" | "action";
type World = Awaited<ReturnType<typeof makeWorld>>;
type Args = Record<string, unknown>;

const ROLES = ["owner", "teacher", "student", "observer"] as const;
type Caller = (typeof ROLES)[number];

interface StudentRow {
  args: (world: World) => Args;
  /** Who may; the other roles are FORBIDDEN. */
  allowed: readonly Caller[];
  /** What someone who takes no part gets; "ok" for functions about the caller alone. */
  outsider?: "ok";
}

const everyone = ROLES;
const writers = ["owner", "teacher", "student"] as const;
const teachers = ["owner", "teacher"] as const;
const bySession = ({ sessionId }: World) => ({ sessionId });
const byDocument = ({ documentId }: World) => ({ documentId });

const STUDENT_ROWS: Record<string, StudentRow> = {
  "users/profile:me": { args: () => ({}), allowed: everyone, outsider: "ok" },
  "users/profile:rename": { args: () => ({ name: "New" }), allowed: everyone, outsider: "ok" },
  "users/profile:remove": { args: () => ({}), allowed: everyone, outsider: "ok" },
  "sessions/lifecycle:start": { args: () => ({ title: "T" }), allowed: everyone, outsider: "ok" },
  "sessions/lifecycle:listMine": { args: () => ({}), allowed: everyone, outsider: "ok" },
  "sessions/lifecycle:join": {
    args: ({ sessionId, inviteCode }) => ({ sessionId, inviteCode }),
    allowed: everyone,
    outsider: "ok", // that is what the code is for; lifecycle.test.ts tries wrong ones
  },
  "sessions/lifecycle:get": { args: bySession, allowed: everyone },
  "sessions/lifecycle:rename": {
    args: ({ sessionId }) => ({ sessionId, title: "T" }),
    allowed: teachers,
  },
  "sessions/lifecycle:end": { args: bySession, allowed: teachers },
  "sessions/lifecycle:remove": { args: bySession, allowed: ["owner"] },
  "sessions/participants:list": { args: bySession, allowed: everyone },
  "sessions/participants:invite": {
    args: ({ sessionId }) => ({ sessionId, role: "student" }),
    allowed: teachers,
  },
  "sessions/participants:setRole": {
    args: ({ sessionId, observer }) => ({ sessionId, userId: observer.userId, role: "student" }),
    allowed: teachers,
  },
  "sessions/participants:removeMember": {
    args: ({ sessionId, observer }) => ({ sessionId, userId: observer.userId }),
    allowed: teachers,
  },
  "sessions/participants:leave": { args: bySession, allowed: ["teacher", "student", "observer"] },
  "sessions/context:get": { args: bySession, allowed: everyone },
  "sessions/context:update": {
    args: ({ sessionId }) => ({ sessionId, patch: { goal: "x" } }),
    allowed: teachers,
  },
  "documents/library:list": { args: bySession, allowed: everyone },
  "documents/library:getPage": {
    args: ({ documentId }) => ({ documentId, page: 1 }),
    allowed: everyone,
  },
  "documents/library:getPassage": {
    args: ({ passageId }) => ({ passageId }),
    allowed: everyone,
  },
  "documents/library:fileUrl": { args: byDocument, allowed: everyone },
  "documents/library:rename": {
    args: ({ documentId }) => ({ documentId, name: "N" }),
    allowed: teachers, // and whoever uploaded it, which here is the owner
  },
  "documents/library:remove": { args: byDocument, allowed: teachers },
  "documents/analysis:get": { args: byDocument, allowed: everyone },
  "lessons/plan:get": { args: bySession, allowed: everyone },
  "lessons/plan:setFocus": {
    args: ({ sessionId }) => ({ sessionId, objectiveId: "o1" }),
    allowed: writers,
  },
  "lessons/plan:setObjectiveState": {
    args: ({ sessionId }) => ({ sessionId, objectiveId: "o1", state: "done" }),
    allowed: writers,
  },
  "turns/history:list": {
    args: ({ sessionId }) => ({ sessionId, paginationOpts: { numItems: 5, cursor: null } }),
    allowed: everyone,
  },
  "turns/live:current": { args: bySession, allowed: everyone },
  "quizzes/quiz:make": { args: bySession, allowed: writers },
  "quizzes/quiz:list": { args: bySession, allowed: everyone },
  "quizzes/quiz:get": { args: ({ quizId }) => ({ quizId }), allowed: everyone },
  "quizzes/quiz:remove": { args: ({ quizId }) => ({ quizId }), allowed: teachers },
  "quizzes/answers:submit": {
    args: ({ questionId }) => ({ questionId, response: { kind: "short", text: "x" } }),
    allowed: writers,
  },
  "reports/report:get": { args: bySession, allowed: everyone },
  "reports/report:make": { args: bySession, allowed: writers },
  "whiteboard/versions:list": {
    args: ({ sessionId }) => ({ sessionId, paginationOpts: { numItems: 5, cursor: null } }),
    allowed: everyone,
  },
  "whiteboard/versions:piece": {
    args: ({ versionId }) => ({ versionId, index: 0 }),
    allowed: everyone,
  },
  "whiteboard/versions:name": {
    args: ({ versionId }) => ({ versionId, label: "N" }),
    allowed: teachers, // and whoever named it, which here is the owner
  },
  "whiteboard/versions:remove": { args: ({ versionId }) => ({ versionId }), allowed: teachers },
  "jobs/list:forSession": { args: bySession, allowed: everyone },
  "jobs/list:retry": { args: ({ jobId }) => ({ jobId }), allowed: writers },
};

const turnArgs = ({ sessionId, owner }: { sessionId: Id<"sessions">; owner: Person }) => ({
  sessionId,
  userId: owner.userId,
  clientMessageId: "m9",
  question: "Why?",
  companionId: "c",
});
const bytes = new Uint8Array([1]).buffer;
const versionArgs = (sessionId: Id<"sessions">, cause: VersionCause) => ({
  sessionId,
  versionKey: cause.kind,
  cause,
  boardSeq: 0,
  objectCount: 0,
  contributions: [],
  index: 0,
  total: 1,
  bytes,
});

const SERVICE_ROWS: Record<string, (world: World) => Args> = {
  "users/accounts:createGuest": () => ({ name: "G" }),
  "users/accounts:register": () => ({ name: "G", email: "g@x.org", passwordHash: "h" }),
  "users/accounts:findCredential": () => ({ email: "g@x.org" }),
  "users/logins:open": ({ owner }) => ({
    userId: owner.userId,
    refreshTokenHash: "h",
    expiresAt: 1,
  }),
  "users/logins:rotate": () => ({ refreshTokenHash: "a", newRefreshTokenHash: "b", expiresAt: 1 }),
  "users/logins:revoke": ({ owner }) => ({ loginId: owner.loginId }),
  "sessions/access:watch": ({ sessionId, owner: { userId, loginId } }) => {
    return { sessionId, userId, loginId };
  },
  "documents/upload:createUploadUrl": () => ({}),
  "documents/upload:register": ({ sessionId, owner, storageId }) => ({
    sessionId,
    userId: owner.userId,
    files: [{ storageId, name: "a", mediaType: "", sizeBytes: 1, sha256: "" }],
  }),
  "documents/search:passages": ({ sessionId }) => ({
    sessionId,
    question: "Why?",
    queryEmbedding: Array<number>(512).fill(0.1),
    limit: 3,
  }),
  "turns/run:begin": turnArgs,
  "turns/run:append": ({ turnId }) => ({
    turnId,
    companionId: "c",
    startSeq: 1,
    endSeq: 2,
    start: 0,
    end: 0,
    text: "",
    events: [],
    state: { kind: "speaking" },
  }),
  "turns/run:renew": ({ turnId }) => ({ turnId, companionId: "c" }),
  "turns/run:finish": ({ turnId }) => ({
    turnId,
    companionId: "c",
    outcome: { kind: "done" },
    citations: [],
    droppedCitations: 0,
    madeBy: "extractive",
    usage: { inputTokens: 0, outputTokens: 0, durationMs: 0 },
  }),
  "turns/run:recover": () => ({ companionId: "c" }),
  "turns/run:events": ({ sessionId }) => ({ sessionId, afterSeq: 0 }),
  "whiteboard/snapshots:load": bySession,
  "whiteboard/snapshots:append": ({ sessionId }) => ({ sessionId, token: null, updates: [bytes] }),
  "whiteboard/snapshots:appendAll": ({ sessionId }) => {
    return { boards: [{ sessionId, token: null, updates: [bytes] }] };
  },
  "whiteboard/snapshots:compact": ({ sessionId }) => {
    return { sessionId, token: 1, throughSeq: 1, generation: 1, index: 0, total: 1, bytes };
  },
  "whiteboard/versionStore:write": ({ sessionId }) => versionArgs(sessionId, { kind: "restore" }),
  "whiteboard/versionStore:newest": bySession,
  "whiteboard/versionStore:read": ({ sessionId, versionId }) => {
    return { sessionId, versionId, index: 0 };
  },
  "whiteboard/images:register": ({ sessionId, owner, storageId }) => ({
    sessionId,
    userId: owner.userId,
    image: { storageId, mediaType: "image/png", sizeBytes: 1, sha256: "" },
  }),
  "whiteboard/images:find": ({ sessionId, owner }) => {
    return { sessionId, userId: owner.userId, imageId: "" };
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

/** Every public function of the deployment, by path, as the bundler would find them. */
const modules = import.meta.glob(["./**/*.ts", "!./**/*.*.ts"]);
async function publicFunctions(): Promise<Map<string, Kind>> {
  const found = new Map<string, Kind>();
  for (const [path, load] of Object.entries(modules)) {
    const exports = (await load()) as Record<string, unknown>;
    for (const [name, value] of Object.entries(exports)) {
      const made = value as { isPublic?: boolean; isQuery?: boolean; isMutation?: boolean } | null;
      if (made?.isPublic !== true) continue;
      const kind =
        made.isQuery === true ? "query" : made.isMutation === true ? "mutation" : "action";
      found.set(`${path.slice(2, -3)}:${name}`, kind);
    }
  }
  return found;
}
const FUNCTIONS = await publicFunctions();

async function call(client: Client | Deployment, path: string, args: Args): Promise<unknown> {
  switch (FUNCTIONS.get(path)) {
    case "query":
      return await client.query(makeFunctionReference<"query">(path), args);
    case "mutation":
      return await client.mutation(makeFunctionReference<"mutation">(path), args);
    case "action":
      return await client.action(makeFunctionReference<"action">(path), args);
    case undefined:
      throw new Error(`there is no function ${path}`);
  }
}

/** A session with everyone in it and one of everything. */
async function makeWorld() {
  const t = setupTest();
  const people = await startSession(t, "teacher", "student", "observer");
  const { sessionId, owner } = people;
  const stranger = await enter(t, "Stranger");
  const invite = { sessionId, role: "student" as const };
  const inviteCode = await owner.client.mutation(api.sessions.participants.invite, invite);
  const turn = { ...turnArgs({ sessionId, owner }), clientMessageId: "m1" };
  const service = asService(t);
  await service.mutation(api.whiteboard.snapshots.append, {
    sessionId,
    token: null,
    updates: [bytes],
  });
  const named = { kind: "named" as const, label: "V", userId: owner.userId };
  const { write } = api.whiteboard.versionStore;
  const versionId = await service.mutation(write, versionArgs(sessionId, named));
  const rows = await t.run(async (ctx) => {
    const { db } = ctx;
    const storageId = await ctx.storage.store(new Blob(["x"]));
    const documentId = await db.insert("documents", {
      sessionId,
      uploadedBy: owner.userId,
      name: "a.txt",
      mediaType: "text/plain",
      sizeBytes: 1,
      sha256: "",
      storageId,
      state: { kind: "ready" },
    });
    await db.insert("pages", { documentId, page: 1, text: "x" });
    const words = { isProse: true, text: "x", searchText: "x" };
    const place = { documentId, sessionId, ordinal: 0, page: 1, start: 0, end: 1 };
    const passageId = await db.insert("passages", { ...place, ...words });
    const madeBy = "extractive";
    const objective = {
      objectiveId: "o1",
      title: "O",
      why: "",
      pages: [],
      state: "pending" as const,
    };
    await db.insert("plans", { sessionId, objectives: [objective], revision: 1, madeBy });
    const state = { kind: "ready" as const, questionCount: 1 };
    const quizId = await db.insert("quizzes", { sessionId, title: "Q", state, madeBy });
    const questionId = await db.insert("questions", {
      quizId,
      ordinal: 0,
      prompt: "?",
      kind: { kind: "short" },
      answerKey: { kind: "short", accepted: ["x"] },
      explanation: "",
      concept: "x",
      passageId,
      documentId,
      page: 1,
    });
    const jobId = await db.insert("jobs", {
      name: "analyseSession",
      sessionId,
      input: { sessionId },
      idempotencyKey: "k",
      state: { kind: "dead", endedAt: 0, code: "INTERNAL", message: "" },
      attempt: 1,
      progress: { done: 0, total: 0, label: "" },
    });
    return { storageId, documentId, passageId, quizId, questionId, jobId };
  });
  const { turnId } = await service.mutation(api.turns.run.begin, turn);
  return { t, ...people, stranger, inviteCode, turnId, versionId, ...rows };
}

it("[AC2] every public function has a row in this matrix, and every row a function", () => {
  const rows = [...Object.keys(STUDENT_ROWS), ...Object.keys(SERVICE_ROWS)];
  expect(rows.sort()).toEqual([...FUNCTIONS.keys()].sort());
});

describe.each(Object.entries(STUDENT_ROWS))("%s", (path, { args, allowed, outsider }) => {
  it.each(ROLES)("[SE3] lets in the roles that may: %s", async (role) => {
    const world = await makeWorld();
    const attempt = call(world[role].client, path, args(world));
    if (allowed.includes(role)) await expect(attempt).resolves.toBeDefined();
    else await expect(attempt).rejects.toMatchObject(refused("FORBIDDEN"));
  });

  it("[SE3] tells whoever takes no part nothing", async () => {
    const world = await makeWorld();
    const attempt = call(world.stranger.client, path, args(world));
    if (outsider === "ok") await expect(attempt).resolves.toBeDefined();
    else await expect(attempt).rejects.toMatchObject(refused("NOT_FOUND"));
  });

  it("[AC2] refuses no token, a foreign issuer, the companion, a revoked login and a forged one", async () => {
    const world = await makeWorld();
    const { t, owner, stranger } = world;
    const { userId, loginId } = owner;
    const claims = { subject: userId, sid: loginId };
    for (const client of [
      t,
      t.withIdentity({ ...claims, issuer: "https://elsewhere.test" }),
      asService(t),
      asPerson(t, userId, stranger.loginId),
      asPerson(t, userId, "nonsense"),
      t.withIdentity({ issuer: "https://lectern.test", subject: userId }),
    ]) {
      await expect(call(client, path, args(world))).rejects.toMatchObject(
        refused("UNAUTHENTICATED"),
      );
    }
    await asService(t).mutation(api.users.logins.revoke, { loginId });
    await expect(call(owner.client, path, args(world))).rejects.toMatchObject(
      refused("UNAUTHENTICATED"),
    );
  });

  it("[SE3] refuses ids of what is gone, of other tables, and nonsense", async () => {
    const world = await makeWorld();
    const given = args(world);
    for (const [name, id] of Object.entries(given)) {
      if (!/^[a-z]+Id$/u.test(name) || name === "objectiveId") continue;
      const gone = await goneLike(world, id as Id<"sessions">);
      await expect(
        call(world.owner.client, path, { ...given, [name]: gone }),
      ).rejects.toMatchObject(refused("NOT_FOUND"));
      for (const wrong of [world.inviteCode, "", world.storageId]) {
        await expect(call(world.owner.client, path, { ...given, [name]: wrong })).rejects.toThrow();
      }
    }
  });
});

describe.each(Object.entries(SERVICE_ROWS))("%s", (path, args) => {
  it("[AC2] answers the companion and nobody else", async () => {
    const world = await makeWorld();
    const { t, owner } = world;
    const given = args(world);
    await expect(call(t, path, given)).rejects.toMatchObject(refused("UNAUTHENTICATED"));
    const impostor = t.withIdentity({
      issuer: "https://lectern.test/service",
      subject: "somebody",
    });
    for (const client of [owner.client, impostor]) {
      await expect(call(client, path, given)).rejects.toMatchObject(refused("FORBIDDEN"));
    }
    const attempt = call(asService(t), path, given);
    // The session has a live turn, so a second one is refused; for everyone else it would not get that far.
    if (path === "turns/run:begin")
      await expect(attempt).rejects.toMatchObject(refused("CONFLICT"));
    else await expect(attempt).resolves.toBeDefined();
  });
});

/** An id of the same table as `id` whose row is gone. */
async function goneLike({ t }: World, id: Id<"sessions">): Promise<string> {
  return await t.run(async (ctx) => {
    const tables = Object.keys(schema.tables) as "sessions"[];
    const table = tables.find((name) => ctx.db.normalizeId(name, id) !== null);
    const row = table === undefined ? null : await ctx.db.get(table, id);
    if (table === undefined || row === null) throw new Error("the world is incomplete");
    const isSystem = ([field]: [string, unknown]) => field === "_id" || field === "_creationTime";
    const fields = Object.entries(row).filter((entry) => !isSystem(entry));
    const gone = await ctx.db.insert(
      table,
      Object.fromEntries(fields) as WithoutSystemFields<typeof row>,
    );
    await ctx.db.delete(table, gone);
    return gone;
  });
}
