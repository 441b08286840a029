// What reaches the store of a board after the report on its session was made, or while it is.
import type { WorkId } from "@convex-dev/workpool";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { api, internal } from "../_generated/api.js";
import { asService, settle, setupTest, startSession } from "../test.setup.ts";

const { append, compact } = api.whiteboard.snapshots;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A session whose board holds one object, and what draws on and reads of it. */
async function drawnSession() {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  const service = asService(t);
  const doc = new Y.Doc();
  let count = 0;
  /** The update that brings one object more. */
  function draw(): ArrayBuffer {
    const before = Y.encodeStateVector(doc);
    const id = `o${String((count += 1))}`;
    const object = { id, kind: "rect", x: 0, y: 0, metadata: { authorId: owner.userId } };
    doc.getMap("objects").set(id, object);
    return new Uint8Array(Y.encodeStateAsUpdate(doc, before)).buffer;
  }
  const store = async () =>
    await service.mutation(append, { sessionId, token: null, updates: [draw()] });
  await store();
  return {
    ...{ t, sessionId, service, doc, draw, store },
    /** Ends it and has the report made; running all timers takes minutes, so the end is then put to now. */
    end: async () => {
      await owner.client.mutation(api.sessions.lifecycle.end, { sessionId });
      await settle(t);
      const state = { kind: "ended" as const, endedAt: Date.now(), reason: "owner" as const };
      await t.run((ctx) => ctx.db.patch("sessions", sessionId, { state }));
    },
    report: async () => await owner.client.query(api.reports.report.get, { sessionId }),
    jobs: async () =>
      await t.run(async (ctx) => {
        const jobs = await ctx.db.query("jobs").collect();
        return jobs.filter(({ name }) => name === "renewInsights");
      }),
  };
}

it("[RE4] rows that are stored after the report are counted in its insights, and its words stay", async () => {
  const { t, end, store, report, jobs } = await drawnSession();
  await end();
  const first = await report();
  expect(first).toMatchObject({ state: { kind: "ready" }, content: { board: { objects: 1 } } });
  expect(await jobs()).toEqual([]); // nothing was stored later, so nothing is counted again

  await store();
  await store();
  await settle(t);
  const { board, ...words } = (await report())!.content!;
  expect(board).toMatchObject({ objects: 3, people: [{ objects: 3 }] });
  expect(first?.content).toMatchObject(words);
});

it("[RE4] what only a snapshot holds is counted", async () => {
  const { t, end, sessionId, service, draw, doc, report } = await drawnSession();
  await end();
  draw(); // too large for a row, say
  const bytes = new Uint8Array(Y.encodeStateAsUpdate(doc)).buffer;
  const part = { sessionId, token: 1, throughSeq: 1, generation: 1, index: 0, total: 1, bytes };
  await service.mutation(compact, part);
  await settle(t);
  expect((await report())?.content?.board).toMatchObject({ objects: 2 });
});

it("[RE4] what is stored between the reading and the saving of a report is counted", async () => {
  const { t, end, sessionId, store, report } = await drawnSession();
  await end();
  const { content, madeBy } = (await report())!;
  await store();
  await settle(t);
  const boardPoint = { generation: 0, lastSeq: 1 }; // it was read before that row
  const late = { sessionId, content: content!, madeBy, boardPoint };
  await t.mutation(internal.reports.drafting.save, late);
  expect((await report())?.content?.board).toMatchObject({ objects: 1 });
  await settle(t);
  expect((await report())?.content?.board).toMatchObject({ objects: 2 });
});

it("[RE4] what is stored while the board is being counted again is counted by the next job", async () => {
  const { t, end, sessionId, store, report, jobs } = await drawnSession();
  await end();
  await store();
  const input = { sessionId };
  const jobId = (await t.mutation(internal.jobs.enqueue.run, { name: "renewInsights", input }))!;
  const claimed = await t.mutation(internal.jobs.execute.claim, { jobId });
  expect(claimed).toMatchObject({ name: "renewInsights" });
  await t.action(internal.agents.renewInsights.run, { jobId, input });
  await store(); // asks for a job while that one is alive
  vi.advanceTimersByTime(1);
  await t.finishInProgressScheduledFunctions();
  const result = { kind: "success" as const, returnValue: { attempt: claimed!.attempt } };
  const done = { workId: "work" as WorkId, context: { jobId }, result };
  await t.mutation(internal.jobs.execute.complete, done);
  await settle(t);
  expect((await report())?.content?.board).toMatchObject({ objects: 3 });
  expect((await jobs()).map(({ state }) => state.kind)).toEqual(["succeeded", "succeeded"]);
});

it("[RE4] insights that have counted less never replace newer ones", async () => {
  const { t, end, sessionId, store, report } = await drawnSession();
  await end();
  await store();
  await settle(t);
  const { board } = (await report())!.content!;
  const boardPoint = { generation: 0, lastSeq: 1 };
  const older = { sessionId, board: { ...board!, objects: 1 }, boardPoint };
  await t.mutation(internal.reports.drafting.saveInsights, older);
  expect((await report())?.content?.board).toMatchObject({ objects: 2 });
});
