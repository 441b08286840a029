/**
 * Several companions as processes, one Convex, one Redis, stock providers: what people see and what the
 * store holds while companions are killed, paused and drained, and while Redis hangs or dies.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { LEASE_MS } from "../../src/sync/peers/boardRelay.ts";
import { sleep, systemClock } from "../../src/util/clock.ts";
import {
  openBoard,
  startInstallation,
  type Drawer,
  type Installation,
} from "../support/companions.ts";

/** Shorter than what a room waits for a peer that says nothing. */
const GHOST_LIMIT = { timeout: 10_000 };

type SessionId = Parameters<Installation["stored"]>[0];

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation(3);
});
afterAll(() => installation.dispose());

/** A session with one person on each companion's board. `alone`: what the first does before others come. */
async function startBoard(
  alone: (first: Drawer, sessionId: SessionId) => Promise<void> = () => Promise.resolve(),
) {
  const { sessionId, tokens } = await installation.startSession(3);
  const drawers: Drawer[] = [];
  for (const [i, companion] of installation.companions.entries()) {
    const drawer = await openBoard(companion, sessionId, tokens[i]!);
    drawers.push(drawer);
    if (i === 0) await alone(drawer, sessionId);
  }
  const [a, b, c] = drawers as [Drawer, Drawer, Drawer];
  return { sessionId, drawers, a, b, c };
}

const stored = (sessionId: SessionId) => () => installation.stored(sessionId);

async function expectSame(drawers: Drawer[], ids: string[]): Promise<void> {
  for (const one of drawers) await expect.poll(one.ids).toEqual([...ids].sort());
}

const sees = (one: Drawer, other: Drawer) => () =>
  one.provider.awareness.getStates().has(other.doc.clientID);

async function expectSees(drawers: Drawer[], other: Drawer): Promise<void> {
  for (const one of drawers) await expect.poll(sees(one, other)).toBe(true);
}

/** What each draws, `count` times, with the pauses of a hand. */
async function drawAll(drawers: Drawer[], name: string, count: number): Promise<string[]> {
  const drawn: string[] = [];
  for (let n = 0; n < count; n++) {
    for (const [i, drawer] of drawers.entries()) {
      drawn.push(`${name}-${i}-${n}`);
      drawer.draw(`${name}-${i}-${n}`);
    }
    await sleep(systemClock, 40);
  }
  return drawn;
}

it("[RD1] [RD4] people on three companions draw on one board, see each other, and one companion saves", async () => {
  const { sessionId, drawers, a, b } = await startBoard();
  a.provider.awareness.setLocalStateField("cursor", { x: 1 });
  await expect
    .poll(() => b.provider.awareness.getStates().get(a.doc.clientID))
    .toEqual({ cursor: { x: 1 } });
  const drawn = await drawAll(drawers, "all", 50);
  await expectSame(drawers, drawn);
  a.erase("all-1-0");
  await expectSame(
    drawers,
    drawn.filter((id) => id !== "all-1-0"),
  );
  await expect.poll(stored(sessionId)).toEqual(b.ids());
  expect(await installation.takeovers(sessionId)).toBe(1);
});

it("[RD3] [RD7] a companion is killed: what it told is saved by the others, what its people have comes back, and so do they", async () => {
  const { sessionId, drawers, a, b, c } = await startBoard();
  await expectSees([b, c], a);
  const drawn = await drawAll(drawers, "before", 10);
  a.draw("last-words");
  await expect.poll(b.ids).toContain("last-words");
  await installation.companions[0]!.kill();
  for (const one of [b, c]) await expect.poll(sees(one, a), GHOST_LIMIT).toBe(false);
  a.draw("while-dead");
  drawn.push("last-words", ...(await drawAll([b, c], "after", 10)));
  await expectSame([b, c], drawn);
  await expect.poll(stored(sessionId)).toEqual(b.ids());
  await installation.companions[0]!.restart();
  await expectSame(drawers, [...drawn, "while-dead"]);
  await expectSees([b, c], a);
  await expect.poll(stored(sessionId)).toEqual(b.ids());
});

it("[RD4] [RD7] a companion hangs while it saves: another takes over, the late write is refused, nothing and nobody is lost", async () => {
  // Who saves first holds the lease, and keeps it while it writes on.
  const { sessionId, drawers, a, b, c } = await startBoard(async (first, session) => {
    first.draw("first");
    await expect.poll(stored(session)).toEqual(["first"]);
  });
  await expectSees([b, c], a);
  const drawn = ["first", ...(await drawAll([a], "saver", 30))];
  a.draw("unsaved");
  const [hung] = installation.companions;
  hung!.pause();
  a.draw("into-the-void");
  drawn.push(...(await drawAll([b, c], "meanwhile", 10)));
  const lost = new Set([...drawn, "unsaved", "into-the-void"]);
  for (const id of await installation.stored(sessionId)) lost.delete(id);
  expect(lost.size).toBeGreaterThan(0);
  await expect
    .poll(stored(sessionId), { timeout: LEASE_MS + 10_000 })
    .toEqual(expect.arrayContaining(drawn.filter((id) => id.startsWith("meanwhile"))));
  await expect.poll(sees(b, a), GHOST_LIMIT).toBe(false);
  hung!.resume();
  for (const one of [b, c]) await expect.poll(sees(one, a), GHOST_LIMIT).toBe(true);
  await expectSame(drawers, [...drawn, "unsaved", "into-the-void"]);
  await expect.poll(stored(sessionId)).toEqual(b.ids());
  expect(await installation.takeovers(sessionId)).toBeGreaterThan(1);
});

it("[RD5] Redis hangs for 30 s: each companion serves and saves its own people's work, and all meet after it", async () => {
  const { sessionId, drawers } = await startBoard();
  const drawn = await drawAll(drawers, "before", 5);
  await expectSame(drawers, drawn);
  installation.redis.pause();
  const until = systemClock.now() + 30_000;
  for (let round = 0; systemClock.now() < until; round++) {
    drawn.push(...(await drawAll(drawers, `cut${round}`, 2)));
    await sleep(systemClock, 1_000);
  }
  await expect.poll(stored(sessionId)).toEqual([...drawn].sort());
  for (const companion of installation.companions) {
    expect(companion.output()).toContain("Redis does not answer");
  }
  installation.redis.resume();
  await expectSame(drawers, drawn);
  drawn.push(...(await drawAll(drawers, "after", 5)));
  await expectSame(drawers, drawn);
});

it("[RD5] Redis hangs, dies and comes back empty: nothing is lost, and all meet again", async () => {
  installation.redis.pause();
  const { sessionId, drawers } = await startBoard();
  const drawn = await drawAll(drawers, "hanging", 10);
  await installation.redis.kill();
  drawn.push(...(await drawAll(drawers, "without", 10)));
  await expect.poll(stored(sessionId)).toEqual([...drawn].sort());
  await installation.redis.start();
  drawn.push(...(await drawAll(drawers, "again", 5)));
  await expectSame(drawers, drawn);
  await expect.poll(stored(sessionId)).toEqual([...drawn].sort());
});

it("[RD4] a companion drains while all draw: nothing is lost", async () => {
  const { sessionId, drawers, a, b, c } = await startBoard();
  const drawn = await drawAll(drawers, "before", 10);
  a.draw("at-the-end");
  expect(await installation.companions[0]!.stop()).toBe(0);
  drawn.push(...(await drawAll([b, c], "after", 5)));
  await installation.companions[0]!.restart();
  await expectSame(drawers, [...drawn, "at-the-end"]);
  await expect.poll(stored(sessionId)).toEqual(b.ids());
});
