import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { api, internal } from "../_generated/api.js";
import type { Id, TableNames } from "../_generated/dataModel.js";
import schema from "../schema.ts";
import { insertQuiz, insertReadyDocument } from "../test.rows.ts";
import {
  asService,
  enter,
  refused,
  settle,
  setupTest,
  startSession,
  type Deployment,
} from "../test.setup.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const TABLES = Object.keys(schema.tables) as TableNames[];

/** How many rows each table has that has any. */
async function census(t: Deployment): Promise<Partial<Record<TableNames, number>>> {
  return await t.run(async (ctx) => {
    const counts: Partial<Record<TableNames, number>> = {};
    for (const table of TABLES) {
      const rows = await ctx.db.query(table).collect();
      if (rows.length > 0) counts[table] = rows.length;
    }
    return counts;
  });
}

/** Puts something of everything into a session; eight updates of the board alone take several batches. */
async function fill(
  t: Deployment,
  sessionId: Id<"sessions">,
  userId: Id<"users">,
  updates: number,
) {
  await t.run(async (ctx) => {
    const { db } = ctx;
    const texts = ["x", "x", "x", "x", "x"] as const;
    const document = await insertReadyDocument(ctx, { sessionId, userId }, texts);
    const { documentId, passageIds } = document;
    for (const [ordinal, passageId] of passageIds.entries()) {
      const embedding = Array<number>(512).fill(0);
      await db.insert("passageEmbeddings", {
        passageId,
        documentId,
        sessionId,
        ordinal,
        embedding,
      });
    }
    const madeBy = "extractive";
    await db.insert("analyses", {
      documentId,
      sessionId,
      summary: "",
      keyConcepts: [],
      terms: [],
      madeBy,
    });
    await db.insert("plans", { sessionId, objectives: [], revision: 1, madeBy });
    const from = { documentId, passageId: passageIds[0] };
    const { quizId, questionId } = await insertQuiz(ctx, sessionId, from);
    await db.insert("quizAnswers", {
      questionId,
      quizId,
      sessionId,
      userId,
      response: { kind: "short", text: "x" },
      isCorrect: true,
      answeredAt: 0,
    });
    const state = { kind: "making" as const };
    await db.insert("reports", { sessionId, state, madeBy });
    const input = { sessionId };
    const jobId = await db.insert("jobs", {
      name: "analyseSession",
      sessionId,
      input,
      idempotencyKey: "k",
      state: { kind: "dead", endedAt: 0, code: "INTERNAL", message: "" },
      attempt: 1,
      progress: { done: 0, total: 0, label: "" },
    });
    const letter = { jobId, sessionId, name: "analyseSession" as const, input };
    await db.insert("deadLetters", { ...letter, code: "INTERNAL", message: "", at: 0 });
    const tokens = { inputTokens: 0, outputTokens: 0, durationMs: 0 };
    await db.insert("agentRuns", { agent: "planner", sessionId, madeBy, ...tokens, outcome: "ok" });
  });
  const service = asService(t);
  const bytes = new ArrayBuffer(800_000);
  for (let n = 0; n < updates; n++) {
    await service.mutation(api.whiteboard.snapshots.append, {
      sessionId,
      token: null,
      updates: [bytes],
    });
  }
  const compact = {
    sessionId,
    token: updates,
    throughSeq: 1,
    generation: 1,
    index: 0,
    total: 2,
    bytes,
  };
  await service.mutation(api.whiteboard.snapshots.compact, compact);
  const cause = { kind: "interval" as const };
  const version = {
    sessionId,
    versionKey: "v",
    cause,
    boardSeq: 0,
    objectCount: 0,
    contributions: [],
  };
  const chunk = { ...version, index: 0, total: 1, bytes };
  await service.mutation(api.whiteboard.versionStore.write, chunk);
  const storageId = await t.run((ctx) => ctx.storage.store(new Blob(["picture"])));
  const image = { storageId, mediaType: "image/png", sizeBytes: 7, sha256: "" };
  await service.mutation(api.whiteboard.images.register, { sessionId, userId, image });
  const asked = { sessionId, userId, clientMessageId: "m", question: "?", companionId: "c" };
  const { turnId, nextSeq } = await service.mutation(api.turns.run.begin, asked);
  const batch = { startSeq: nextSeq, endSeq: nextSeq + 1, start: 0, end: 1, text: "x", events: [] };
  const state = { kind: "speaking" as const };
  await service.mutation(api.turns.run.append, { turnId, companionId: "c", ...batch, state });
}

