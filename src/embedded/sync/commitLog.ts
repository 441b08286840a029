/**
 * Remembers recent commits for as long as a query runs on an older snapshot, so that a commit which came
 * between the snapshot and the end of the run is not missed. Empty while nothing runs.
 */
import { Bag } from "../store/bag.ts";
import type { Commit } from "../store/database.ts";
import type { ReadSet } from "../transaction/readSet.ts";

export class CommitLog {
  #commits: Commit[] = [];
  readonly #runs = new Bag<{ ts: number }>();

  append(commit: Commit): void {
    if (this.#runs.size > 0) this.#commits.push(commit);
  }

  /** Keeps all commits after `ts` until the returned function is called. */
  keepSince(ts: number): () => void {
    const run = { ts };
    this.#runs.add(run);
    return () => {
      this.#runs.delete(run);
      this.#trim();
    };
  }

  /** The first commit after `ts` that wrote something in `reads`, or null. */
  firstTouching(reads: ReadSet, ts: number): number | null {
    const commit = this.#commits.find(({ ts: at, writes }) => at > ts && reads.overlaps(writes));
    return commit?.ts ?? null;
  }

  #trim(): void {
    if (this.#commits.length === 0) return;
    const oldest = Math.min(...Array.from(this.#runs, (run) => run.ts));
    this.#commits = this.#commits.filter((commit) => commit.ts > oldest);
  }
}
