import { anyApi } from "convex/server";
import type { JSONValue } from "convex/values";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { reactiveClient } from "../../../test/support/convexEngine.ts";
import type { FakeFunctions } from "../../../test/support/fakeFunctions.ts";
import { startFakeSyncEngine } from "../../../test/support/fakeSyncEngine.ts";
import { hello, openSyncSocket } from "../../../test/support/syncSocket.ts";
import type { LiveQueries } from "./liveQueries.ts";

/** The fields of server messages that these tests look into. */
type Received = {
  type: string;
  requestId?: number;
  startVersion?: object;
  endVersion?: object;
  modifications?: { type: string; queryId: number; value?: JSONValue }[];
};

describe("the sync socket", () => {
  let functions: FakeFunctions;
  let live: LiveQueries;
  let address: string;
  let errors: readonly unknown[];

  beforeEach(async () => {
    ({ functions, live, address, errors } = await startFakeSyncEngine());
    functions.queries["a:get"] = ({ read }) => read("x");
    functions.queries["a:other"] = ({ read }) => read("y");
    functions.mutations["a:set"] = ({ read, write }, args) => {
      write("x", (args as { to: number }).to);
      write("count", Number(read("count") ?? 0) + 1);
      return "set";
    };
  });

  it("a stock client subscribes, mutates, sees the change and unsubscribes", async () => {
    const client = reactiveClient(address);
    const seen: unknown[] = [];
    const unsubscribe = client.onUpdate(anyApi["a"]!["get"]!, {}, (value) => seen.push(value));
    await vi.waitFor(() => expect(seen).toEqual([null]));
    expect(await client.mutation(anyApi["a"]!["set"]!, { to: 5 })).toBe("set");
    await vi.waitFor(() => expect(seen).toEqual([null, 5]));
    unsubscribe();
    await vi.waitFor(() => expect(live.stats().subscriptions).toBe(0));
  });

  it("[CN2] a mutation resolves also when nothing is subscribed", async () => {
    expect(await reactiveClient(address).mutation(anyApi["a"]!["set"]!, { to: 1 })).toBe("set");
  });

  it("[CN2] the answer to a mutation comes before its effects, and an empty Transition follows", async () => {
    const { say, received } = await openSyncSocket(address);
    say(hello());
    const modifications = [{ type: "Add", queryId: 0, udfPath: "a:get", args: [{}] }];
    say({ type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications });
    for (let requestId = 0; requestId < 20; requestId++) {
      const args = [{ to: Math.floor(requestId / 2) }];
      say({ type: "Mutation", requestId, udfPath: "a:set", args });
    }
    await vi.waitFor(() => {
      const last = received.filter(({ type }) => type === "MutationResponse").at(-1);
      expect(last?.["requestId"]).toBe(19);
      expect(received.at(-1)).toMatchObject({
        type: "Transition",
        endVersion: { ts: last?.["ts"] },
      });
    });
    const answered: (number | undefined)[] = [];
    for (const { type, requestId, modifications = [] } of received as Received[]) {
      if (type === "MutationResponse") answered.push(requestId);
      for (const { value } of modifications) {
        if (typeof value === "number") expect(answered).toContain(value * 2);
      }
    }
    expect(answered).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it("[CN1] transitions chain and an unchanged result is left out", async () => {
    const { say, received } = await openSyncSocket(address);
    say(hello());
    const modifications = [
      { type: "Add", queryId: 0, udfPath: "a:get", args: [{}] },
      { type: "Add", queryId: 1, udfPath: "a:other", args: [{}] },
    ];
    say({ type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications });
    await vi.waitFor(() => expect(received).toHaveLength(1));
    for (const x of [1, 1, 2]) {
      functions.commit({ x });
      const before = received.length;
      await vi.waitFor(() => expect(received.length).toBe(before + 1));
    }
    say({
      ...{ type: "ModifyQuerySet", baseVersion: 1, newVersion: 2 },
      modifications: [{ type: "Remove", queryId: 0 }],
    });
    await vi.waitFor(() => expect(received).toHaveLength(5));
    let version: object | undefined = { querySet: 0, identity: 0, ts: "AAAAAAAAAAA=" };
    for (const { startVersion, endVersion } of received as Received[]) {
      expect(startVersion).toEqual(version);
      version = endVersion;
    }
    const updates = (received as Received[]).map(({ modifications = [] }) =>
      modifications.map(({ type, queryId, value }) => [type, queryId, value]),
    );
    expect(updates).toEqual([
      [
        ["QueryUpdated", 0, null],
        ["QueryUpdated", 1, null],
      ],
      [["QueryUpdated", 0, 1]],
      [],
      [["QueryUpdated", 0, 2]],
      [["QueryRemoved", 0, undefined]],
    ]);
  });

  it("a missing function is a failed query, not the end of the socket", async () => {
    const client = reactiveClient(address);
    await expect(client.query(anyApi["no"]!["such"]!, {})).rejects.toThrow(/Could not find public/);
    expect(await client.mutation(anyApi["a"]!["set"]!, { to: 1 })).toBe("set");
  });

  it("[CN3] a client that saw a later timestamp than we ever gave is asked to come back", async () => {
    const { say, closed } = await openSyncSocket(address);
    say({ ...hello(), maxObservedTimestamp: "/////////38=" });
    say({ type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications: [] });
    expect(await closed).toMatchObject({
      code: 1011,
      reason: "InternalServerError: the request could not be completed",
    });
    expect(errors).toHaveLength(1);
  });
});