it("[SE6] removing a session removes all that hangs on it, in batches, and nothing else", async () => {
  const t = setupTest();
  const other = await startSession(t);
  await fill(t, other.sessionId, other.owner.userId, 1);
  const before = await census(t);
  const { sessionId, owner } = await startSession(t);
  await fill(t, sessionId, owner.userId, 8);
  const full = await census(t);
  for (const table of TABLES) {
    if (!["credentials", "agentSettings", "invites"].includes(table)) {
      expect(full[table], table).toBeGreaterThan(before[table] ?? 0);
    }
  }
  await owner.client.mutation(api.sessions.lifecycle.remove, { sessionId });
  await expect(owner.client.query(api.sessions.lifecycle.get, { sessionId })).rejects.toMatchObject(
    refused("NOT_FOUND"),
  );
  await settle(t);
  const person = { users: 1, logins: 1, refreshTokens: 1 };
  const expected = Object.fromEntries(
    Object.entries(before).map(([table, count]) => {
      return [table, count + (table in person ? 1 : 0)];
    }),
  );
  // The other session's turn ran out of its lease meanwhile, as it should.
  const now = await census(t);
  expect({ ...now, turnLeases: 1, turnChunks: 1 }).toEqual({
    ...expected,
    turnLeases: 1,
    turnChunks: 1,
  });
  expect(await t.run((ctx) => ctx.db.system.query("_storage").collect())).toHaveLength(2);
});

it("[SE6] a removal that was killed after any batch goes on where it was", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  await fill(t, sessionId, owner.userId, 8);
  await t.run((ctx) => ctx.db.patch("sessions", sessionId, { state: { kind: "removing" } }));
  let batches = 0;
  // Only the batch itself is run, as if the process died right after it; the row says that it must go on.
  while ((await census(t)).sessions === 1) {
    await t.mutation(internal.jobs.removeSession.run, { sessionId });
    batches += 1;
    expect(batches).toBeLessThan(20);
  }
  expect(batches).toBeGreaterThan(1);
  const left = await census(t);
  expect(Object.keys(left).sort()).toEqual(["logins", "refreshTokens", "users"]);
});

it("[AC5] removing an account closes every door at once and leaves nothing of it but its words to others", async () => {
  const t = setupTest();
  const other = await startSession(t);
  const ada = await enter(t, "Ada");
  const { invite } = api.sessions.participants;
  const { sessionId } = other;
  const inviteCode = await other.owner.client.mutation(invite, { sessionId, role: "student" });
  await ada.client.mutation(api.sessions.lifecycle.join, { sessionId, inviteCode });
  const { userId } = ada;
  const asked = { sessionId, userId, clientMessageId: "m", question: "Why?", companionId: "c" };
  await asService(t).mutation(api.turns.run.begin, asked);
  await ada.client.mutation(api.sessions.lifecycle.start, { title: "Mine" });
  const account = { name: "Ada", email: "ada@x.org", passwordHash: "h", userId };
  await asService(t).mutation(api.users.accounts.register, account);

  await ada.client.mutation(api.users.profile.remove, {});
  await expect(ada.client.query(api.users.profile.me, {})).rejects.toMatchObject(
    refused("UNAUTHENTICATED"),
  );
  expect(
    await asService(t).query(api.users.accounts.findCredential, { email: account.email }),
  ).toBeNull();
  await settle(t);
  const left = await census(t);
  expect(left).toMatchObject({ users: 1, logins: 1, sessions: 1, participants: 1 });
  expect(left.credentials).toBeUndefined();
  const paginationOpts = { numItems: 5, cursor: null };
  const { page } = await other.owner.client.query(api.turns.history.list, {
    sessionId,
    paginationOpts,
  });
  expect(page).toMatchObject([{ question: "Why?", authorName: "Someone who left" }]);
});
