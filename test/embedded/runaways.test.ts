/**
 * Functions that do not end by themselves, one of each kind: what `npm run chaos:runaways` does with all of
 * them while it measures how long others wait.
 */
import { makeFunctionReference } from "convex/server";
import { afterAll, beforeAll, expect, it } from "vitest";

import { add, CHAOS_FUNCTIONS, writesInRound } from "../../scripts/chaos/chaosFunctions.ts";
import {
  httpClient,
  reactiveClient,
  startTestEngine,
  type TestEngine,
} from "../support/convexEngine.ts";

const inQuery = makeFunctionReference<"query", { kind: string }>("runaways:inQuery");
const inMutation = makeFunctionReference<"mutation", { kind: string }>("runaways:inMutation");
const drops = makeFunctionReference<"query", { kind: string }>("runaways:drops");
const inAction = makeFunctionReference<"action", { kind: string }>("runaways:inAction");

let engine: TestEngine;

beforeAll(async () => {
  engine = await startTestEngine({ functionsDir: CHAOS_FUNCTIONS });
});
afterAll(() => engine.close());

const restarts = () => engine.events.filter(({ type }) => type === "restarted");

it("[RA1] whatever a query or mutation does not to end, it is cut off and nothing else is", async () => {
  const client = reactiveClient(engine.url);
  await expect(client.query(inQuery, { kind: "microtasks" })).rejects.toThrow(/timed out/);
  await expect(client.mutation(inMutation, { kind: "loop" })).rejects.toThrow(/timed out/);
  expect(client.connectionState().connectionCount).toBe(1);
  expect(restarts()).toEqual([]);
});

it("[RA1] many that do not end are cut off one by one, and those that came with them are run", async () => {
  const client = reactiveClient(engine.url);
  const kinds = ["loop", "microtasks"];
  const runaways = kinds.map((kind) =>
    client.query(inQuery, { kind }).then(() => "it came to an end", String),
  );
  const others = [2, 3, 4].map((writer) =>
    httpClient(engine.url).mutation(add, { round: 2, writer, sequence: 1 }),
  );
  for (const told of await Promise.all(runaways)) expect(told).toMatch(/timed out/);
  await Promise.all(others);
  expect(await httpClient(engine.url).query(writesInRound, { round: 2 })).toHaveLength(3);
  expect(restarts()).toEqual([]);
});

it("[FI16] looking at what is logged is cut off with the function that logs it", async () => {
  const client = reactiveClient(engine.url);
  await expect(client.query(inQuery, { kind: "inspector" })).rejects.toThrow(/timed out/);
  expect(restarts()).toEqual([]);
});

it.each(["textless", "endless"])(
  "[RA1] a rejection that nobody handles, for a reason that is %s, is told in the log and costs no restart",
  async (kind) => {
    const other = httpClient(engine.url);
    const before = engine.events.length;
    expect(await other.query(drops, { kind })).toBe(kind);
    await expect
      .poll(() => engine.events.slice(before))
      .toContainEqual(
        expect.objectContaining({
          event: expect.objectContaining({
            path: "runaways:drops",
            line: "[ERROR] Unhandled rejection: Uncaught value that cannot be shown as text",
          }) as unknown,
        }),
      );
    expect(await other.query(writesInRound, { round: 9 })).toEqual([]);
    expect(restarts()).toEqual([]);
  },
);

it("[RA2] what can fail by itself fails with its own error", async () => {
  const client = reactiveClient(engine.url);
  await expect(client.query(inQuery, { kind: "recursion" })).rejects.toThrow(/call stack/);
  await expect(client.mutation(inMutation, { kind: "strings" })).rejects.toThrow(/string length/);
  await expect(client.query(inQuery, { kind: "wait" })).rejects.toThrow(/Atomics.wait cannot be/);
  expect(restarts()).toEqual([]);
});

it("[RA5] an action that takes memory without end is told so, and costs no restart", async () => {
  const client = reactiveClient(engine.url);
  await expect(client.action(inAction, { kind: "hoard" })).rejects.toThrow(/ran out of memory/);
  expect(restarts()).toEqual([]);
});

it("[RA3] a function that takes memory without end is told so, and nothing acknowledged is lost", async () => {
  const other = httpClient(engine.url);
  await other.mutation(add, { round: 1, writer: 1, sequence: 1 });
  const client = reactiveClient(engine.url);
  // On a machine that is so busy that the function's second passes first, it may try again.
  await expect
    .poll(() => client.query(inQuery, { kind: "hoard" }).catch(String))
    .toContain("JavaScript execution ran out of memory (maximum memory usage: 64 MB)");
  expect(await other.query(writesInRound, { round: 1 })).toEqual(["1/1"]);
  expect(restarts()).toEqual([]);
});

it("[RA6] a query that keeps 60 MB, or drops hundreds, comes to its end", async () => {
  await expect(httpClient(engine.url).query(inQuery, { kind: "keeps" })).resolves.toBe(60);
  await expect(httpClient(engine.url).query(inQuery, { kind: "drops" })).resolves.toBeGreaterThan(
    0,
  );
});

it("[RA6] a query that drops what it held for a while is told of no lack of memory", async () => {
  const told: unknown[] = [];
  // Whether the guard looks at the right moment is chance: where the dead count, one of three is cut off.
  for (let call = 0; call < 12; call++) {
    told.push(await httpClient(engine.url).query(inQuery, { kind: "churns" }).catch(String));
  }
  expect(told.join()).not.toMatch(/memory/);
  expect(told).toContain(20);
  expect(restarts()).toEqual([]);
});
