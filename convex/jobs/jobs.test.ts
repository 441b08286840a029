import type { WorkId } from "@convex-dev/workpool";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { api, internal } from "../_generated/api.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import { appError, ERRORS, type AppErrorData, type ErrorCode } from "../contract/errors.ts";
import { refused, settle, setupTest, startSession, type Deployment } from "../test.setup.ts";
import { backoffMs, JOB_LEASE_MS, scheduleJob } from "./model.ts";
import { JOBS } from "./registry.ts";

const { claim, complete, renew, report } = internal.jobs.execute;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What the pool does when a run has ended. */
async function end(
  t: Deployment,
  jobId: Id<"jobs">,
  run: { attempt: number; failure?: AppErrorData },
) {
  const result = { kind: "success" as const, returnValue: run };
  await t.mutation(complete, { workId: "work" as WorkId, context: { jobId }, result });
}

/** A report job that is pending and whose scheduled run is not driven: the tests below do what it would. */
async function pendingJob(t: Deployment) {
  const session = await startSession(t, "observer");
  const { sessionId } = session;
  const jobId = await t.run(async (ctx) => {
    await ctx.db.insert("reports", { sessionId, state: { kind: "making" }, madeBy: "" });
    return await ctx.db.insert("jobs", {
      name: "analyseSession",
      sessionId,
      input: { sessionId },
      idempotencyKey: `analyseSession:${sessionId}`,
      state: { kind: "pending", runAt: Date.now() },
      attempt: 0,
      progress: { done: 0, total: 0, label: "" },
    });
  });
  const read = async () => await t.run(async (ctx) => (await ctx.db.get("jobs", jobId))!);
  return { ...session, jobId, read };
}

const failureOf = (code: ErrorCode) => ({ ...appError(code).data });

it("[JB1] while a job of a key is alive a second one is not made; afterwards it is", async () => {
  const t = setupTest();
  const { sessionId } = await startSession(t);
  const enqueue = () =>
    t.mutation(internal.jobs.enqueue.run, { name: "analyseSession", input: { sessionId } });
  await t.run((ctx) =>
    ctx.db.insert("reports", { sessionId, state: { kind: "making" }, madeBy: "" }),
  );
  const first = await enqueue();
  expect(await enqueue()).toBe(first);
  await settle(t);
  expect(await enqueue()).not.toBe(first);
});

it("[JB1] a job about something that is gone is not made, and cancelled if it was", async () => {
  const t = setupTest();
  const { sessionId, jobId, read } = await pendingJob(t);
  await t.run((ctx) => ctx.db.patch("sessions", sessionId, { state: { kind: "removing" } }));
  const input = { sessionId };
  expect(await t.mutation(internal.jobs.enqueue.run, { name: "analyseSession", input })).toBeNull();
  expect(await t.mutation(claim, { jobId })).toBeNull();
  expect((await read()).state.kind).toBe("cancelled");
});

it("[JB2] only one of many runs claims a job", async () => {
  const t = setupTest();
  const { jobId } = await pendingJob(t);
  const claims = await Promise.all(Array.from({ length: 20 }, () => t.mutation(claim, { jobId })));
  expect(claims.filter((claimed) => claimed !== null)).toHaveLength(1);
});

it("[JB2] whoever comes late with an older attempt changes nothing", async () => {
  const t = setupTest();
  const { jobId, read } = await pendingJob(t);
  await t.mutation(claim, { jobId });
  await end(t, jobId, { attempt: 1, failure: failureOf("MODEL_UNAVAILABLE") });
  vi.setSystemTime(Date.now() + 60_000);
  expect(await t.mutation(claim, { jobId })).toMatchObject({ attempt: 2 });
  const before = await read();
  await end(t, jobId, { attempt: 1 });
  await end(t, jobId, { attempt: 1, failure: failureOf("INTERNAL") });
  await t.mutation(renew, { jobId, attempt: 1 });
  expect(await read()).toEqual(before);
});

