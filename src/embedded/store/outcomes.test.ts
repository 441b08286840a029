import { DatabaseSync } from "node:sqlite";

import { expect, it } from "vitest";
import {
  collect,
  mutate,
  query,
  range,
  testDatabase,
  testFile,
} from "../../../test/support/embeddedStore.ts";
import { openDatabase } from "./openDatabase.ts";
import { ConflictError } from "./databaseError.ts";

const request = { sessionId: "9b3c", requestId: 7 };

it("[FR2] of two transactions that answer the same request one commits", async () => {
  const database = testDatabase();
  const [one, other] = [database.begin("mutation"), database.begin("mutation")];
  for (const tx of [one, other]) {
    expect(tx.system.outcome(request)).toBeNull();
    tx.system.keepOutcome(request, "answered");
  }
  const { ts } = await database.commit(one);
  await expect(database.commit(other)).rejects.toThrow(ConflictError);
  const kept = query(database, (tx) => tx.system.outcome(request));
  expect(kept).toEqual({ text: "answered", ts });
});

it("[FR15] what an earlier version kept of requests as documents is answered as it was", async () => {
  const path = testFile();
  const before = openDatabase({ path });
  const tx = before.begin("mutation");
  for (const [part, text] of [
    [1, "answered"],
    [0, "as it was "],
  ] as const) {
    tx.system.insert("_session_requests", { ...request, part, text });
  }
  const { ts } = await before.commit(tx);
  await mutate(before, (own) => own.insert("t", { n: 1 }));
  await before.close();
  const file = new DatabaseSync(path);
  file.exec("DROP TABLE outcomes"); // which earlier versions did not have
  file.close();
  const database = openDatabase({ path });
  query(database, (read) => {
    expect(read.system.outcome(request)).toEqual({ text: "as it was answered", ts });
    expect(read.system.outcome({ ...request, requestId: 8 })).toBeNull();
    expect(collect(read, range("t.by_creation_time"))).toHaveLength(1);
  });
  await database.close();
});

it("[SC7] outcomes of requests are forgotten after a time, the oldest first", async () => {
  const database = testDatabase();
  const times: number[] = [];
  for (let requestId = 0; requestId < 5; requestId++) {
    const tx = database.begin("mutation");
    tx.system.keepOutcome({ ...request, requestId }, "answered");
    times.push((await database.commit(tx)).ts);
  }
  const left = (): number[] =>
    query(database, (tx) =>
      [0, 1, 2, 3, 4].filter((requestId) => tx.system.outcome({ ...request, requestId }) !== null),
    );
  expect(await database.forgetOutcomes(times[3] ?? 0, 2)).toBe(2);
  expect(left()).toEqual([2, 3, 4]);
  expect(await database.forgetOutcomes(times[3] ?? 0, 2)).toBe(1);
  expect(left()).toEqual([3, 4]);
});
