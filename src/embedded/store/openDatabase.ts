/**
 * The database: MVCC snapshots, serializable commits checked against what was read, group commit to
 * one SQLite file. This file is the composition and the order of things; the parts are beside it.
 *
 * `#appliedTs` is the last commit in the open SQLite transaction, `#flushedTs` the last one on disk.
 * Queries see what is on disk; mutations see what is applied, because their own commit cannot reach the
 * disk before it does.
 */
import { EMPTY_SCHEMA, type Schema, type Schemas } from "../schema/schema.ts";
import { createSearchTables } from "../search/searchTables.ts";
import { DocumentTransaction, type TransactionHost } from "../transaction/documentTransaction.ts";
import { CursorSeal } from "../transaction/pageCursor.ts";
import type { Transaction, TransactionKind } from "../transaction/transaction.ts";
import { nextDouble } from "../transaction/writeRules.ts";
import { freshRandom } from "../values/freshRandom.ts";
import { applyWrites } from "./applyWrites.ts";
import { APP, type Catalog } from "./catalog.ts";
import { CommitLog } from "./commitLog.ts";
import type { BeginOptions, Commit, Database, DatabaseOptions, StagedTables } from "./database.ts";
import { badRequest, ConflictError, DatabaseError } from "./databaseError.ts";
import { GroupCommit } from "./groupCommit.ts";
import { OpenTransactions, ownTransaction } from "./openTransactions.ts";
import { createOutcomes, deleteOutcomes } from "./outcomes.ts";
import { Pruner } from "./pruner.ts";
import { loadCatalog, loadSchemas } from "./savedCatalog.ts";
import { SchemaChanger, type SchemaChange } from "./schemaChanger.ts";
import type { SchemaProgress } from "./schemaProgress.ts";
import { cursorSecret } from "./cursorSecret.ts";
import { Snapshots } from "./snapshots.ts";
import { TableStaging, type TableName } from "./tableStaging.ts";
import { VersionStore } from "./versionStore.ts";

/** How long old versions stay readable after they were superseded. */
export const DEFAULT_RETENTION_US = 30_000_000;

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
  readonly #open = new OpenTransactions();
  readonly #listeners = new Set<(commit: Commit) => void>();
  readonly #replacedListeners = new Set<() => void>();
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
    return this.catalog
      .userTables(component, this.schema(component).tables)
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
    return this.#begin(this, kind, options);
  }

  #begin(host: TransactionHost, kind: TransactionKind, options: BeginOptions): Transaction {
    const latest = kind === "query" ? this.#flushedTs : this.#appliedTs;
    const snapshotTs = kind === "query" ? (options.ts ?? latest) : latest;
    if (snapshotTs > latest || snapshotTs < this.#snapshots.oldest) {
      throw new DatabaseError(
        "SNAPSHOT_TOO_OLD",
        `There is no snapshot at ${snapshotTs} any more.`,
      );
    }
    const tx = new DocumentTransaction(host, {
      kind,
      snapshotTs,
      begunAt: this.#now(),
      layout: this.#layout,
      creationTime: Math.max(this.#now() / 1000, nextDouble(this.#lastCreationTime)),
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    });
    this.#open.add(tx);
    return tx;
  }

  async commit(transaction: Transaction): Promise<Commit> {
    const tx = ownTransaction(transaction);
    try {
      if (tx.writes.isEmpty) {
        await this.settled(tx); // whether others can write is no concern of one that does not
        return { ts: tx.snapshotTs, writes: [] };
      }
      this.#checkCommittable(tx);
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

  stageTables(names: readonly TableName[]): StagedTables {
    const { store, catalog, seal, random } = this;
    const layout = this.#layout;
    const [group, pruner] = [this.#group, this.#pruner];
    const staging = new TableStaging({ store, catalog, group, pruner }, names);
    const checkLayout = (): void => {
      if (layout !== this.#layout) throw badRequest("The schema was changed meanwhile.");
    };
    const host: TransactionHost = {
      ...{ store, seal, random, catalog: staging.catalog },
      checkUsable: (tx) => this.checkUsable(tx),
      ended: (tx) => this.ended(tx),
    };
    return {
      begin: (kind, options = {}) => {
        checkLayout();
        return this.#begin(host, kind, options);
      },
      commit: (tx) => this.commit(tx),
      install: (tx) =>
        this.#schemaChanger.between(() => {
          checkLayout();
          this.#install(staging, ownTransaction(tx));
        }),
      abandon: () => staging.abandon(),
    };
  }

  #install(staging: TableStaging, tx: DocumentTransaction): void {
    this.#group.flush(); // so that what fails below fails alone
    this.#checkCommittable(tx);
    this.#group.exclusively(() => {
      this.#apply(tx);
      staging.save();
    });
    staging.adopt();
    this.#layout++;
    this.#snapshots.reset(this.#flushedTs); // before it there were other tables
    for (const listener of this.#replacedListeners) listener();
  }

  onTablesReplaced(listener: () => void): () => void {
    this.#replacedListeners.add(listener);
    return () => this.#replacedListeners.delete(listener);
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

  #checkCommittable(tx: DocumentTransaction): void {
    this.checkUsable(tx);
    if (!this.#log.conflicts(tx.snapshotTs, tx.reads)) return;
    throw new ConflictError(
      "Documents read by the mutation were changed by another one meanwhile.",
    );
  }

  #apply(tx: DocumentTransaction): Commit {
    const ts = Math.max(this.#lastTs + 1, this.#now());
    this.#lastTs = ts;
    const writer = tx.writes.outcome?.sessionId;
    const applied = this.#group.apply(() => applyWrites(this.store, tx.writes, ts), writer);
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
    const now = Math.max(this.#lastTs, this.#now());
    this.#snapshots.expire(now, this.#open.oldestRead(now));
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
    this.#log.trim(this.#open.oldestMutation(this.#flushedTs));
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
}
