import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { api, internal } from "../_generated/api.js";
import { IDLE_SESSION_MS, INVITE_LIFETIME_MS, MAX_TITLE_CHARS } from "../contract/limits.ts";
import { enter, refused, settle, setupTest, startSession } from "../test.setup.ts";

const { start, rename, join, end, remove, listMine, get } = api.sessions.lifecycle;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("[V1.2.2] [SE1] a session lives from its start over its end to its removal", async () => {
  const t = setupTest();
  const { client } = await enter(t);
  const sessionId = await client.mutation(start, { title: "  Fractions " });
  expect(await client.query(get, { sessionId })).toMatchObject({
    title: "Fractions",
    role: "owner",
    state: { kind: "active" },
  });
  await client.mutation(rename, { sessionId, title: "Halves" });
  const endedAt = await client.mutation(end, { sessionId });
  expect(await client.query(listMine, {})).toMatchObject([
    { sessionId, title: "Halves", state: { kind: "ended", endedAt, reason: "owner" } },
  ]);
  await settle(t);
  await client.mutation(remove, { sessionId });
  expect(await client.query(listMine, {})).toEqual([]);
  await settle(t);
  await t.run(async (ctx) => {
    for (const table of ["sessions", "participants", "tutorContexts", "reports", "jobs"] as const) {
      expect(await ctx.db.query(table).collect()).toEqual([]);
    }
  });
});

it("[SE1] ending again says when it first ended", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  const endedAt = await owner.client.mutation(end, { sessionId });
  vi.advanceTimersByTime(5_000);
  expect(await owner.client.mutation(end, { sessionId })).toBe(endedAt);
});

it("[SE2] nothing is changed in a session that ended", async () => {
  const t = setupTest();
  const { sessionId, owner, student } = await startSession(t, "student");
  const inviteCode = await owner.client.mutation(api.sessions.participants.invite, {
    sessionId,
    role: "observer",
  });
  await owner.client.mutation(end, { sessionId });
  const late = await enter(t, "Late");
  const { userId } = student;
  for (const attempt of [
    owner.client.mutation(rename, { sessionId, title: "New" }),
    late.client.mutation(join, { sessionId, inviteCode }),
    owner.client.mutation(api.sessions.participants.setRole, {
      sessionId,
      userId,
      role: "teacher",
    }),
    owner.client.mutation(api.sessions.context.update, { sessionId, patch: { goal: "x" } }),
  ]) {
    await expect(attempt).rejects.toMatchObject(refused("SESSION_ENDED"));
  }
});

it.each(["", "   ", "x".repeat(MAX_TITLE_CHARS + 1)])("[SE1] %j is no title", async (title) => {
  const t = setupTest();
  const { client } = await enter(t);
  await expect(client.mutation(start, { title })).rejects.toMatchObject(refused("INVALID_INPUT"));
});

it("[V1.2.4] [SE3] another person's session looks like no session", async () => {
  const t = setupTest();
  const { sessionId } = await startSession(t);
  const bob = await enter(t, "Bob");
  for (const attempt of [
    bob.client.query(get, { sessionId }),
    bob.client.mutation(end, { sessionId }),
    bob.client.mutation(remove, { sessionId }),
    bob.client.mutation(join, { sessionId, inviteCode: "guess" }),
  ]) {
    await expect(attempt).rejects.toMatchObject(refused("NOT_FOUND"));
  }
});

it("[V1.2.4] [SE3] an id of no session, of another table or of no table is refused by name", async () => {
  const t = setupTest();
  const { client, userId } = await enter(t);
  const gone = await client.mutation(start, { title: "Gone" });
  await t.run(async (ctx) => ctx.db.delete("sessions", gone));
  await expect(client.query(get, { sessionId: gone })).rejects.toMatchObject(refused("NOT_FOUND"));
  for (const sessionId of [userId, "nonsense", ""] as unknown as (typeof gone)[]) {
    await expect(client.query(get, { sessionId })).rejects.toThrow(/sessionId|sessions/);
  }
});

it("[SE5] an invite lets one in with its role, keeps a role that is there, and runs out", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  const { invite } = api.sessions.participants;
  const inviteCode = await owner.client.mutation(invite, { sessionId, role: "student" });
  expect(await owner.client.mutation(invite, { sessionId, role: "student" })).toBe(inviteCode);
  const bob = await enter(t, "Bob");
  expect(await bob.client.mutation(join, { sessionId, inviteCode })).toBe("student");
  expect(await owner.client.mutation(join, { sessionId, inviteCode })).toBe("owner");
  vi.advanceTimersByTime(INVITE_LIFETIME_MS);
  const eve = await enter(t, "Eve");
  await expect(eve.client.mutation(join, { sessionId, inviteCode })).rejects.toMatchObject(
    refused("NOT_FOUND"),
  );
});

it("[SE4] a session without activity is ended by the clock, others are not", async () => {
  const t = setupTest();
  const idle = await startSession(t);
  vi.advanceTimersByTime(IDLE_SESSION_MS - 60_000);
  const busy = await startSession(t);
  vi.advanceTimersByTime(120_000);
  await t.mutation(internal.jobs.expireIdleSessions.run, {});
  expect((await idle.owner.client.query(get, { sessionId: idle.sessionId })).state).toMatchObject({
    kind: "ended",
    reason: "idle",
  });
  expect((await busy.owner.client.query(get, { sessionId: busy.sessionId })).state.kind).toBe(
    "active",
  );
});
