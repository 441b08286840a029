/**
 * The database: MVCC snapshots, serializable commits, group commit to one SQLite file.
 */
import type { Schema } from "../schema/schema.ts";
import type { WrittenKey } from "../transaction/readSet.ts";
import type { Transaction, TransactionKind } from "../transaction/transaction.ts";
import type { TransactionLimits } from "../transaction/transactionUsage.ts";

export interface DatabaseOptions {
  path: string;
  /** Microseconds since the epoch. */
  now?: () => number;
  /** 16 fresh random bytes. */
  random?: () => Uint8Array;
  /** How long versions stay readable after they were superseded, in µs. Default 30 s. */
  retentionUs?: number;
  /** Refuse to grow the file beyond this. Default: the disk's size. */
  maxBytes?: number;
}

export interface Commit {
  /** Microseconds since the epoch. For a transaction that wrote nothing: its snapshot. */
  readonly ts: number;
  readonly writes: readonly WrittenKey[];
}

export interface SchemaChange {
  readonly indexesAdded: readonly string[];
  readonly indexesRemoved: readonly string[];
}

export interface BeginOptions {
  /** Read at this time instead of the latest; only for queries, no later than `latestTs()`. */
  ts?: number;
  limits?: Partial<TransactionLimits>;
}

export interface Database {
  /** The last commit that is on disk. Microseconds since the epoch. */
  latestTs(): number;
  schema(): Schema;
  /**
   * Makes a schema the current one: validates the stored documents of tables whose type changed, and
   * builds and drops indexes. Yields to other work; commits go on meanwhile. Subscriptions should be
   * run again afterwards, and transactions that were open fail with a conflict.
   * @throws SchemaMismatchError; the old schema stays
   */
  applySchema(schema: Schema): Promise<SchemaChange>;
  /** A query reads the last flushed commit; a mutation the last applied one. */
  begin(kind: TransactionKind, options?: BeginOptions): Transaction;
  /**
   * Checks and applies at once (synchronously, within the call); resolves when it is on disk.
   * Rejects with ConflictError (run it again) or STORAGE_FAILED (nothing was kept).
   */
  commit(tx: Transaction): Promise<Commit>;
  /**
   * Resolves when all that a mutation may have read is on disk: await it before the outcome of a
   * mutation that is NOT committed (it threw) is revealed. Rejects with ConflictError if what it read
   * was lost, in which case the mutation must run again.
   */
  settled(tx: Transaction): Promise<void>;
  /** Called after the flush, in commit order, before the promise of `commit` resolves. */
  onCommit(listener: (commit: Commit) => void): () => void;
  close(): Promise<void>;
}
