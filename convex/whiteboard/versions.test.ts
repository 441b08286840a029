import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { api } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import {
  MAX_BOARD_UPDATE_BYTES,
  MAX_NAMED_VERSIONS,
  MAX_VERSION_LABEL_CHARS,
} from "../contract/limits.ts";
import {
  asService,
  refused,
  settle,
  setupTest,
  startSession,
  type Client,
  type Deployment,
} from "../test.setup.ts";
import type { VersionCause } from "./tables.ts";

const { write, read, newest } = api.whiteboard.versionStore;
const { list, piece, name, remove } = api.whiteboard.versions;
const MINUTE_MS = 60_000;
const bytesOf = (...values: number[]) => new Uint8Array(values).buffer;
const INTERVAL: VersionCause = { kind: "interval" };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

let keys = 0;
const about = (sessionId: Id<"sessions">, cause: VersionCause = INTERVAL) => ({
  sessionId,
  cause,
  versionKey: `key-${String((keys += 1))}`,
  boardSeq: 3,
  objectCount: 2,
  contributions: [{ userId: null, objects: 2, changed: 1 }],
});

/** A version in one chunk. @throws when it was not wanted */
async function keep(t: Deployment, sessionId: Id<"sessions">, cause = INTERVAL, byte = 7) {
  const chunk = { ...about(sessionId, cause), index: 0, total: 1, bytes: bytesOf(byte) };
  const versionId = await asService(t).mutation(write, chunk);
  if (versionId === null) throw new Error("the version was not wanted");
  return versionId;
}

async function listed(client: Client, sessionId: Id<"sessions">, numItems = 50) {
  return (await client.query(list, { sessionId, paginationOpts: { numItems, cursor: null } })).page;
}

it("[BH1] a version is there when its last chunk is, and comes back as it was written", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  const service = asService(t);
  const parts = { ...about(sessionId), total: 3 };
  for (const index of [0, 1])
    await service.mutation(write, { ...parts, index, bytes: bytesOf(index) });
  expect(await listed(owner.client, sessionId)).toEqual([]);
  expect(await service.query(newest, { sessionId })).toBeNull();
  const skipping = {
    ...about(sessionId, { kind: "restore" }),
    total: 3,
    index: 2,
    bytes: bytesOf(9),
  };
  await expect(service.mutation(write, skipping)).rejects.toMatchObject(refused("CONFLICT"));
  const repeated = await service.mutation(write, { ...parts, index: 1, bytes: bytesOf(1) });
  const versionId = await service.mutation(write, { ...parts, index: 2, bytes: bytesOf(2) });
  expect(versionId).toBe(repeated);
  if (versionId === null) throw new Error("not wanted");
  await service.mutation(write, { ...parts, index: 2, bytes: bytesOf(9) }); // again: changes nothing
  expect(await service.query(newest, { sessionId })).toBe(3);
  expect(await listed(owner.client, sessionId)).toMatchObject([
    { versionId, kind: "interval", chunkCount: 3, sizeBytes: 3, objectCount: 2 },
  ]);
  for (const index of [0, 1, 2]) {
    expect(await owner.client.query(piece, { versionId, index })).toEqual(bytesOf(index));
    const stored = await service.query(read, { sessionId, versionId, index });
    expect(stored).toEqual({ bytes: bytesOf(index), total: 3 });
  }
});

it("[BH1] what is half-written is no version, and is deleted when it was surely given up", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  const half = { ...about(sessionId), index: 0, total: 2, bytes: bytesOf(1) };
  const versionId = await asService(t).mutation(write, half);
  if (versionId === null) throw new Error("not wanted");
  const missing = refused("NOT_FOUND");
  await expect(owner.client.query(piece, { versionId, index: 0 })).rejects.toMatchObject(missing);
  await expect(owner.client.mutation(name, { versionId, label: "x" })).rejects.toMatchObject(
    missing,
  );
  const reading = asService(t).query(read, { sessionId, versionId, index: 0 });
  await expect(reading).rejects.toMatchObject(missing);
  vi.advanceTimersByTime(61 * MINUTE_MS);
  await keep(t, sessionId);
  await settle(t);
  const rows = await t.run((ctx) => ctx.db.query("boardVersions").collect());
  expect(rows.map(({ state }) => state)).toEqual(["whole"]);
  expect(await t.run((ctx) => ctx.db.query("boardVersionChunks").collect())).toHaveLength(1);
});

