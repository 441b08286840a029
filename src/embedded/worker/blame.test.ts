import { expect, it } from "vitest";

import { NO_IDENTITY } from "../functions/identity.ts";
import { ReadSet } from "../transaction/readSet.ts";
import { blameFor, refusingBlamed, type FunctionCalls } from "./blame.ts";
import { callNote } from "./heartbeat.ts";

const ok = { ok: true as const, value: "ran", logLines: [] };
const runner: FunctionCalls = {
  runQuery: () =>
    Promise.resolve({ ...ok, reads: new ReadSet(), ts: 1, usesIdentity: false, journal: null }),
  runMutation: () => Promise.resolve({ ...ok, ts: 1 }),
};
const call = { path: "loops:inMutation", args: [{ n: 1 }], identity: NO_IDENTITY };

it("[ES1] the call that is blamed fails with the time-out error, however its path is written", async () => {
  const blames = [blameFor({ ...callNote({ kind: "mutation", ...call }), excess: "time" }, 0)];
  const guarded = refusingBlamed(runner, blames, () => 1);
  for (const path of ["loops:inMutation", "loops.js:inMutation"]) {
    expect(await guarded.runMutation({ ...call, path })).toMatchObject({
      ...{ ok: false, errorMessage: expect.stringContaining("timed out") as string },
    });
  }
});

it("[ES1] a call that took too much memory is told so in Convex's words", async () => {
  const blames = [blameFor({ ...callNote({ kind: "query", ...call }), excess: "memory" }, 0)];
  expect(await refusingBlamed(runner, blames, () => 1).runQuery(call)).toMatchObject({
    errorMessage:
      "Server Error\nJavaScript execution ran out of memory (maximum memory usage: 64 MB)",
  });
});

it("[ES1] other arguments, other kinds and other functions run", async () => {
  const blames = [blameFor({ ...callNote({ kind: "mutation", ...call }), excess: "time" }, 0)];
  const guarded = refusingBlamed(runner, blames, () => 1);
  expect(await guarded.runMutation({ ...call, args: [{ n: 2 }] })).toMatchObject(ok);
  expect(await guarded.runMutation({ ...call, path: "loops:other" })).toMatchObject(ok);
  expect(await guarded.runQuery(call)).toMatchObject(ok);
});

it("blame ends after a while: the loop may have depended on data", async () => {
  const blame = blameFor({ ...callNote({ kind: "mutation", ...call }), excess: "time" }, 1_000);
  const guarded = refusingBlamed(runner, [blame], () => blame.until);
  expect(await guarded.runMutation(call)).toMatchObject(ok);
});
