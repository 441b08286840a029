import fc from "fast-check";
import { expect, it } from "vitest";

import { GroupCommit } from "./groupCommit.ts";
import type { VersionStore } from "./versionStore.ts";

/** A store whose disk works when it is told to. Knows which numbers are applied, committed, on disk. */
class SlowStore {
  applied: number[] = [];
  committed: number[] = [];
  onDisk: number[] = [];
  isFull = false;
  #inTransaction = false;
  #syncs: (() => void)[] = [];
  readonly sqlite = { isTransaction: true };

  begin(): void {
    expect(this.#inTransaction).toBe(false);
    this.#inTransaction = true;
  }

  commit(): void {
    if (this.isFull) throw new Error("database or disk is full");
    this.committed.push(...this.applied);
    this.#end();
  }

  rollback(): void {
    this.#end();
  }

  #end(): void {
    this.applied = [];
    this.#inTransaction = false;
  }

  sync(done: (error: Error | null) => void): void {
    const written = [...this.committed];
    this.#syncs.push(() => {
      if (written.length > this.onDisk.length) this.onDisk = written;
      done(null);
    });
  }

  syncNow(): void {
    this.onDisk = [...this.committed];
  }

  reclaim(): void {
    this.isFull = false;
  }

  /** The disk has finished what it was asked first. */
  endSync(): void {
    this.#syncs.shift()?.();
  }

  get syncsUnderWay(): number {
    return this.#syncs.length;
  }
}

function openGroups() {
  const store = new SlowStore();
  const noop = (): void => undefined;
  const hooks = { beforeCommit: noop, afterCommit: noop, afterFlush: noop, afterFailure: noop };
  return {
    store,
    group: new GroupCommit({ store: store as unknown as VersionStore, ...hooks }, null),
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

it("[CM8] while the disk writes a group, the next is collected and waits for its own", async () => {
  const { store, group } = openGroups();
  const told: string[] = [];
  const apply = (n: number) => {
    group.apply(() => store.applied.push(n));
    void group.flushed().then(() => told.push(`${n}: ${store.onDisk.join()}`));
  };
  apply(1);
  await turn();
  apply(2);
  apply(3);
  await turn();
  expect([told, store.committed]).toEqual([[], [1]]);
  store.endSync();
  await turn();
  expect([told, store.committed]).toEqual([["1: 1"], [1, 2, 3]]);
  store.endSync();
  await turn();
  expect(told).toEqual(["1: 1", "2: 1,2,3", "3: 1,2,3"]);
});

type Step = "apply" | "turn" | "endSync" | "fill" | "flush";
const steps = fc.array(
  fc.constantFrom<Step>("apply", "apply", "apply", "turn", "turn", "endSync", "fill", "flush"),
  { maxLength: 60 },
);

it("[CM8] whatever comes when: who is told of success is on disk, who is told of failure is nowhere", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      const { store, group } = openGroups();
      const outcomes = new Map<number, "kept" | "undone">();
      const apply = (n: number): void => {
        group.apply(() => store.applied.push(n));
        group.flushed().then(
          () => {
            expect(store.onDisk).toContain(n);
            outcomes.set(n, "kept");
          },
          () => outcomes.set(n, "undone"),
        );
      };
      for (const [n, step] of script.entries()) {
        if (step === "apply") apply(n);
        else if (step === "turn") await turn();
        else if (step === "endSync") store.endSync();
        else if (step === "fill") store.isFull = true;
        else group.flush();
        expect(store.syncsUnderWay).toBeLessThanOrEqual(script.length);
      }
      store.isFull = false;
      group.flush();
      while (store.syncsUnderWay > 0) store.endSync();
      await turn();
      const applied = [...script.keys()].filter((n) => script[n] === "apply");
      expect([...outcomes.keys()].sort((a, b) => a - b)).toEqual(applied);
      expect(store.onDisk).toEqual(applied.filter((n) => outcomes.get(n) === "kept"));
    }),
    { numRuns: 300 },
  );
});
