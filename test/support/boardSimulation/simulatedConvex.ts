/**
 * The store as a server sees it over a network: answers take time, and while the line is cut a call
 * fails, hangs, or is done and its answer lost. Keeps a document of all that was ever committed, to
 * tell afterwards what had been saved.
 */
import * as Y from "yjs";
import type { BoardStore } from "../../../src/sync/saving/boardStore.ts";
import type { VersionStore } from "../../../src/sync/history/versionStore.ts";
import { createMemoryBoardStore } from "../memoryBoardStore.ts";
import { createMemoryVersionStore, type MemoryVersionStore } from "../memoryVersionStore.ts";
import type { Chance } from "./chance.ts";
import type { VirtualTime } from "./virtualTime.ts";

/** A process that calls: it hears of answers while it lives. */
export interface Caller {
  readonly isDead: boolean;
  /** The line between it and the store is cut, whatever others can reach. */
  readonly isCutOff: boolean;
  run(task: () => void): void;
}

const MAX_LATENCY_MS = 40;

export class SimulatedConvex {
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #store = createMemoryBoardStore();
  readonly versions: MemoryVersionStore = createMemoryVersionStore();
  #isCut = false;
  #waiting: (() => void)[] = [];
  /** Since when every call has succeeded, ms. */
  healthySince: number;
  /** Everything that was ever committed, whatever snapshots and deletions made of it. */
  readonly committed = new Y.Doc();
  /** Ids of objects and notes that were ever in there and written by a process that lived to hear of it. */
  readonly everCommitted = new Set<string>();

  constructor(time: VirtualTime, chance: Chance) {
    this.#time = time;
    this.#chance = chance;
    this.healthySince = time.now();
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  cut(): void {
    this.#isCut = true;
  }

  heal(): void {
    if (this.#isCut) this.healthySince = this.#time.now();
    this.#isCut = false;
    this.retry();
  }

  /** Calls that hang are done if their line is whole again. */
  retry(): void {
    for (const goOn of this.#waiting.splice(0)) goOn();
  }

  rowCount(): number {
    return [...this.#store.boards.values()].reduce((sum, { rows }) => sum + rows.length, 0);
  }

  /** Writes of former savers that were refused. */
  fencedCount(): number {
    return this.#store.fenced;
  }

  snapshotCount(): number {
    return [...this.#store.boards.values()].reduce((sum, { generation }) => sum + generation, 0);
  }

  /** The store for one process: nothing of its is answered after its death. */
  lineTo(process: Caller): BoardStore {
    const call = <T>(work: () => Promise<T>) => this.#call(process, work);
    return {
      load: (...args) => call(() => this.#store.load(...args)),
      append: (...args) =>
        call(async () => {
          const answer = await this.#store.append(...args);
          for (const update of args[2]) this.#note(update, process);
          return answer;
        }),
      compact: (...args) =>
        call(async () => {
          await this.#store.compact(...args);
          const { generation, index, total } = args[2];
          if (index < total - 1) return;
          const chunks = this.#store.boards.get(args[0])?.chunks.get(generation) ?? [];
          this.#note(Buffer.concat(chunks), process); // may hold what no row did
        }),
    };
  }

  /** Slow, but without the network's faults: what is looked at is who is named in them. */
  versionsFor(process: Caller): VersionStore {
    const call = async <T>(work: () => Promise<T>): Promise<T> => {
      await this.#wait(process);
      const answer = await work();
      await this.#wait(process);
      return answer;
    };
    return {
      write: (...args) => call(() => this.versions.write(...args)),
      read: (...args) => call(() => this.versions.read(...args)),
      newestSeq: (...args) => call(() => this.versions.newestSeq(...args)),
    };
  }

  /** Whoever dies meanwhile waits for ever. */
  async #wait(process: Caller): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#time.after(this.#latency(), () => process.run(resolve));
    });
  }

  #note(update: Uint8Array, by: Caller): void {
    Y.applyUpdate(this.committed, update);
    if (by.isDead) return;
    for (const id of this.committed.getMap("objects").keys()) this.everCommitted.add(id);
    for (const id of this.committed.getArray<string>("notes")) this.everCommitted.add(id);
  }

  /** A call already on its way is done even if the caller dies meanwhile. */
  #call<T>(process: Caller, work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const answer = (tell: () => void) => {
        this.#time.after(this.#latency(), () => process.run(tell));
      };
      const fail = () => answer(() => reject(new Error("the store cannot be reached")));
      const perform = () => {
        work().then(
          (value) => answer(() => resolve(value)),
          (error: unknown) => answer(() => reject(asError(error))),
        );
      };
      const arrive = (isHanging: boolean) => {
        if (!this.#isCut && !process.isCutOff) perform();
        else if (isHanging) this.#waiting.push(() => arrive(true));
        else if (this.#chance.happens(40)) fail();
        else if (this.#chance.happens(50)) this.#waiting.push(() => arrive(true));
        else void work().then(fail, fail);
      };
      this.#time.after(this.#latency(), () => arrive(false));
    });
  }

  #latency(): number {
    return this.#chance.between(1, MAX_LATENCY_MS);
  }
}

const asError = (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown)));