it("[BH1] too large a piece, too many, a removed board and one long ended are refused", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  const service = asService(t);
  const one = { ...about(sessionId), index: 0, total: 1, bytes: bytesOf(1) };
  const large = { ...one, bytes: new ArrayBuffer(MAX_BOARD_UPDATE_BYTES + 1) };
  await expect(service.mutation(write, large)).rejects.toMatchObject(refused("LIMIT_EXCEEDED"));
  const many = { ...one, total: 17 };
  await expect(service.mutation(write, many)).rejects.toMatchObject(refused("LIMIT_EXCEEDED"));
  const contributions = Array<(typeof one.contributions)[0]>(202).fill(one.contributions[0]!);
  const crowd = { ...one, contributions };
  await expect(service.mutation(write, crowd)).rejects.toMatchObject(refused("LIMIT_EXCEEDED"));
  const nameless = { ...one, versionKey: "" };
  await expect(service.mutation(write, nameless)).rejects.toMatchObject(refused("INVALID_INPUT"));
  await owner.client.mutation(api.sessions.lifecycle.end, { sessionId });
  const versionId = await keep(t, sessionId); // the last state was on its way
  vi.advanceTimersByTime(61_000);
  await expect(keep(t, sessionId)).rejects.toMatchObject(refused("SESSION_ENDED"));
  expect(await listed(owner.client, sessionId)).toMatchObject([{ versionId }]);
  await owner.client.mutation(api.sessions.lifecycle.remove, { sessionId });
  await expect(keep(t, sessionId)).rejects.toMatchObject(refused("NOT_FOUND"));
});

it("[BH2] versions for time alone are a minute apart; all others are taken whenever", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  await keep(t, sessionId);
  const chunk = { ...about(sessionId), index: 0, total: 1, bytes: bytesOf(1) };
  expect(await asService(t).mutation(write, chunk)).toBeNull();
  await keep(t, sessionId, { kind: "restore" });
  vi.advanceTimersByTime(MINUTE_MS + 1);
  await keep(t, sessionId);
  const kinds = (await listed(owner.client, sessionId)).map(({ kind }) => kind);
  expect(kinds).toEqual(["interval", "restore", "interval"]);
});

it("[BH3] automatic versions are thinned as they age, with their chunks; named ones are not", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  const named: VersionCause = { kind: "named", label: "Start", userId: owner.userId };
  vi.setSystemTime(Math.ceil(Date.now() / 86_400_000) * 86_400_000); // the start of a day
  for (let n = 0; n < 6; n++) {
    await keep(t, sessionId, n % 2 === 0 ? named : { kind: "restore" });
    vi.advanceTimersByTime(5 * MINUTE_MS);
  }
  vi.advanceTimersByTime(10 * 60 * MINUTE_MS);
  await keep(t, sessionId);
  await settle(t);
  const kinds = (await listed(owner.client, sessionId)).map(({ kind }) => kind);
  expect(kinds).toEqual(["interval", "restore", "named", "named", "named"]);
  expect(await t.run((ctx) => ctx.db.query("boardVersionChunks").collect())).toHaveLength(5);
});

it("[BH4] automatic versions get names from those who draw; who named one, or teaches, changes and deletes it", async () => {
  const t = setupTest();
  const people = await startSession(t, "teacher", "student", "observer");
  const { sessionId, owner, teacher, student, observer } = people;
  const versionId = await keep(t, sessionId);
  const label = "  Before   the quiz ";
  await expect(observer.client.mutation(name, { versionId, label })).rejects.toMatchObject(
    refused("FORBIDDEN"),
  );
  for (const bad of ["   ", "x".repeat(121)]) {
    const naming = student.client.mutation(name, { versionId, label: bad });
    await expect(naming).rejects.toMatchObject(refused("INVALID_INPUT"));
  }
  await expect(owner.client.mutation(remove, { versionId })).rejects.toMatchObject(
    refused("INVALID_INPUT"), // automatic ones go by themselves
  );
  await student.client.mutation(name, { versionId, label });
  const shown = { kind: "named", label: "Before the quiz", namedBy: student.userId };
  expect(await listed(observer.client, sessionId)).toMatchObject([shown]);
  await teacher.client.mutation(name, { versionId, label: "Renamed" });
  expect(await listed(owner.client, sessionId)).toMatchObject([
    { ...shown, label: "Renamed" }, // still the student's
  ]);
  const teachers = await keep(t, sessionId, {
    kind: "named",
    label: "Mine",
    userId: teacher.userId,
  });
  await expect(student.client.mutation(remove, { versionId: teachers })).rejects.toMatchObject(
    refused("FORBIDDEN"),
  );
  await student.client.mutation(remove, { versionId });
  await owner.client.mutation(remove, { versionId: teachers });
  expect(await listed(owner.client, sessionId)).toEqual([]);
  await settle(t);
  expect(await t.run((ctx) => ctx.db.query("boardVersionChunks").collect())).toEqual([]);
});

