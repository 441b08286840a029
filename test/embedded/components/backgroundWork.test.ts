/** Components that have work done later: the pools, the workflows, the retrier, crons and migrations. */
import { expect, it } from "vitest";
import { sharedOfficialComponents } from "../../support/officialComponents.ts";

const components = sharedOfficialComponents();
const POLLING = { timeout: 20_000 }; // what is waited for takes well below a second on a machine at rest

it("[OC1] workpool: no more run at once than the pool allows, and all run", async () => {
  const { mutation, notes } = components();
  await mutation("workpools:enqueueTogether", { topic: "together", count: 6 });
  await expect.poll(() => notes("together"), POLLING).toHaveLength(12);
  let running = 0;
  const counts = ((await notes("together")) as number[]).map((change) => (running += change));
  expect(Math.max(...counts)).toBe(2);
});

it("[OC1] workpool: the end of a mutation is told, well or badly", async () => {
  const { mutation, notes, query } = components();
  const id = await mutation("workpools:enqueueMutation", { topic: "well", fails: false });
  await mutation("workpools:enqueueMutation", { topic: "badly", fails: true });
  await expect
    .poll(() => notes("well"), POLLING)
    .toEqual(["ran", { kind: "success", returnValue: "done" }]);
  // What it wrote before it failed is undone.
  await expect
    .poll(() => notes("badly"), POLLING)
    .toEqual([{ kind: "failed", error: expect.stringContaining("a mutation that fails") }]);
  await expect.poll(() => query("workpools:status", { id })).toEqual({ state: "finished" });
});

it("[OC1] workpool: an action that fails is tried again, up to the limit or a final failure", async () => {
  const { mutation, notes } = components();
  await mutation("workpools:enqueueFlaky", { topic: "flaky", failures: 2, isFinal: false });
  await mutation("workpools:enqueueFlaky", { topic: "hopeless", failures: 9, isFinal: false });
  await mutation("workpools:enqueueFlaky", { topic: "final", failures: 9, isFinal: true });
  await expect
    .poll(() => notes("flaky"), POLLING)
    .toEqual([
      "attempt",
      "attempt",
      "attempt",
      { kind: "success", returnValue: "attempt 3 worked" },
    ]);
  await expect
    .poll(() => notes("hopeless"), POLLING)
    .toMatchObject(["attempt", "attempt", "attempt", { kind: "failed" }]);
  await expect.poll(() => notes("final"), POLLING).toMatchObject(["attempt", { kind: "failed" }]);
});

it("[OC1] workpool: work that is cancelled while it waits never runs", async () => {
  const { mutation, notes, query } = components();
  const later = { topic: "cancelled", fails: false, runAfter: 3_600_000 };
  const id = await mutation("workpools:enqueueMutation", later);
  expect(await query("workpools:status", { id })).toEqual({
    state: "pending",
    previousAttempts: 0,
  });
  await mutation("workpools:cancel", { id });
  await expect.poll(() => notes("cancelled"), POLLING).toEqual([{ kind: "canceled" }]);
});
