import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import {
  collect,
  countingClock,
  mutate,
  query,
  range,
  testDatabase,
  testFile,
} from "../../../test/support/embeddedStore.ts";
import type { Commit, Database } from "./database.ts";
import { openDatabase } from "./openDatabase.ts";
import { VersionStore } from "./versionStore.ts";

const all = range("t.by_creation_time");

function numbersIn(database: Database): unknown[] {
  return query(database, (tx) => collect(tx, all).map(({ n }) => n));
}

it("[CM1] a killed process loses nothing that was acknowledged", async () => {
  const path = testFile();
  const program = `
    import { openDatabase } from ${JSON.stringify(new URL("./openDatabase.ts", import.meta.url).href)};
    const database = openDatabase({ path: ${JSON.stringify(path)} });
    const worker = async (from) => {
      for (let n = from; ; n += 4) {
        const tx = database.begin("mutation");
        tx.insert("t", { n });
        await database.commit(tx);
        process.stdout.write(n + "\\n");
      }
    };
    for (let from = 0; from < 4; from++) void worker(from);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program]);
  const acknowledged: number[] = [];
  for await (const line of createInterface(child.stdout)) {
    acknowledged.push(Number(line));
    if (acknowledged.length === 200) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  expect(child.signalCode).toBe("SIGKILL");
  const database = testDatabase({ path });
  const kept = new Set(numbersIn(database));
  expect(acknowledged.filter((n) => !kept.has(n))).toEqual([]);
  expect(query(database, (tx) => collect(tx, range("t.by_id")))).toHaveLength(kept.size);
  await database.close();
  const file = new VersionStore(path, undefined);
  expect(file.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  file.close();
});

it("[CM2] a full disk fails the whole group, and the database goes on without it", async () => {
  const path = testFile();
  const database = testDatabase({ path, maxBytes: 400_000 });
  await mutate(database, (tx) => tx.insert("t", { n: 1 }));
  const [small, large] = [database.begin("mutation"), database.begin("mutation")];
  small.insert("u", { n: 2 });
  small.insert("t", { n: 2 });
  for (let i = 0; i < 10; i++) large.insert("t", { n: 3, text: "x".repeat(90_000) });
  const commits = [database.commit(small), database.commit(large)];
  const reader = database.begin("mutation"); // has seen what is about to be lost
  const outcomes = await Promise.allSettled(commits);
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ status: "rejected", reason: { code: "STORAGE_FAILED" } });
  }
  expect(numbersIn(database)).toEqual([1]);
  if (reader.snapshotTs > database.latestTs()) {
    expect(() => reader.count("t")).toThrow(expect.objectContaining({ code: "CONFLICT" }));
  }
  const next = database.begin("mutation"); // reads where the lost commits wrote: no conflict
  next.insert("t", { n: collect(next, all).length + 3 });
  next.insert("u", { n: 5 });
  await database.commit(next);
  await database.close();
  const again = testDatabase({ path });
  expect(numbersIn(again)).toEqual([1, 4]);
  expect(query(again, (tx) => [tx.count("v"), tx.count("u")])).toEqual([0, 1]);
});

it("[CM2] a mutation that writes nothing does not fail for a full disk", async () => {
  const database = testDatabase({ path: testFile(), maxBytes: 400_000 });
  const [idle, large] = [database.begin("mutation"), database.begin("mutation")];
  for (let i = 0; i < 10; i++) large.insert("t", { text: "x".repeat(90_000) });
  const failed = database.commit(large).catch((error: unknown) => error);
  await expect(database.commit(idle)).resolves.toEqual({ ts: idle.snapshotTs, writes: [] });
  expect(await failed).toMatchObject({ code: "STORAGE_FAILED" });
});

it("[CM3] a mutation that saw what was then lost has to run again, whatever it made of it", async () => {
  const database = testDatabase({ path: testFile(), maxBytes: 400_000 });
  const first = database.begin("mutation");
  first.insert("t", { n: 1 });
  const lost = database.commit(first).catch((error: unknown) => error);
  const witness = database.begin("mutation");
  expect(collect(witness, all)).toHaveLength(1);
  const bystander = database.begin("mutation");
  const settled = database.settled(witness).catch((error: unknown) => error);
  const large = database.begin("mutation");
  for (let i = 0; i < 10; i++) large.insert("t", { text: "x".repeat(90_000) });
  const failed = database.commit(large).catch((error: unknown) => error);
  expect(await lost).toMatchObject({ code: "STORAGE_FAILED" });
  expect(await failed).toMatchObject({ code: "STORAGE_FAILED" });
  expect(await settled).toMatchObject({ code: "CONFLICT" });
  await expect(database.commit(bystander)).rejects.toMatchObject({ code: "CONFLICT" });
  expect(numbersIn(database)).toEqual([]);
});

it("[CM4] queries see only what is on disk, mutations also what is about to be", async () => {
  const database = testDatabase();
  const tx = database.begin("mutation");
  tx.insert("t", { n: 1 });
  const before = database.latestTs();
  const committed = database.commit(tx);
  expect(numbersIn(database)).toEqual([]);
  expect(collect(database.begin("mutation"), all)).toHaveLength(1);
  expect(database.latestTs()).toBe(before);
  const { ts } = await committed;
  expect(database.latestTs()).toBe(ts);
  expect(numbersIn(database)).toEqual([1]);
});

it("[CM5] timestamps rise with every commit, over restarts and clocks that go back", async () => {
  const path = testFile();
  const seen: number[] = [];
  for (const now of [5_000_000, 9_000_000, 1_000_000]) {
    const database = openDatabase({ path, now: () => now });
    seen.push(database.latestTs());
    for (let n = 0; n < 3; n++) {
      const tx = database.begin("mutation");
      tx.insert("t", { n });
      seen.push((await database.commit(tx)).ts);
    }
    await database.close();
  }
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(new Set(seen).size).toBe(seen.length - 1); // the third start resumes where the second ended
});

it("[CM6] listeners hear of commits in order, after the flush and before the caller does", async () => {
  const database = testDatabase();
  const heard: string[] = [];
  const stop = database.onCommit(({ ts }) => {
    expect(database.latestTs()).toBeGreaterThanOrEqual(ts);
    heard.push(`heard ${ts}`);
  });
  const txs = [1, 2, 3].map((n) => {
    const tx = database.begin("mutation");
    tx.insert("t", { n });
    return tx;
  });
  const commits = await Promise.all(
    txs.map((tx) =>
      database.commit(tx).then(({ ts }) => {
        heard.push("told");
        return ts;
      }),
    ),
  );
  expect(heard).toEqual([...commits.map((ts) => `heard ${ts}`), "told", "told", "told"]);
  stop();
  await mutate(database, (tx) => tx.insert("t", {}));
  expect(heard).toHaveLength(6);
});

it("[CM7] a transaction that wrote nothing commits at its snapshot and disturbs nobody", async () => {
  const database = testDatabase();
  const commits: Commit[] = [];
  database.onCommit((commit) => commits.push(commit));
  const tx = database.begin("mutation");
  const id = tx.insert("t", {});
  tx.delete("t", id);
  const reader = database.begin("mutation");
  expect(reader.count("t")).toBe(0);
  await expect(database.commit(reader)).resolves.toEqual({ ts: reader.snapshotTs, writes: [] });
  await database.commit(tx);
  expect(commits.flatMap(({ writes }) => writes)).toEqual([]);
  expect(() => tx.insert("t", {})).toThrow(/already ended/);
});

it("[MV1] a query keeps its snapshot however much is written, then old versions go", async () => {
  const database = testDatabase({ now: countingClock(), retentionUs: 0 });
  const id = await mutate(database, (tx) => tx.insert("t", { n: 0 }));
  const old = database.begin("query");
  for (let n = 1; n <= 50; n++) await mutate(database, (tx) => tx.patch("t", id, { n }));
  expect(old.get("t", id)).toMatchObject({ n: 0 });
  expect(collect(old, all)).toMatchObject([{ n: 0 }]);
  old.close();
  for (let n = 51; n <= 60; n++) await mutate(database, (tx) => tx.patch("t", id, { n }));
  expect(() => database.begin("query", { ts: old.snapshotTs })).toThrow(/no snapshot/);
  expect(query(database, (tx) => tx.get("t", id))).toMatchObject({ n: 60 });
});

it("[MV2] under steady updates the file keeps no more versions than readers may want", async () => {
  const path = testFile();
  const database = testDatabase({ path, now: countingClock(), retentionUs: 0 });
  const ids = await mutate(database, (tx) => [1, 2, 3].map((n) => tx.insert("t", { n })));
  for (let n = 0; n < 100; n++) {
    await mutate(database, (tx) => ids.forEach((id) => tx.patch("t", id, { n })));
  }
  await database.close();
  const file = new VersionStore(path, undefined);
  const { n } = file.prepare("SELECT count(*) AS n FROM documents").get() as { n: number };
  file.close();
  expect(n).toBeLessThanOrEqual(9);
});

it("[MV3] a query may read the past within the retention, and never the future", async () => {
  const database = testDatabase({ now: countingClock() });
  const id = await mutate(database, (tx) => tx.insert("t", { n: 0 }));
  const past = database.latestTs();
  await mutate(database, (tx) => tx.patch("t", id, { n: 1 }));
  expect(database.begin("query", { ts: past }).get("t", id)).toMatchObject({ n: 0 });
  expect(() => database.begin("query", { ts: database.latestTs() + 1 })).toThrow(/no snapshot/);
});

it("[MV5] a snapshot that was made long ago is good until it is superseded, and the retention after", async () => {
  for (const retentionUs of [0, 30_000_000]) {
    let now = 1_000_000_000;
    const database = testDatabase({ now: () => now, retentionUs });
    const id = await mutate(database, (tx) => tx.insert("t", { n: 0 }));
    now += 3_600_000_000;
    const open = [database.begin("query"), database.begin("mutation")];
    const past = database.latestTs();
    for (let n = 1; n < 4; n++) await mutate(database, (tx) => tx.patch("t", id, { n }));
    for (const tx of open) {
      expect(tx.get("t", id)).toMatchObject({ n: 0 });
      tx.close();
    }
    await mutate(database, (tx) => tx.patch("t", id, { n: 4 }));
    const again = (): unknown => database.begin("query", { ts: past }).get("t", id);
    if (retentionUs === 0) expect(again).toThrow(/no snapshot/);
    else expect(again()).toMatchObject({ n: 0 });
  }
});

it("[MV4] a transaction left open does not hold versions back for ever", async () => {
  let now = 1_000_000_000;
  const database = testDatabase({ now: () => now, retentionUs: 0 });
  const id = await mutate(database, (tx) => tx.insert("t", { n: 0 }));
  const [lostQuery, lostMutation] = [database.begin("query"), database.begin("mutation")];
  now += 300_000_000;
  for (let n = 0; n < 3; n++) await mutate(database, (tx) => tx.patch("t", id, { n }));
  expect(() => lostQuery.get("t", id)).toThrow(
    expect.objectContaining({ code: "SNAPSHOT_TOO_OLD" }),
  );
  expect(() => lostMutation.get("t", id)).toThrow(expect.objectContaining({ code: "CONFLICT" }));
});

it("[MV6] an index finds the version of its time, be it the one its entry was made for or not", async () => {
  const path = testFile();
  const first = testDatabase({ path, now: countingClock() });
  const ids: string[] = [];
  for (let n = 0; n < 6; n++) ids.push(await mutate(first, (tx) => tx.insert("t", { n })));
  const past = first.latestTs();
  const states = (database: Database, ts: number): unknown[] => {
    const tx = database.begin("query", { ts });
    return collect(tx, all).map(({ n }) => n);
  };
  for (const id of ids.slice(2)) await mutate(first, (tx) => tx.patch("t", id, { n: 10 }));
  for (const id of ids.slice(4)) await mutate(first, (tx) => tx.patch("t", id, { n: 20 }));
  await mutate(first, (tx) => tx.delete("t", ids[5] ?? ""));
  expect(states(first, past)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(states(first, first.latestTs())).toEqual([0, 1, 10, 10, 20]);
  await first.close();
  const older = new VersionStore(path, undefined);
  older.sqlite.exec("ALTER TABLE entries DROP COLUMN version"); // as files were before
  older.close();
  const second = testDatabase({ path });
  expect(numbersIn(second)).toEqual([0, 1, 10, 10, 20]);
  await mutate(second, (tx) => tx.insert("t", { n: 30 }));
  expect(numbersIn(second)).toEqual([0, 1, 10, 10, 20, 30]);
});