it("[JB3] a failure that may pass is tried again, later each time, then parked with its input", async () => {
  const t = setupTest();
  const { sessionId, jobId, owner, observer, read } = await pendingJob(t);
  const waits: number[] = [];
  for (let attempt = 1; attempt <= JOBS.analyseSession.maxAttempts; attempt++) {
    await t.mutation(claim, { jobId });
    await end(t, jobId, { attempt, failure: failureOf("MODEL_UNAVAILABLE") });
    const { state } = await read();
    if (state.kind !== "pending") break;
    waits.push(state.runAt - Date.now());
    vi.setSystemTime(state.runAt);
  }
  expect(waits).toHaveLength(JOBS.analyseSession.maxAttempts - 1);
  expect([...waits].sort((a, b) => a - b)).toEqual(waits);
  const letters = await t.run((ctx) => ctx.db.query("deadLetters").collect());
  expect(letters).toMatchObject([{ jobId, input: { sessionId }, code: "MODEL_UNAVAILABLE" }]);
  expect(await owner.client.query(api.reports.report.get, { sessionId })).toMatchObject({
    state: { kind: "failed", code: "MODEL_UNAVAILABLE" },
  });

  const { retry } = api.jobs.list;
  await expect(observer.client.mutation(retry, { jobId })).rejects.toMatchObject(
    refused("FORBIDDEN"),
  );
  await owner.client.mutation(retry, { jobId });
  await expect(owner.client.mutation(retry, { jobId })).rejects.toMatchObject(refused("CONFLICT"));
  await settle(t);
  expect((await read()).state.kind).toBe("succeeded");
  expect(await t.run((ctx) => ctx.db.query("deadLetters").collect())).toEqual([]);
});

it("[JB3] a failure that cannot pass is parked at once; a provider's wish to wait is respected", async () => {
  const t = setupTest();
  const first = await pendingJob(t);
  await t.mutation(claim, { jobId: first.jobId });
  await end(t, first.jobId, { attempt: 1, failure: failureOf("MODEL_AUTH_FAILED") });
  expect((await first.read()).state.kind).toBe("dead");

  const second = await pendingJob(t);
  await t.mutation(claim, { jobId: second.jobId });
  const failure = { ...appError("MODEL_RATE_LIMITED", undefined, { retryAfterMs: 240_000 }).data };
  await end(t, second.jobId, { attempt: 1, failure });
  const { state } = await second.read();
  expect(state.kind === "pending" && state.runAt - Date.now()).toBeGreaterThanOrEqual(240_000);
});

it("[JB4] a run whose process died is begun again once its lease ran out, not before", async () => {
  const t = setupTest();
  const { jobId, read } = await pendingJob(t);
  await t.mutation(claim, { jobId });
  vi.setSystemTime(Date.now() + JOB_LEASE_MS - 1);
  await t.mutation(internal.jobs.recover.checkLease, { jobId, attempt: 1 });
  expect((await read()).state.kind).toBe("running");
  await t.mutation(renew, { jobId, attempt: 1 });
  vi.setSystemTime(Date.now() + JOB_LEASE_MS - 1);
  await t.mutation(internal.jobs.recover.checkLease, { jobId, attempt: 1 });
  expect((await read()).state.kind).toBe("running");
  vi.setSystemTime(Date.now() + 1);
  await t.mutation(internal.jobs.recover.checkLease, { jobId, attempt: 1 });
  expect((await read()).state.kind).toBe("pending");
  await settle(t);
  expect(await read()).toMatchObject({ state: { kind: "succeeded" }, attempt: 2 });
});

it("[JB4] a pending job that nobody began is begun by the sweep", async () => {
  const t = setupTest();
  const { read } = await pendingJob(t);
  await t.mutation(internal.jobs.recover.sweep, {});
  await settle(t);
  expect((await read()).state.kind).toBe("pending");
  vi.setSystemTime(Date.now() + 61_000);
  await t.mutation(internal.jobs.recover.sweep, {});
  await settle(t);
  expect((await read()).state.kind).toBe("succeeded");
});

it("[JB4] a run that the pool lost is taken up at once, unless it is not the job's run any more", async () => {
  const t = setupTest();
  const { jobId, read } = await pendingJob(t);
  await t.run((ctx) => ctx.db.patch("jobs", jobId, { workId: "mine" as WorkId }));
  const lose = (workId: string) => {
    const result = { kind: "failed" as const, error: "Transient error while executing action" };
    return t.mutation(complete, { workId: workId as WorkId, context: { jobId }, result });
  };
  await t.mutation(claim, { jobId });
  await lose("another's");
  expect((await read()).state.kind).toBe("running");
  await lose("mine");
  expect(await read()).toMatchObject({ state: { kind: "pending" }, attempt: 1 });
  await settle(t);
  expect(await read()).toMatchObject({ state: { kind: "succeeded" }, attempt: 2 });
});

it("[JB4] the sweep leaves alone what has its turn in the pool still to come", async () => {
  const t = setupTest();
  const { jobId, read } = await pendingJob(t);
  await t.run((ctx) => scheduleJob(ctx, jobId, Date.now()));
  const { workId } = await read();
  vi.setSystemTime(Date.now() + 61_000);
  await t.mutation(internal.jobs.recover.sweep, {});
  expect((await read()).workId).toBe(workId);
});

