import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { api } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import { MAX_BOARD_UPDATE_BYTES } from "../contract/limits.ts";
import {
  asService,
  refused,
  settle,
  setupTest,
  startSession,
  type Deployment,
} from "../test.setup.ts";

const { load, append, appendAll, compact } = api.whiteboard.snapshots;
const bytesOf = (...values: number[]) => new Uint8Array(values).buffer;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Everything a companion gets by loading page after page, as numbers. */
async function loadAll(t: Deployment, sessionId: Id<"sessions">) {
  const snapshot: number[] = [];
  const updates: number[][] = [];
  let cursor: string | null = null;
  for (;;) {
    const page: Awaited<ReturnType<typeof one>> = await one(cursor);
    for (const chunk of page.snapshotChunks) snapshot.push(...new Uint8Array(chunk));
    for (const update of page.updates) updates.push([...new Uint8Array(update)]);
    if (page.isDone) return { ...page, snapshot, updates };
    cursor = page.cursor;
  }
  async function one(at: string | null) {
    return await asService(t).query(load, { sessionId, cursor: at });
  }
}

it("[BS1] a new board is empty", async () => {
  const t = setupTest();
  const { sessionId } = await startSession(t);
  expect(await loadAll(t, sessionId)).toMatchObject({ snapshot: [], updates: [], lastSeq: 0 });
});

it("[BS1] what was appended is loaded, in order, over pages", async () => {
  const t = setupTest();
  const { sessionId } = await startSession(t);
  let appended = 0;
  for (let n = 0; n < 5; n++) {
    const updates = Array.from({ length: 50 }, () => bytesOf((appended += 1) % 256));
    const token = n === 0 ? null : 1;
    expect(await asService(t).mutation(append, { sessionId, token, updates })).toEqual({
      lastSeq: appended,
      token: 1,
    });
  }
  const { updates } = await loadAll(t, sessionId);
  expect(updates.flat()).toEqual(Array.from({ length: 250 }, (_, n) => (n + 1) % 256));
});

it("[BS2] a compaction counts only when its last chunk is there, and replaces what it holds", async () => {
  const t = setupTest();
  const { sessionId } = await startSession(t);
  const service = asService(t);
  await service.mutation(append, {
    sessionId,
    token: null,
    updates: [bytesOf(1), bytesOf(2), bytesOf(3)],
  });
  const part = { sessionId, token: 1, throughSeq: 2, generation: 1, total: 2 };
  await service.mutation(compact, { ...part, index: 0, bytes: bytesOf(7) });
  expect(await loadAll(t, sessionId)).toMatchObject({ snapshot: [], updates: [[1], [2], [3]] });
  expect(await service.mutation(compact, { ...part, index: 1, bytes: bytesOf(8) })).toEqual({
    isComplete: true,
  });
  await settle(t);
  expect(await loadAll(t, sessionId)).toMatchObject({
    snapshot: [7, 8],
    updates: [[3]],
    lastSeq: 3,
  });
  const rows = await t.run((ctx) => ctx.db.query("boardUpdates").collect());
  expect(rows.map(({ seq }) => seq)).toEqual([3]);
});

it("[BS3] a compaction that was given up leaves nothing in the next one", async () => {
  const t = setupTest();
  const { sessionId } = await startSession(t);
  const service = asService(t);
  await service.mutation(append, { sessionId, token: null, updates: [bytesOf(1)] });
  const part = { sessionId, token: 1, throughSeq: 1, generation: 1 };
  for (const index of [0, 1, 2]) {
    await service.mutation(compact, { ...part, index, total: 4, bytes: bytesOf(9) });
  }
  await service.mutation(compact, { ...part, index: 0, total: 1, bytes: bytesOf(5) });
  expect(await loadAll(t, sessionId)).toMatchObject({ snapshot: [5], updates: [] });
  const stale = { ...part, generation: 3, index: 0, total: 1, bytes: bytesOf(1) };
  await expect(service.mutation(compact, stale)).rejects.toMatchObject(refused("CONFLICT"));
});

