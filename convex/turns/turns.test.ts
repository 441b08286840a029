import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import { TURN_LEASE_MS } from "../contract/limits.ts";
import { asService, refused, setupTest, startSession, type Deployment } from "../test.setup.ts";

const { begin, append, finish, renew, recover, events } = api.turns.run;
const usage = { inputTokens: 1, outputTokens: 2, durationMs: 3 };
const speaking = { kind: "speaking" as const };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function beginTurn(t: Deployment, clientMessageId = "m1", companionId = "c1") {
  const { sessionId, owner, observer } = await startSession(t, "observer");
  const turn = await ask(t, { sessionId, userId: owner.userId, clientMessageId, companionId });
  return { sessionId, owner, observer, companionId, ...turn };
}

async function ask(
  t: Deployment,
  args: {
    sessionId: Id<"sessions">;
    userId: Id<"users">;
    clientMessageId: string;
    companionId: string;
  },
) {
  return await asService(t).mutation(begin, { ...args, question: `Why ${args.clientMessageId}?` });
}

/** One batch of `text` that follows `seq` and `start`. */
function batch(seq: number, start: number, text: string) {
  const end = start + text.length;
  const event = { seq, at: 1, event: { type: "delta", start, end } };
  return { startSeq: seq, endSeq: seq + 1, start, end, text, events: [event] };
}

const ending = { citations: [], droppedCitations: 0, madeBy: "extractive", usage };

it("[TN1] a client message begins one turn, however often it is sent", async () => {
  const t = setupTest();
  const { sessionId, owner, turnId, number, companionId } = await beginTurn(t);
  expect(number).toBe(1);
  const again = await ask(t, {
    sessionId,
    userId: owner.userId,
    clientMessageId: "m1",
    companionId,
  });
  expect(again).toMatchObject({ turnId, number: 1, isNew: false });
  await expect(
    ask(t, { sessionId, userId: owner.userId, clientMessageId: "m2", companionId }),
  ).rejects.toMatchObject(refused("CONFLICT"));
});

it("[TN1] an observer asks nothing, nor does anyone after the end", async () => {
  const t = setupTest();
  const { sessionId, owner, observer } = await startSession(t, "observer");
  const by = (userId: Id<"users">) =>
    ask(t, { sessionId, userId, clientMessageId: "m", companionId: "c" });
  await expect(by(observer.userId)).rejects.toMatchObject(refused("FORBIDDEN"));
  await owner.client.mutation(api.sessions.lifecycle.end, { sessionId });
  await expect(by(owner.userId)).rejects.toMatchObject(refused("SESSION_ENDED"));
});

it("[TN2] batches build the answer; everyone in the session sees the same prefix", async () => {
  const t = setupTest();
  const { sessionId, observer, turnId, companionId, nextSeq } = await beginTurn(t);
  const service = asService(t);
  const first = { turnId, companionId, ...batch(nextSeq, 0, "Half "), state: speaking };
  await service.mutation(append, first);
  await service.mutation(append, first); // sent again after a lost reply
  await service.mutation(append, { ...first, ...batch(nextSeq + 1, 5, "of it.") });
  const live = await observer.client.query(api.turns.live.current, { sessionId });
  expect(live).toMatchObject({ turnId, text: "Half of it.", state: speaking, authorName: "Olive" });
  await expect(
    service.mutation(append, { ...first, ...batch(nextSeq + 9, 11, "gap") }),
  ).rejects.toMatchObject(refused("CONFLICT"));

  await service.mutation(finish, { turnId, companionId, outcome: { kind: "done" }, ...ending });
  await service.mutation(finish, { turnId, companionId, outcome: { kind: "done" }, ...ending });
  expect(await observer.client.query(api.turns.live.current, { sessionId })).toBeNull();
  const paginationOpts = { numItems: 10, cursor: null };
  const history = await observer.client.query(api.turns.history.list, {
    sessionId,
    paginationOpts,
  });
  expect(history.page).toMatchObject([
    { number: 1, question: "Why m1?", answer: "Half of it.", state: { kind: "done" } },
  ]);
});

it("[TN3] only the companion that holds the lease writes the turn", async () => {
  const t = setupTest();
  const { turnId, nextSeq } = await beginTurn(t);
  const other = { turnId, companionId: "other" };
  for (const attempt of [
    asService(t).mutation(append, { ...other, ...batch(nextSeq, 0, "x"), state: speaking }),
    asService(t).mutation(renew, other),
    asService(t).mutation(finish, { ...other, outcome: { kind: "done" }, ...ending }),
  ]) {
    await expect(attempt).rejects.toMatchObject(refused("INTERRUPTED"));
  }
});

it("[TN4] a companion that falls silent loses the turn; what was saved stays, honestly marked", async () => {
  const t = setupTest();
  const { sessionId, owner, turnId, companionId, nextSeq } = await beginTurn(t);
  await asService(t).mutation(append, {
    turnId,
    companionId,
    ...batch(nextSeq, 0, "Half"),
    state: speaking,
  });
  vi.advanceTimersByTime(TURN_LEASE_MS - 1_000);
  await t.finishInProgressScheduledFunctions();
  await asService(t).mutation(renew, { turnId, companionId });
  vi.advanceTimersByTime(2_000);
  await t.finishInProgressScheduledFunctions();
  expect(await owner.client.query(api.turns.live.current, { sessionId })).not.toBeNull();
  vi.advanceTimersByTime(TURN_LEASE_MS);
  await t.finishInProgressScheduledFunctions();
  const paginationOpts = { numItems: 10, cursor: null };
  const { page } = await owner.client.query(api.turns.history.list, { sessionId, paginationOpts });
  expect(page).toMatchObject([{ answer: "Half", state: { kind: "failed", code: "INTERRUPTED" } }]);
  const next = await ask(t, {
    sessionId,
    userId: owner.userId,
    clientMessageId: "m2",
    companionId,
  });
  expect(next.number).toBe(2);
});

