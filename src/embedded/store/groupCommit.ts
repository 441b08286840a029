/**
 * Shares one SQLite transaction, and one fsync, between all commits of a tick: each is applied at once
 * and acknowledged together with the others. While the disk works on one group the thread goes on, and
 * what is applied meanwhile becomes the next. If SQLite refuses anything, the whole group is undone and
 * every member told. Knows nothing of what is written.
 */
import { DatabaseError } from "./databaseError.ts";
import { FlushPace } from "./flushPace.ts";
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
  beforeCommit: () => void;
  /** The group is in the file, and the next one builds on it; a power failure may still undo it. */
  afterCommit: () => void;
  /** All committed groups are on disk. Called before those who wait for it go on. */
  afterFlush: () => void;
  /** The group was undone. Called before those who wait for it go on. */
  afterFailure: () => void;
}

export class GroupCommit {
  readonly #deps: GroupCommitDeps;
  readonly #pace: FlushPace | null;
  /** Who waits for the group that is being applied; null when there is none. */
  #open: Member[] | null = null;
  /** Who waits for the disk. */
  #syncing: Member[] | null = null;
  /** Of the fsync under way; its end tells nothing once the number has changed. */
  #syncNumber = 0;
  #scheduled: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reclaimedAt = -Infinity;
  #flushedGroups = 0;

  /** @param pace null: each group is written at once, as it is where no disk is written */
  constructor(deps: GroupCommitDeps, pace = deps.store.isInMemory ? null : new FlushPace()) {
    this.#deps = deps;
    this.#pace = pace;
  }

  /** How many groups have reached the disk since this was made. */
  get flushedGroups(): number {
    return this.#flushedGroups;
  }

  /** Resolves once everything applied so far is on disk. */
  flushed(): Promise<void> {
    const members = this.#open ?? this.#syncing;
    if (members === null) return Promise.resolve();
    return new Promise((resolve, reject) => {
      members.push({ onFlushed: resolve, onFailed: reject });
    });
  }

  /**
   * Runs the work now, inside the group's transaction. @param writer whose work it is, if that is known
   * @throws what the work throws, after the group, this member included, has been undone
   */
  apply<R>(work: () => R, writer = ""): R {
    try {
      if (this.#open === null) {
        this.#deps.store.begin();
        this.#open = [];
      }
      this.#pace?.joined(writer);
      if (this.#syncing === null) this.#scheduleFlush();
      // After some errors (of a search, say) SQLite ends the transaction by itself.
      if (!this.#deps.store.sqlite.isTransaction)
        throw new Error("the transaction was rolled back");
      return work();
    } catch (cause) {
      throw this.#fail(cause);
    }
  }

  /** What has come in meanwhile belongs to the same group: the larger groups are, the less each member costs. */
  #scheduleFlush(): void {
    if (this.#scheduled !== undefined) return;
    const waitMs = this.#pace?.waitMs() ?? 0;
    if (waitMs === 0) this.#scheduled = setImmediate(() => this.#startFlush());
    else this.#timer ??= setTimeout(() => this.#startFlush(), waitMs);
  }

  /** Commits the open group and has the disk write it, meanwhile others may be applied. */
  #startFlush(): void {
    if (this.#open === null || !this.#commit()) return;
    const number = ++this.#syncNumber;
    this.#pace?.flushed();
    this.#deps.store.sync((error) => {
      if (number !== this.#syncNumber) return;
      // What the disk has of the file is unknown now: only opening it anew can tell.
      if (error !== null) throw error;
      this.#synced();
      if (this.#open !== null) this.#scheduleFlush();
    });
  }

  /** Writes what was applied to disk before it returns. Never throws: members learn the outcome. */
  flush(): void {
    if (this.#open !== null) this.#commit();
    if (this.#syncing === null) return;
    this.#deps.store.syncNow();
    this.#syncNumber += 1;
    this.#synced();
  }

  /** False if the group could not be written and was undone. */
  #commit(): boolean {
    try {
      this.#deps.beforeCommit();
      this.#deps.store.commit();
    } catch (cause) {
      this.#fail(cause);
      return false;
    }
    this.#syncing = [...(this.#syncing ?? []), ...this.#takeOpen()];
    this.#deps.afterCommit();
    return true;
  }

  #synced(): void {
    const members = this.#syncing ?? [];
    this.#syncing = null;
    this.#flushedGroups += 1;
    for (const member of members) member.onFlushed();
    this.#deps.afterFlush();
  }

  /** Runs work in a SQLite transaction of its own and on disk when it returns. @throws STORAGE_FAILED */
  exclusively<R>(work: () => R): R {
    this.flush();
    const result = this.apply(work);
    let failure: Error | undefined;
    this.#open?.push({ onFlushed: () => undefined, onFailed: (error) => (failure = error) });
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
    const members = this.#takeOpen();
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

  #takeOpen(): Member[] {
    clearImmediate(this.#scheduled);
    clearTimeout(this.#timer);
    this.#scheduled = undefined;
    this.#timer = undefined;
    const members = this.#open ?? [];
    this.#open = null;
    return members;
  }
}
