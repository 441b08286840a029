import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";

import { FakeFunctions } from "../../../test/support/fakeFunctions.ts";
import { NO_IDENTITY, type Identity } from "../functions/identity.ts";
import { LiveQueries, type QueryRequest, type Subscription } from "./liveQueries.ts";

const ada: Identity = { kind: "user", attributes: { subject: "ada" } };
const bob: Identity = { kind: "user", attributes: { subject: "bob" } };
const admin: Identity = { kind: "admin" };

function query(path: string, identity: Identity = NO_IDENTITY, journal: string | null = null) {
  const request: QueryRequest = {
    ...{ path, identity, journal, args: [{}] },
    request: { ip: null, userAgent: null },
  };
  return request;
}

type Step =
  { type: "commit"; key: "x" | "y" | "z" } | { type: "read"; who: number } | { type: "yield" };

describe("live queries", () => {
  let functions: FakeFunctions;
  let live: LiveQueries;

  beforeEach(() => {
    functions = new FakeFunctions();
    functions.queries["a:b"] = ({ read }) => read("x");
    functions.queries["a:other"] = ({ read }) => read("y");
    functions.queries["a:me"] = ({ identity }) => JSON.stringify(identity());
    live = new LiveQueries(functions);
  });

  async function valueNow(subscription: Subscription): Promise<unknown> {
    const snapshot = live.openSnapshot();
    const result = await subscription.resultAt(snapshot);
    snapshot.close();
    if (result === null) return "closed";
    return (JSON.parse(result.body) as { value: unknown }).value;
  }

  it("[LQ2] a commit wakes the queries that read what it wrote, and no others", async () => {
    const woken: string[] = [];
    const first = live.subscribe(query("a:b"), () => woken.push("b"));
    const second = live.subscribe(query("a:other"), () => woken.push("other"));
    await valueNow(first);
    await valueNow(second);
    functions.commit({ x: 1 });
    functions.commit({ z: 1 });
    expect(woken).toEqual(["b"]);
    expect(await valueNow(first)).toBe(1);
    expect(await valueNow(second)).toBe(null);
    expect(functions.ran).toEqual(["a:b", "a:other", "a:b"]);
  });

  it("[LQ1] [LQ2] a commit that comes while the query runs is in the next result, not in this one", async () => {
    let woken = 0;
    const subscription = live.subscribe(query("a:b"), () => (woken += 1));
    const release = functions.hold();
    const early = valueNow(subscription);
    functions.commit({ x: "late" });
    release();
    expect(await early).toBe(null);
    expect(woken).toBe(1);
    expect(await valueNow(subscription)).toBe("late");
  });

  it("[LQ1] a commit between the opening of the snapshot and the start of the run is not missed", async () => {
    let woken = 0;
    const subscription = live.subscribe(query("a:b"), () => (woken += 1));
    const snapshot = live.openSnapshot();
    functions.commit({ x: "late" });
    expect((await subscription.resultAt(snapshot))?.body).toContain('"value":null');
    snapshot.close();
    expect(woken).toBe(1);
    expect(await valueNow(subscription)).toBe("late");
  });

  it("[LQ3] a thousand subscribers of one query cost one run", async () => {
    const subscriptions = Array.from({ length: 1000 }, (_, i) =>
      live.subscribe(query("a:b", i % 2 === 0 ? ada : bob), () => undefined),
    );
    await Promise.all(subscriptions.map(valueNow));
    functions.commit({ x: 1 });
    await Promise.all(subscriptions.map(valueNow));
    expect(functions.ran).toHaveLength(2);
    expect(live.stats()).toEqual({ subscriptions: 1000, queries: 1 });
  });

  it("[LQ3] a result that depends on the caller never reaches another caller", async () => {
    const callers = [ada, bob, NO_IDENTITY, ada];
    const subscriptions = callers.map((who) => live.subscribe(query("a:me", who), () => undefined));
    const values = await Promise.all(subscriptions.map(valueNow));
    expect(values).toEqual(callers.map((who) => JSON.stringify(who)));
    expect(live.stats().queries).toBe(3);
  });

  it("[LQ3] a function that begins to ask who calls separates those who shared it", async () => {
    functions.queries["a:later"] = ({ read, identity }) =>
      read("personal") === true ? JSON.stringify(identity()) : "everyone";
    const first = live.subscribe(query("a:later", ada), () => undefined);
    const second = live.subscribe(query("a:later", bob), () => undefined);
    expect(await Promise.all([first, second].map(valueNow))).toEqual(["everyone", "everyone"]);
    functions.commit({ personal: true });
    const values = await Promise.all([first, second].map(valueNow));
    expect(values).toEqual([JSON.stringify(ada), JSON.stringify(bob)]);
  });

  it("[LQ3] nobody shares a result with whom other functions are within reach of", async () => {
    const stranger: Identity = { kind: "stranger" };
    const callers = [admin, ada, stranger, bob, NO_IDENTITY];
    const subscriptions = callers.map((who) => live.subscribe(query("a:b", who), () => undefined));
    await Promise.all(subscriptions.map(valueNow));
    expect(functions.ran).toHaveLength(3);
  });

  it("[LQ4] a query runs again with the journal of its last run, and newcomers start without it", async () => {
    const journals: (string | null | undefined)[] = [];
    functions.queries["a:page"] = ({ read, call }) => {
      journals.push(call.journal);
      return read("x");
    };
    const runQuery = functions.runQuery;
    const paged = new LiveQueries({
      ...{ onCommit: functions.onCommit, onLoad: functions.onLoad, latestTs: functions.latestTs },
      runQuery: async (call) => ({ ...(await runQuery(call)), journal: call.journal ?? "end-1" }),
    });
    live = paged;
    const first = live.subscribe(query("a:page"), () => undefined);
    await valueNow(first);
    functions.commit({ x: 1 });
    await valueNow(first);
    const newcomer = live.subscribe(query("a:page"), () => undefined);
    await valueNow(newcomer);
    const returning = live.subscribe(query("a:page", NO_IDENTITY, "end-1"), () => undefined);
    await valueNow(returning);
    expect(journals).toEqual([null, "end-1", null]);
  });

  it("new code makes every result anew, also one that is being computed", async () => {
    const subscription = live.subscribe(query("a:b"), () => undefined);
    const release = functions.hold();
    const result = valueNow(subscription);
    functions.queries["a:b"] = () => "new code";
    functions.reload();
    release();
    expect(await result).toBe("new code");
    expect(functions.ran).toHaveLength(2);
  });

  it("[HO3] results beyond the room for them run again when they are asked for, and wake as before", async () => {
    live = new LiveQueries({
      ...{ runQuery: functions.runQuery, latestTs: functions.latestTs, maxShelvedChars: 3_000 },
      ...{ onCommit: functions.onCommit, onLoad: functions.onLoad },
    });
    functions.queries["a:large"] = ({ read, call }) => [
      read("x"),
      read(JSON.stringify(call.args)),
      "x".repeat(1_000),
    ];
    const woken = new Set<number>();
    const subscriptions = Array.from({ length: 10 }, (_, i) =>
      live.subscribe({ ...query("a:large"), args: [i] }, () => woken.add(i)),
    );
    for (const subscription of subscriptions) await valueNow(subscription);
    expect(functions.ran).toHaveLength(10);
    for (const i of [9, 8, 9, 8, 0]) await valueNow(subscriptions[i]!);
    expect(functions.ran).toHaveLength(11); // the newest were kept, the first was not
    functions.commit({ x: 1 });
    expect(woken.size).toBe(10);
    for (const subscription of subscriptions) {
      expect(await valueNow(subscription)).toMatchObject([1, null, expect.any(String)]);
    }
    // A result that is larger than all the room is given out all the same.
    functions.queries["a:huge"] = ({ read }) => [read("x"), "x".repeat(10_000)];
    const huge = live.subscribe(query("a:huge"), () => undefined);
    expect(await valueNow(huge)).toMatchObject([1, expect.any(String)]);
  });

  it("nothing is kept once the last subscriber has left, also if it leaves while the query runs", async () => {
    const release = functions.hold();
    const subscription = live.subscribe(query("a:b"), () => undefined);
    const result = valueNow(subscription);
    subscription.close();
    release();
    await result;
    functions.commit({ x: 1 });
    expect(live.stats()).toEqual({ subscriptions: 0, queries: 0 });
    expect(functions.ran).toHaveLength(1);
  });

  const read = { type: "read" as const, who: 0 };
  const pause = { type: "yield" as const };
  /** A reader that joined an earlier run got its result although a later one had come. */
  const SEEN_TO_FAIL: [Step[]][] = [
    [[read, { type: "commit", key: "x" }, pause, read, pause, pause, read]],
  ];

  it("[LQ1] [LQ2] whatever the order of commits and reads, results are those of their snapshot", async () => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({ type: fc.constant("commit" as const), key: fc.constantFrom("x", "y", "z") }),
      fc.record({ type: fc.constant("read" as const), who: fc.nat(3) }),
      fc.record({ type: fc.constant("yield" as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const maxShelvedChars = steps.length % 2 === 0 ? 0 : 1_000_000; // with and without room
        const truth = new Map<number, Record<string, number>>();
        functions = new FakeFunctions();
        functions.queries["a:b"] = ({ read }) => [read("x"), read("y")];
        live = new LiveQueries(Object.assign(functions, { maxShelvedChars }));
        const stale = new Set([0, 1, 2, 3]);
        const subscriptions = [0, 1, 2, 3].map((who) =>
          live.subscribe(query("a:b", who === 3 ? admin : ada), () => stale.add(who)),
        );
        const sent: unknown[] = [null, null, null, null];
        let state: Record<string, number> = {};
        let count = 0;
        truth.set(functions.latestTs(), state);
        const reads: Promise<void>[] = [];
        const read = async (who: number): Promise<void> => {
          const snapshot = live.openSnapshot();
          stale.delete(who);
          const result = await subscriptions[who]!.resultAt(snapshot);
          const { x = null, y = null } = truth.get(snapshot.ts)!;
          sent[who] = [x, y];
          expect(JSON.parse(result!.body)).toMatchObject({ value: [x, y] });
          snapshot.close();
        };
        for (const { type, ...rest } of steps) {
          if (type === "commit" && "key" in rest) {
            state = { ...state, [rest.key]: ++count };
            truth.set(functions.commit({ [rest.key]: count }), state);
          } else if (type === "read" && "who" in rest) reads.push(read(rest.who));
          else await Promise.resolve();
        }
        await Promise.all(reads);
        // Who was not told otherwise holds the truth.
        for (const who of [0, 1, 2, 3]) {
          if (stale.has(who) || sent[who] === null) await read(who);
          expect(sent[who]).toEqual([state["x"] ?? null, state["y"] ?? null]);
        }
      }),
      { examples: SEEN_TO_FAIL },
    );
  });
});