it("[TN4] a companion that starts again ends what it left behind, and numbers are never used twice", async () => {
  const t = setupTest();
  const { sessionId, owner, turnId, companionId, nextSeq } = await beginTurn(t);
  expect(await asService(t).mutation(recover, { companionId: "other" })).toBe(0);
  expect(await asService(t).mutation(recover, { companionId })).toBe(1);
  const missed = await asService(t).query(events, { sessionId, afterSeq: nextSeq - 1 });
  const [last] = missed.chunks.at(-1)?.events ?? [];
  expect(last).toMatchObject({ event: { type: "turnFailed", code: "INTERRUPTED" } });
  expect(last?.seq).toBeGreaterThan(nextSeq + 1_000); // what it may have sent and never saved
  const next = await ask(t, {
    sessionId,
    userId: owner.userId,
    clientMessageId: "m2",
    companionId,
  });
  expect(next.nextSeq).toBe((last?.seq ?? 0) + 1);
  await expect(
    asService(t).mutation(append, {
      turnId,
      companionId,
      ...batch(nextSeq, 0, "x"),
      state: speaking,
    }),
  ).rejects.toMatchObject(refused("INTERRUPTED"));
});

it("[TN5] a citation that points nowhere is left out and counted", async () => {
  const t = setupTest();
  const { turnId, companionId } = await beginTurn(t);
  const citation = {
    passageId: "nonsense",
    documentId: "x",
    page: 1,
    start: 0,
    end: 3,
    quote: "q",
  };
  const outcome = { kind: "done" as const };
  const result = await asService(t).mutation(finish, {
    turnId,
    companionId,
    outcome,
    ...ending,
    citations: [citation],
    droppedCitations: 2,
  });
  expect(result).toEqual({ droppedCitations: 3 });
});

describe("whoever resumes", () => {
  it("[TN6] gets exactly the events after the last it saw", async () => {
    const t = setupTest();
    const { sessionId, turnId, companionId, nextSeq } = await beginTurn(t);
    let start = 0;
    for (const [index, text] of ["a", "bc", "def"].entries()) {
      const one = batch(nextSeq + index, start, text);
      await asService(t).mutation(append, { turnId, companionId, ...one, state: speaking });
      start += text.length;
    }
    const seen = async (afterSeq: number) => {
      const { chunks } = await asService(t).query(events, { sessionId, afterSeq });
      return chunks.flatMap((chunk) => chunk.events.map(({ seq }) => seq));
    };
    expect(await seen(nextSeq - 1)).toEqual([nextSeq, nextSeq + 1, nextSeq + 2]);
    expect(await seen(nextSeq + 1)).toEqual([nextSeq + 2]);
    expect(await seen(nextSeq + 2)).toEqual([]);
  });
});

it("[V1.2.3] [TN1] of 1,000 questions at once on one session each number is given once, none is skipped", async () => {
  vi.useRealTimers();
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  const service = asService(t);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 1_000 }, async (_, n) => {
      const companionId = "c";
      const turn = await ask(t, {
        sessionId,
        userId: owner.userId,
        clientMessageId: `m${String(n % 500)}`, // every question is sent twice
        companionId,
      });
      const { turnId } = turn;
      if (turn.isNew) {
        await service.mutation(finish, {
          turnId,
          companionId,
          outcome: { kind: "done" },
          ...ending,
        });
      }
      return turn;
    }),
  );
  const refusals = outcomes.flatMap((o) => (o.status === "rejected" ? [o.reason as unknown] : []));
  for (const reason of refusals) expect(reason).toMatchObject(refused("CONFLICT"));
  const turns = await t.run((ctx) => ctx.db.query("turns").collect());
  const numbers = turns.map(({ number }) => number).sort((a, b) => a - b);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  expect(new Set(turns.map(({ clientMessageId }) => clientMessageId)).size).toBe(turns.length);
  expect(turns.length).toBeGreaterThan(0);
});

it("[TN2] whatever batches come and however often, the answer is their text in order", async () => {
  const batches = fc.array(
    fc.record({ text: fc.string({ maxLength: 8 }), sends: fc.integer({ min: 1, max: 3 }) }),
    {
      maxLength: 8,
    },
  );
  await fc.assert(
    fc.asyncProperty(batches, async (steps) => {
      const t = setupTest();
      const { turnId, companionId, nextSeq } = await beginTurn(t);
      let answer = "";
      for (const [index, { text, sends }] of steps.entries()) {
        const one = { turnId, companionId, ...batch(nextSeq + index, answer.length, text) };
        for (let n = 0; n < sends; n++) {
          await asService(t).mutation(append, { ...one, state: speaking });
        }
        answer += text;
      }
      const turn = await t.run((ctx) => ctx.db.get("turns", turnId));
      expect(turn).toMatchObject({ answer, answerLength: answer.length });
    }),
    { numRuns: 25 },
  );
});
