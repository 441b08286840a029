/**
 * The database: MVCC snapshots, serializable commits checked against what was read, group commit to
 * one SQLite file. This file is the composition and the order of things; the parts are beside it.
 *
 * `#appliedTs` is the last commit in the open SQLite transaction, `#flushedTs` the last one on disk.
 * Queries see what is on disk; mutations see what is applied, because their own commit cannot reach the
 * disk before it does.
 */
import assert from "node:assert/strict";
import { EMPTY_SCHEMA, type Schema, type Schemas } from "../schema/schema.ts";
import { createSearchTables } from "../search/searchTables.ts";
import { DocumentTransaction, type TransactionHost } from "../transaction/documentTransaction.ts";
import { CursorSeal } from "../transaction/pageCursor.ts";
import type { WrittenKey } from "../transaction/readSet.ts";
import type { Transaction, TransactionKind } from "../transaction/transaction.ts";
import type { TransactionLimits } from "../transaction/transactionUsage.ts";
import { nextDouble } from "../transaction/writeRules.ts";
import { freshRandom } from "../values/freshRandom.ts";
import { applyWrites } from "./applyWrites.ts";
import { APP, type Catalog, type Table } from "./catalog.ts";
import { CommitLog } from "./commitLog.ts";
import { ConflictError, DatabaseError } from "./databaseError.ts";
import { GroupCommit } from "./groupCommit.ts";
import { createOutcomes, deleteOutcomes } from "./outcomes.ts";
import { Pruner } from "./pruner.ts";
import { loadCatalog, loadSchemas } from "./savedCatalog.ts";
import { SchemaChanger, type SchemaChange } from "./schemaChanger.ts";
import type { SchemaProgress } from "./schemaProgress.ts";
import { cursorSecret } from "./cursorSecret.ts";
import { Snapshots } from "./snapshots.ts";
import { VersionStore } from "./versionStore.ts";

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
  /** How much of the file is kept in memory. Default 64 MiB. */
  cacheBytes?: number;
}

export interface Commit {
  /** Microseconds since the epoch. For a transaction that wrote nothing: its snapshot. */
  readonly ts: number;
  readonly writes: readonly WrittenKey[];
}

export interface BeginOptions {
  /** Read at this time instead of the latest; only for queries, no later than `latestTs()`. */
  ts?: number;
  limits?: Partial<TransactionLimits>;
}

export interface Database {
  /** The last commit that is on disk. Microseconds since the epoch. */
  latestTs(): number;
  /** Of the app, or of one of its components. */
  schema(component?: string): Schema;
  /** Tables of a component's user that hold or held documents or are in the schema, sorted by name. */
  tables(component?: string): { name: string; number: number }[];
  /** How many groups of commits, one fsync each, have been flushed since the file was opened. */
  flushedGroups(): number;
  /** The number of a component's table, made if need be, with the wanted number if that is free. */
  ensureTable(component: string, name: string, wanted?: number): number;
  /**
   * Makes schemas the current ones, that of the app and those of its components by their paths:
   * validates the stored documents of tables whose type changed, and builds and drops indexes. Yields
   * to other work; commits go on meanwhile. Subscriptions should be
   * run again afterwards, and transactions that were open fail with a conflict.
   * @throws SchemaMismatchError; the old schema stays
   */
  applySchema(schema: Schema, components?: Schemas): Promise<SchemaChange>;
  /** How far `applySchema` has come, by component; empty when none is under way. */
  schemaProgress(): Map<string, SchemaProgress>;
  /** Whether the stored documents fit schemas; changes nothing. @throws SchemaMismatchError */
  checkSchema(schema: Schema, components?: Schemas): Promise<void>;
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
  /**
   * Forgets outcomes of requests that were committed before a time (microseconds since the epoch), at most
   * `limit`. Resolves with how many, when that is on disk.
   */
  forgetOutcomes(before: number, limit: number): Promise<number>;
  /** Called after the flush, in commit order, before the promise of `commit` resolves. */
  onCommit(listener: (commit: Commit) => void): () => void;
  /** Flushes and closes the file. Idempotent; nothing may be called afterwards. */
  close(): Promise<void>;
}

const DEFAULT_RETENTION_US = 30_000_000;
/** A transaction open for longer is presumed lost and holds nothing back any more. */
const MAX_TRANSACTION_AGE_US = 120_000_000;

/** Opens or creates the file. One process at a time may have it open. */
export function openDatabase(options: DatabaseOptions): Database {
  return new SqliteDatabase(options);
}

