/**
 * Shares one SQLite transaction, and one fsync, between all commits of a tick: each is applied at once
 * and acknowledged together after the flush. If SQLite refuses anything, the whole group is undone and
 * every member told. Knows nothing of what is written.
 */
import { DatabaseError } from "./databaseError.ts";
import type { VersionStore } from "./versionStore.ts";

/** While one failure follows the other, readers are to have the thread in between. */
const RECLAIM_PAUSE_MS = 1_000;

interface Member {
  onFlushed: () => void;
  onFailed: (error: Error) => void;
}

export interface GroupCommitDeps {
  store: VersionStore;
  /** Last work of every group, inside its SQLite transaction. */
  beforeFlush: () => void;
  /** The group is on disk. Called before those who wait for it go on. */
  afterFlush: () => void;
  /** The group was undone. Called before those who wait for it go on. */
  afterFailure: () => void;
}

export class GroupCommit {
  readonly #deps: GroupCommitDeps;
  #members: Member[] = [];
  #scheduled: NodeJS.Immediate | undefined;
  #reclaimedAt = -Infinity;
  #flushedGroups = 0;

  constructor(deps: GroupCommitDeps) {
    this.#deps = deps;
  }

  /** How many groups have reached the disk since this was made. */
  get flushedGroups(): number {
    return this.#flushedGroups;
  }

  /** Resolves once everything applied so far is on disk. */
  flushed(): Promise<void> {
    if (this.#scheduled === undefined) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#members.push({ onFlushed: resolve, onFailed: reject });
    });
  }

  /**
   * Runs the work now, inside the group's transaction. @throws what the work throws, after the group,
   * this member included, has been undone
   */
  apply<R>(work: () => R): R {
    try {
      if (this.#scheduled === undefined) {
        this.#deps.store.begin();
        this.#scheduled = setImmediate(() => this.flush());
      }
      // After some errors (of a search, say) SQLite ends the transaction by itself.
      if (!this.#deps.store.sqlite.isTransaction)
        throw new Error("the transaction was rolled back");
      return work();
    } catch (cause) {
      throw this.#fail(cause);
    }
  }

  /** Writes the open group, if any, to disk. Never throws: its members learn the outcome. */
  flush(): void {
    if (this.#scheduled === undefined) return;
    try {
      this.#deps.beforeFlush();
      this.#deps.store.commit();
    } catch (cause) {
      this.#fail(cause);
      return;
    }
    this.#flushedGroups += 1;
    for (const member of this.#takeMembers()) member.onFlushed();
    this.#deps.afterFlush();
  }

  /** Runs work in a SQLite transaction of its own and on disk when it returns. @throws STORAGE_FAILED */
  exclusively<R>(work: () => R): R {
    this.flush();
    const result = this.apply(work);
    let failure: Error | undefined;
    this.#members.push({ onFlushed: () => undefined, onFailed: (error) => (failure = error) });
    this.flush();
    if (failure !== undefined) throw failure;
    return result;
  }

  #fail(cause: unknown): Error {
    try {
      this.#deps.store.rollback();
    } catch {
      // SQLite has rolled back by itself; what failed first is what counts.
    }
    this.#reclaim();
    const reason = cause instanceof Error ? cause.message : String(cause);
    const error = new DatabaseError(
      "STORAGE_FAILED",
      `The database could not be written: ${reason}`,
      {
        cause,
      },
    );
    const members = this.#takeMembers();
    this.#deps.afterFailure();
    for (const member of members) member.onFailed(error);
    return error;
  }

  /** So that the next group may find room. */
  #reclaim(): void {
    const now = performance.now();
    if (now - this.#reclaimedAt < RECLAIM_PAUSE_MS) return;
    this.#reclaimedAt = now;
    this.#deps.store.reclaim();
  }

  #takeMembers(): Member[] {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    const members = this.#members;
    this.#members = [];
    return members;
  }
}