it("[BS4] too large a piece, a removed board and one long ended are refused", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  const service = asService(t);
  const large = new ArrayBuffer(MAX_BOARD_UPDATE_BYTES + 1);
  await expect(
    service.mutation(append, { sessionId, token: null, updates: [large] }),
  ).rejects.toMatchObject(refused("LIMIT_EXCEEDED"));
  await owner.client.mutation(api.sessions.lifecycle.end, { sessionId });
  await service.mutation(append, { sessionId, token: null, updates: [bytesOf(1)] }); // was on its way
  vi.advanceTimersByTime(61_000);
  await expect(
    service.mutation(append, { sessionId, token: null, updates: [bytesOf(1)] }),
  ).rejects.toMatchObject(refused("SESSION_ENDED"));
  await owner.client.mutation(api.sessions.lifecycle.remove, { sessionId });
  await expect(service.query(load, { sessionId })).rejects.toMatchObject(refused("NOT_FOUND"));
});

it("[BS1] [BS2] appends and compactions in any order lose no update", async () => {
  const step = fc.oneof(
    fc.record({ type: fc.constant("append" as const), count: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ type: fc.constant("compact" as const), chunks: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ type: fc.constant("sweep" as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const t = setupTest();
      const service = asService(t);
      const { sessionId } = await startSession(t);
      let written = 0; // update n is the byte n; a snapshot is the bytes of all it holds
      let generation = 0;
      let token = 0;
      for (const one of steps) {
        if (one.type === "append") {
          const updates = Array.from({ length: one.count }, () => bytesOf((written += 1)));
          ({ token } = await service.mutation(append, { sessionId, token: null, updates }));
        } else if (one.type === "compact" && written > 0) {
          generation += 1;
          const all = Array.from({ length: written }, (_, n) => n + 1);
          const size = Math.ceil(all.length / one.chunks);
          for (let index = 0; index < one.chunks; index++) {
            const bytes = bytesOf(...all.slice(index * size, (index + 1) * size));
            const part = {
              sessionId,
              token,
              throughSeq: written,
              generation,
              index,
              total: one.chunks,
              bytes,
            };
            await service.mutation(compact, part);
          }
        } else {
          await settle(t);
        }
      }
      const { snapshot, updates } = await loadAll(t, sessionId);
      expect([...snapshot, ...updates.flat()]).toEqual(
        Array.from({ length: written }, (_, n) => n + 1),
      );
    }),
    { numRuns: 20 },
  );
});

it("[BS5] whoever has been succeeded as a board's saver is refused, appends and snapshots alike", async () => {
  const t = setupTest();
  const { sessionId } = await startSession(t);
  const service = asService(t);
  const by = (token: number | null, byte: number) =>
    service.mutation(append, { sessionId, token, updates: [bytesOf(byte)] });
  const paused = await by(null, 1);
  const part = { sessionId, throughSeq: 1, generation: 1, total: 2, bytes: bytesOf(9) };
  await service.mutation(compact, { ...part, token: paused.token, index: 0 });
  const successor = await by(null, 2);
  expect(successor).toEqual({ lastSeq: 2, token: paused.token + 1 });
  await expect(by(paused.token, 3)).rejects.toMatchObject(refused("CONFLICT"));
  const late = service.mutation(compact, { ...part, token: paused.token, index: 1 });
  await expect(late).rejects.toMatchObject(refused("CONFLICT"));
  await by(successor.token, 4);
  expect(await loadAll(t, sessionId)).toMatchObject({ snapshot: [], updates: [[1], [2], [4]] });
});

it("[BW4] [BS5] of several boards each is written or refused for itself", async () => {
  const t = setupTest();
  const [one, other, removed] = [
    await startSession(t),
    await startSession(t),
    await startSession(t),
  ];
  await removed.owner.client.mutation(api.sessions.lifecycle.remove, {
    sessionId: removed.sessionId,
  });
  const rows = ({ sessionId }: { sessionId: Id<"sessions"> }, token: number | null) => ({
    sessionId,
    token,
    updates: [bytesOf(1), bytesOf(2)],
  });
  const boards = [rows(one, null), rows(removed, null), rows(other, 7), rows(one, 1)];
  expect(await asService(t).mutation(appendAll, { boards })).toEqual([
    { lastSeq: 2, token: 1 },
    { code: "NOT_FOUND" },
    { code: "CONFLICT" },
    { lastSeq: 4, token: 1 },
  ]);
  expect((await loadAll(t, one.sessionId)).updates).toEqual([[1], [2], [1], [2]]);
  expect((await loadAll(t, other.sessionId)).updates).toEqual([]);
  const many = Array.from({ length: 65 }, () => ({ ...rows(one, 1), updates: [] }));
  const results = await asService(t).mutation(appendAll, { boards: many });
  expect(results.slice(63)).toEqual([{ lastSeq: 4, token: 1 }, { code: "LIMIT_EXCEEDED" }]);
});