it("[BH4] a board with as many names as may be takes no more until one is deleted", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  const named: VersionCause = { kind: "named", label: "N", userId: owner.userId };
  for (let n = 0; n < MAX_NAMED_VERSIONS - 1; n++) await keep(t, sessionId, named);
  const last = await keep(t, sessionId, named);
  const versionId = await keep(t, sessionId, { kind: "restore" });
  await expect(keep(t, sessionId, named)).rejects.toMatchObject(refused("LIMIT_EXCEEDED"));
  const naming = owner.client.mutation(name, { versionId, label: "One more" });
  await expect(naming).rejects.toMatchObject(refused("LIMIT_EXCEEDED"));
  await owner.client.mutation(name, { versionId: last, label: "Renaming is no new name" });
  await owner.client.mutation(remove, { versionId: last });
  await owner.client.mutation(name, { versionId, label: "One more" });
});

/** One half of its first emoji would fit into a version's title. */
const QUESTION = `${"What is a fraction? ".repeat(6).slice(0, MAX_VERSION_LABEL_CHARS - 1)}😀?`;

it("[BH5] members see who drew what by name, page by page, also when the session has ended", async () => {
  const t = setupTest();
  const { sessionId, owner, observer } = await startSession(t, "observer");
  const service = asService(t);
  const turn = await service.mutation(api.turns.run.begin, {
    sessionId,
    userId: owner.userId,
    clientMessageId: "m",
    question: QUESTION,
    companionId: "c",
  });
  await keep(t, sessionId, { kind: "turn", turnId: turn.turnId });
  vi.advanceTimersByTime(2 * MINUTE_MS);
  const contributions = [
    { userId: null, objects: 3, changed: 0 },
    { userId: owner.userId, objects: 1, changed: 2 },
    { userId: "nobody at all", objects: 1, changed: 0 },
  ];
  const chunk = { ...about(sessionId), contributions, index: 0, total: 1, bytes: bytesOf(1) };
  await service.mutation(write, chunk);
  await owner.client.mutation(api.sessions.lifecycle.end, { sessionId });
  const page = await observer.client.query(list, {
    sessionId,
    paginationOpts: { numItems: 1, cursor: null },
  });
  expect(page.page).toMatchObject([
    {
      kind: "interval",
      label: null,
      contributions: [
        { name: "Tutor", objects: 3, changed: 0 },
        { name: "Olive", objects: 1, changed: 2 },
        { name: "Unknown" },
      ],
    },
  ]);
  const paginationOpts = { numItems: 5, cursor: page.continueCursor };
  const rest = await observer.client.query(list, { sessionId, paginationOpts });
  const label = QUESTION.slice(0, MAX_VERSION_LABEL_CHARS - 1); // whole signs only
  expect(rest.page).toMatchObject([{ kind: "turn", label }]);
  const { versionId } = rest.page[0]!;
  const naming = owner.client.mutation(name, { versionId, label: "Late" });
  await expect(naming).rejects.toMatchObject(refused("SESSION_ENDED"));
});

it("[BH5] versions go with their session", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  const versionId = await keep(t, sessionId);
  const half = { ...about(sessionId, { kind: "restore" }), index: 0, total: 2, bytes: bytesOf(1) };
  await asService(t).mutation(write, half);
  await owner.client.mutation(api.sessions.lifecycle.remove, { sessionId });
  await expect(owner.client.query(piece, { versionId, index: 0 })).rejects.toMatchObject(
    refused("NOT_FOUND"),
  );
  await settle(t);
  expect(await t.run((ctx) => ctx.db.query("boardVersions").collect())).toEqual([]);
  expect(await t.run((ctx) => ctx.db.query("boardVersionChunks").collect())).toEqual([]);
});