it("[JB5] people see progress and state, not leases", async () => {
  const t = setupTest();
  const { sessionId, jobId, observer } = await pendingJob(t);
  await t.mutation(claim, { jobId });
  const progress = { done: 3, total: 20, label: "reading page 3 of 20" };
  await t.mutation(report, { jobId, progress });
  expect(await observer.client.query(api.jobs.list.forSession, { sessionId })).toEqual([
    { jobId, name: "analyseSession", documentId: null, state: { kind: "running" }, progress },
  ]);
});

it("[JB6] jobs that ended well a week ago and logins that ran out are forgotten, others kept", async () => {
  const t = setupTest();
  const { jobId } = await pendingJob(t);
  const dead = await pendingJob(t);
  const endedAt = Date.now();
  await t.run(async (ctx) => {
    await ctx.db.patch("jobs", jobId, { state: { kind: "succeeded", endedAt } });
    const state = { kind: "dead" as const, endedAt, code: "INTERNAL" as const, message: "" };
    await ctx.db.patch("jobs", dead.jobId, { state });
  });
  vi.setSystemTime(Date.now() + 8 * 86_400_000);
  await t.mutation(internal.jobs.prune.run, {});
  await t.run(async (ctx) => {
    expect(await ctx.db.query("jobs").collect()).toMatchObject([{ _id: dead.jobId }]);
    expect(await ctx.db.query("logins").collect()).toEqual([]);
    expect(await ctx.db.query("refreshTokens").collect()).toEqual([]);
  });
});

it("[JB3] the wait grows with every attempt, is spread, and has an end", () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), chance, (attempt, by) => {
      const wait = backoffMs(2_000, attempt, by);
      expect(wait).toBeGreaterThanOrEqual(Math.min(2_000 * 2 ** (attempt - 1), 300_000));
      expect(wait).toBeLessThanOrEqual(300_000);
    }),
  );
});

/** What may follow each state of a job; every other pair is a mistake. The compiler wants a row for each. */
const FOLLOWS = {
  pending: ["pending", "running", "cancelled"],
  running: ["running", "pending", "succeeded", "dead", "cancelled"],
  succeeded: ["succeeded"],
  dead: ["dead", "pending"],
  cancelled: ["cancelled"],
} as const satisfies Record<Doc<"jobs">["state"]["kind"], readonly Doc<"jobs">["state"]["kind"][]>;

it("[JB2] [JB3] [JB4] whatever happens in whatever order, a job only takes the steps of its table", async () => {
  const step = fc.oneof(
    fc.constant({ type: "claim" as const }),
    fc.record({ type: fc.constant("succeed" as const), attempt: fc.integer({ min: 1, max: 5 }) }),
    fc.record({
      type: fc.constant("fail" as const),
      attempt: fc.integer({ min: 1, max: 5 }),
      code: fc.constantFrom(...(Object.keys(ERRORS) as ErrorCode[])),
    }),
    fc.record({
      type: fc.constant("checkLease" as const),
      attempt: fc.integer({ min: 1, max: 5 }),
    }),
    fc.record({ type: fc.constant("wait" as const), ms: fc.nat(60_000) }),
    fc.constant({ type: "retry" as const }),
  );
  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
  async function take(
    t: Deployment,
    one: Step,
    job: { jobId: Id<"jobs">; retry: () => Promise<unknown> },
  ) {
    const { jobId } = job;
    switch (one.type) {
      case "claim":
        return await t.mutation(claim, { jobId });
      case "succeed": {
        await end(t, jobId, { attempt: one.attempt });
        return;
      }
      case "fail": {
        await end(t, jobId, { attempt: one.attempt, failure: failureOf(one.code) });
        return;
      }
      case "checkLease":
        return await t.mutation(internal.jobs.recover.checkLease, { jobId, attempt: one.attempt });
      case "wait":
        return vi.setSystemTime(Date.now() + one.ms);
      case "retry":
        return await job.retry().catch(() => undefined);
    }
  }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const t = setupTest();
      const { jobId, owner, read } = await pendingJob(t);
      const retry = () => owner.client.mutation(api.jobs.list.retry, { jobId });
      let before = (await read()).state.kind;
      for (const one of steps) {
        await take(t, one, { jobId, retry });
        const { state, attempt } = await read();
        expect(FOLLOWS[before]).toContain(state.kind);
        expect(attempt).toBeLessThanOrEqual(JOBS.analyseSession.maxAttempts);
        before = state.kind;
      }
    }),
    { numRuns: 40 },
  );
});