class SqliteDatabase implements Database, TransactionHost {
  readonly store: VersionStore;
  readonly catalog: Catalog;
  readonly seal: CursorSeal;
  readonly random: () => Uint8Array;
  readonly #now: () => number;
  readonly #group: GroupCommit;
  readonly #log: CommitLog;
  readonly #pruner: Pruner;
  readonly #schemaChanger: SchemaChanger;
  /** With the time at which each began. */
  readonly #open = new Map<DocumentTransaction, number>();
  readonly #listeners = new Set<(commit: Commit) => void>();
  #closed: Promise<void> | undefined;
  #schemas: Schemas;
  #layout = 0;
  #flushedTs: number;
  /** In the file, if not yet on disk. */
  #committedTs: number;
  #appliedTs: number;
  /** No timestamp is used twice, those of undone commits included. */
  #lastTs: number;
  /** Of the newest document, in ms. */
  #lastCreationTime = 0;
  /** Applied and not committed. */
  #uncommitted: Commit[] = [];
  /** Committed and not flushed. */
  #unflushed: Commit[] = [];
  /** Snapshots in this range (lower end excluded) were undone. */
  #lost: { after: number; upTo: number }[] = [];
  readonly #snapshots: Snapshots;

  constructor(options: DatabaseOptions) {
    this.store = new VersionStore(options.path, options.maxBytes, options.cacheBytes);
    this.#now = options.now ?? (() => Date.now() * 1000);
    this.random = options.random ?? (() => freshRandom(16));
    this.#group = new GroupCommit({
      store: this.store,
      beforeCommit: () => this.#beforeCommit(),
      afterCommit: () => this.#afterCommit(),
      afterFlush: () => this.#afterFlush(),
      afterFailure: () => this.#afterFailure(),
    });
    createSearchTables(this.store);
    createOutcomes(this.store);
    this.catalog = loadCatalog(this.store);
    this.#schemas = loadSchemas(this.store);
    this.catalog.adoptTypes(this.#schemas);
    this.seal = new CursorSeal(cursorSecret(this.store));
    this.#lastTs = (this.store.setting("clock") as number | undefined) ?? 0;
    this.#lastTs = Math.max(this.#lastTs, this.#now());
    this.#flushedTs = this.#committedTs = this.#appliedTs = this.#lastTs;
    this.store.setSetting("clock", this.#lastTs); // before anyone is told this time
    this.#snapshots = new Snapshots(this.#lastTs, options.retentionUs ?? DEFAULT_RETENTION_US);
    this.#log = new CommitLog(this.#lastTs);
    this.#pruner = new Pruner(this.store, this.catalog);
    this.#schemaChanger = new SchemaChanger({
      store: this.store,
      catalog: this.catalog,
      group: this.#group,
      pruner: this.#pruner,
      appliedTs: () => this.#appliedTs,
    });
    this.#schemaChanger.completeSystemTables();
  }

  latestTs(): number {
    return this.#flushedTs;
  }

  flushedGroups(): number {
    return this.#group.flushedGroups;
  }

  schema(component: string = APP): Schema {
    return this.#schemas.get(component) ?? EMPTY_SCHEMA;
  }

  tables(component: string = APP): { name: string; number: number }[] {
    const declared = this.schema(component).tables;
    const isThere = (table: Table): boolean =>
      table.component === component &&
      !table.isSystem &&
      (table.isPersisted || declared.has(table.name));
    const tables = [...this.catalog.tables()].filter(isThere);
    return tables
      .map(({ name, number }) => ({ name, number }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  ensureTable(component: string, name: string, wanted?: number): number {
    return this.catalog.ensure(component, name, wanted).number;
  }

  applySchema(schema: Schema, components: Schemas = new Map()): Promise<SchemaChange> {
    const schemas: Schemas = new Map([...components, [APP, schema]]);
    return this.#schemaChanger.change(
      schemas,
      () => this.#schemas,
      () => {
        this.#schemas = schemas;
        this.#layout++;
        this.#snapshots.reset(this.#flushedTs); // new indexes know nothing of the past
      },
    );
  }

  schemaProgress(): Map<string, SchemaProgress> {
    return this.#schemaChanger.progress();
  }

  checkSchema(schema: Schema, components: Schemas = new Map()): Promise<void> {
    const schemas: Schemas = new Map([...components, [APP, schema]]);
    return this.#schemaChanger.check(schemas, this.#schemas);
  }

  begin(kind: TransactionKind, options: BeginOptions = {}): Transaction {
    const latest = kind === "query" ? this.#flushedTs : this.#appliedTs;
    const snapshotTs = kind === "query" ? (options.ts ?? latest) : latest;
    if (snapshotTs > latest || snapshotTs < this.#snapshots.oldest) {
      throw new DatabaseError(
        "SNAPSHOT_TOO_OLD",
        `There is no snapshot at ${snapshotTs} any more.`,
      );
    }
    const tx = new DocumentTransaction(this, {
      kind,
      snapshotTs,
      layout: this.#layout,
      creationTime: Math.max(this.#now() / 1000, nextDouble(this.#lastCreationTime)),
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    });
    this.#open.set(tx, this.#now());
    return tx;
  }

  async commit(transaction: Transaction): Promise<Commit> {
    const tx = ownTransaction(transaction);
    try {
      if (tx.writes.isEmpty) {
        await this.settled(tx); // whether others can write is no concern of one that does not
        return { ts: tx.snapshotTs, writes: [] };
      }
      this.checkUsable(tx);
      const commit = this.#apply(tx);
      await this.#group.flushed();
      return commit;
    } finally {
      tx.close();
    }
  }

  async settled(transaction: Transaction): Promise<void> {
    const tx = ownTransaction(transaction);
    this.checkUsable(tx);
    if (tx.snapshotTs <= this.#flushedTs) return;
    await this.#group.flushed().catch(() => undefined);
    this.checkUsable(tx);
  }

  async forgetOutcomes(before: number, limit: number): Promise<number> {
    const forgotten = this.#group.apply(() => deleteOutcomes(this.store, before, limit));
    await this.#group.flushed();
    return forgotten;
  }

  onCommit(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    this.#closed ??= this.#schemaChanger.idle().then(() => {
      this.#group.flush();
      this.store.close();
    });
    return this.#closed;
  }

  checkUsable(tx: DocumentTransaction): void {
    if (tx.layout !== this.#layout) throw new ConflictError("The schema was changed meanwhile.");
    const { snapshotTs } = tx;
    if (this.#lost.some(({ after, upTo }) => after < snapshotTs && snapshotTs <= upTo)) {
      throw new ConflictError("What the transaction read could not be written to disk.");
    }
    if (snapshotTs < this.#snapshots.oldest) {
      throw tx.kind === "mutation"
        ? new ConflictError("The transaction took so long that its snapshot is gone.")
        : new DatabaseError(
            "SNAPSHOT_TOO_OLD",
            "The query took so long that its snapshot is gone.",
          );
    }
  }

  ended(tx: DocumentTransaction): void {
    this.#open.delete(tx);
  }

  #apply(tx: DocumentTransaction): Commit {
    if (this.#log.conflicts(tx.snapshotTs, tx.reads)) {
      throw new ConflictError(
        "Documents read by the mutation were changed by another one meanwhile.",
      );
    }
    const ts = Math.max(this.#lastTs + 1, this.#now());
    this.#lastTs = ts;
    const applied = this.#group.apply(() => applyWrites(this.store, tx.writes, ts));
    for (const { table, after } of applied.documents) {
      this.#schemaChanger.documentWritten(table, after);
      if (after !== null) {
        this.#lastCreationTime = Math.max(this.#lastCreationTime, after._creationTime);
      }
    }
    const commit = { ts, writes: applied.writes };
    this.#log.add(ts, applied.writes);
    this.#uncommitted.push(commit);
    this.#appliedTs = ts;
    return commit;
  }

  #beforeCommit(): void {
    this.store.setSetting("clock", this.#lastTs);
    const written = this.#uncommitted.reduce((rows, { writes }) => rows + writes.length, 0);
    this.#expireSnapshots();
    this.#pruner.step(this.#snapshots.oldest, written);
  }

  #afterCommit(): void {
    this.#committedTs = this.#appliedTs;
    this.#unflushed.push(...this.#uncommitted);
    this.#uncommitted = [];
  }

  #afterFlush(): void {
    this.#flushedTs = this.#committedTs;
    this.#snapshots.add(this.#flushedTs);
    const commits = this.#unflushed.splice(0);
    const mutations = [...this.#open.keys()].filter(({ kind }) => kind === "mutation");
    this.#log.trim(Math.min(this.#flushedTs, ...mutations.map(({ snapshotTs }) => snapshotTs)));
    for (const commit of commits) for (const listener of this.#listeners) listener(commit);
  }

  #afterFailure(): void {
    this.#lost = this.#lost.filter(({ after, upTo }) => {
      return after !== this.#committedTs && upTo >= this.#snapshots.oldest;
    });
    this.#lost.push({ after: this.#committedTs, upTo: this.#lastTs });
    for (const table of this.catalog.tables()) {
      table.isPersisted = table.isSystem && table.component === APP;
    }
    this.#appliedTs = this.#committedTs;
    this.#uncommitted = [];
    this.#log.truncate(this.#committedTs);
  }

  #expireSnapshots(): void {
    const now = Math.max(this.#lastTs, this.#now());
    let oldestRead = Infinity;
    for (const [tx, begunAt] of this.#open) {
      if (begunAt > now - MAX_TRANSACTION_AGE_US) oldestRead = Math.min(oldestRead, tx.snapshotTs);
      else this.#open.delete(tx);
    }
    this.#snapshots.expire(now, oldestRead);
  }
}

function ownTransaction(transaction: Transaction): DocumentTransaction {
  assert(transaction instanceof DocumentTransaction, "a transaction that `begin` returned");
  return transaction;
}
