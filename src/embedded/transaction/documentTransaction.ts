/**
 * The one implementation of Transaction: checks what a write may be, gives new documents their id and
 * creation time, and keeps writes pending. Reading is SnapshotReader's, paging queryPage's.
 */
import { badRequest } from "../store/databaseError.ts";
import { APP, type Catalog, type Table } from "../store/catalog.ts";
import type { OutcomeKey, StoredOutcome } from "../store/outcomes.ts";
import type { StoredVersion, VersionStore } from "../store/versionStore.ts";
import { requireFit } from "../schema/checkDocument.ts";
import { searchVectors } from "../search/vectorSearch.ts";
import { encodeDocumentId } from "../values/documentId.ts";
import type { JSONObject, StoredDocument } from "../values/jsonValue.ts";
import { LAST_KEY } from "../values/keyEncoding.ts";
import { normalizeObject, storableSize } from "../values/normalizeValue.ts";
import { DocumentQuery, expectedReads, type SourceDocument } from "./documentQuery.ts";
import type { CursorSeal } from "./pageCursor.ts";
import type { PendingWrites } from "./pendingWrites.ts";
import type { ExpressionJson, QueryJson, QueryPageArgs } from "./queryJson.ts";
import { queryPage } from "./queryPage.ts";
import type { ReadSet } from "./readSet.ts";
import { findIndex, SnapshotReader, splitOnce, type Access } from "./snapshotReader.ts";
import type {
  QueryCursor,
  QueryPageResult,
  Savepoint,
  SystemDatabase,
  Transaction,
  TransactionKind,
  VectorMatch,
} from "./transaction.ts";
import { checkWritable, tableOfId } from "./tableAccess.ts";
import { TransactionState, type TransactionStart } from "./transactionState.ts";
import type { TransactionUsage } from "./transactionUsage.ts";
import { checkNewFields, patched, replaced, restored, systemTableError } from "./writeRules.ts";

/** What the database lends to its transactions. */
export interface TransactionHost {
  readonly store: VersionStore;
  readonly catalog: Catalog;
  readonly seal: CursorSeal;
  random(): Uint8Array;
  /** @throws if the transaction can no longer read what it began with */
  checkUsable(tx: DocumentTransaction): void;
  ended(tx: DocumentTransaction): void;
}

/** One component's view of a transaction. */
export class DocumentTransaction implements Transaction {
  readonly kind: TransactionKind;
  readonly component: string;
  readonly snapshotTs: number;
  readonly begunAt: number;
  readonly layout: number;
  readonly reads: ReadSet;
  readonly usage: TransactionUsage;
  readonly system: SystemDatabase;
  readonly writes: PendingWrites;
  readonly #host: TransactionHost;
  readonly #reader: SnapshotReader;
  readonly #start: TransactionStart;
  readonly #shared: TransactionState<DocumentTransaction>;

  constructor(
    host: TransactionHost,
    start: TransactionStart,
    component: string = APP,
    shared = new TransactionState<DocumentTransaction>(start),
  ) {
    this.kind = start.kind;
    this.component = component;
    this.snapshotTs = start.snapshotTs;
    this.begunAt = start.begunAt;
    this.layout = start.layout;
    ({ reads: this.reads, writes: this.writes, usage: this.usage } = shared);
    this.#host = host;
    this.#start = start;
    this.#shared = shared;
    shared.views.set(component, this);
    const { store, catalog } = host;
    const { reads, writes } = this;
    this.#reader = new SnapshotReader({
      store,
      catalog,
      component,
      ts: start.snapshotTs,
      writes,
      reads,
      mayWrite: start.kind === "mutation",
    });
    this.system = {
      get: (id) => this.#get(null, id, "engine"),
      openQuery: (query) => this.#openQuery(query, "engine"),
      insert: (table, value) => this.#insert(table, value, "engine"),
      restore: (table, value) => this.#restore(table, value),
      patch: (table, id, value) => this.#update(table, id, value, "patch", "engine"),
      replace: (table, id, value) => this.#update(table, id, value, "replace", "engine"),
      delete: (table, id) => this.#delete(table, id, "engine"),
      outcome: (request) => this.#outcome(request),
      keepOutcome: (request, text) => {
        this.#beginWrite();
        this.writes.outcome = { ...request, text };
      },
    };
  }

  get(table: string | null, id: string, isSystem = false): StoredDocument | null {
    const found = this.#host.catalog.tableOf(id);
    if (found?.component === this.component && found.isSystem !== isSystem) {
      const door = found.isSystem ? "ctx.db.system.get" : "ctx.db.get";
      throw badRequest(`Document ID ${id} is of table ${found.name}; use ${door} to read it.`);
    }
    return this.#get(table, id, "user");
  }

  normalizeId(table: string, id: string): string | null {
    return this.#host.catalog.idCheck(this.component)(table, id) ? id : null;
  }

  openQuery(query: QueryJson): QueryCursor {
    return this.#openQuery(query, "user");
  }

  queryPage(args: QueryPageArgs, journal: string | null): QueryPageResult {
    this.#begin();
    this.usage.charge("databaseQueries", 1);
    const { seal } = this.#host;
    return queryPage({ reader: this.#reader, usage: this.usage, seal }, args, journal);
  }

  count(tableName: string): number {
    this.#begin();
    this.usage.charge("databaseQueries", 1);
    const { table } = this.#reader.plan({ type: "FullTableScan", tableName, order: null }, "user");
    return this.#reader.count(table);
  }

  vectorSearch(
    indexName: string,
    vector: readonly number[],
    limit: number,
    filter: ExpressionJson,
  ): VectorMatch[] {
    this.#begin();
    this.usage.charge("databaseQueries", 1);
    const [tableName, name] = splitOnce(indexName);
    const { table } = this.#reader.plan({ type: "FullTableScan", tableName, order: null }, "user");
    const index = findIndex(table, name);
    const { definition } = index;
    if (definition.kind !== "vector") throw badRequest(`Index ${indexName} is not a vector index.`);
    this.reads.add(index.number, "", LAST_KEY);
    const { store } = this.#host;
    return searchVectors({ store, index, definition, vector, limit, filter, ts: this.snapshotTs });
  }

  insert(table: string, value: JSONObject): string {
    return this.#insert(table, value, "user");
  }

  patch(table: string | null, id: string, value: JSONObject): StoredDocument {
    return this.#update(table, id, value, "patch", "user");
  }

  replace(table: string | null, id: string, value: JSONObject): StoredDocument {
    return this.#update(table, id, value, "replace", "user");
  }

  delete(table: string | null, id: string): StoredDocument {
    return this.#delete(table, id, "user");
  }

  inComponent(component: string): DocumentTransaction {
    const view = this.#shared.views.get(component);
    return view ?? new DocumentTransaction(this.#host, this.#start, component, this.#shared);
  }

  components(): string[] {
    return this.#host.catalog.components();
  }

  hasTable(name: string): boolean {
    return this.#host.catalog.find(this.component, name) !== undefined;
  }

  savepoint(): Savepoint {
    return { undoLength: this.writes.undoLength };
  }

  rollbackTo(savepoint: Savepoint): void {
    this.writes.rollbackTo(savepoint.undoLength);
  }

  snapshotView(): Transaction {
    this.#begin();
    return new DocumentTransaction(this.#host, { ...this.#start, kind: "query" }, this.component);
  }

  close(): void {
    if (this.#shared.isClosed) return;
    this.#shared.isClosed = true;
    for (const view of this.#shared.views.values()) this.#host.ended(view);
  }

  #begin(): void {
    if (this.#shared.isClosed) throw badRequest("The transaction has already ended.");
    this.#host.checkUsable(this);
  }

  #get(tableName: string | null, id: string, access: Access): StoredDocument | null {
    this.#begin();
    const usage = this.#shared.usageOf(access);
    usage.charge("databaseQueries", 1);
    const table = this.#tableOf(tableName, id, access);
    if (table === undefined) return null;
    this.#reader.checkReadable(table, access);
    return this.#reader.load(table, id, usage).now?.document ?? null;
  }

  #outcome(request: OutcomeKey): StoredOutcome | null {
    this.#begin();
    return this.#reader.outcome(request);
  }

  #openQuery(query: QueryJson, access: Access): QueryCursor {
    this.#begin();
    const usage = this.#shared.usageOf(access);
    usage.charge("databaseQueries", 1);
    const plan = this.#reader.plan(query.source, access);
    const source = this.#reader.open(plan, expectedReads(query.operators));
    const documents = new DocumentQuery(source, query.operators, usage);
    let isOpen = true;
    const next = (): SourceDocument | null => {
      this.#begin();
      return isOpen ? documents.next() : null;
    };
    return {
      next: () => next()?.document ?? null,
      nextText: () => {
        const row = next();
        return row && (row.text ?? JSON.stringify(row.document));
      },
      close: () => {
        isOpen = false;
      },
    };
  }

  #insert(tableName: string, value: JSONObject, access: Access): string {
    this.#beginWrite();
    const table = this.#writableTable(tableName, access);
    checkNewFields(value);
    const document = normalizeObject({ ...value, ...this.#systemFields(table) }) as StoredDocument;
    this.#write(table, document, null, access);
    return document._id;
  }

  #restore(tableName: string, value: JSONObject): string {
    this.#beginWrite();
    const table = this.#host.catalog.ensure(this.component, tableName);
    const whole = restored(value, this.#systemFields(table), table.number);
    const document = normalizeObject(whole) as StoredDocument;
    const { _id } = document;
    const { now, before } = this.#reader.load(table, _id, this.#shared.usageOf("engine"));
    if (now !== null) throw badRequest(`There is a document with the ID ${_id} already.`);
    this.#write(table, document, before, "engine");
    return _id;
  }

  /** Of the next new document. */
  #systemFields(table: Table): { _id: string; _creationTime: number } {
    const _id = encodeDocumentId(table.number, this.#host.random());
    return { _id, _creationTime: this.#shared.nextCreationTime() };
  }

  #update(
    tableName: string | null,
    id: string,
    value: JSONObject,
    how: "patch" | "replace",
    access: Access,
  ): StoredDocument {
    const { table, document, before } = this.#loadForWrite(tableName, id, "Update", access);
    const next = how === "patch" ? patched(document, value) : replaced(document, value);
    return this.#write(table, normalizeObject(next) as StoredDocument, before, access);
  }

  #delete(tableName: string | null, id: string, access: Access): StoredDocument {
    const { table, document, before } = this.#loadForWrite(tableName, id, "Delete", access);
    this.#shared.usageOf(access).charge("documentsWritten", 1);
    this.writes.set(id, { table, before, after: null });
    return document;
  }

  #loadForWrite(
    tableName: string | null,
    id: string,
    verb: "Update" | "Delete",
    access: Access,
  ): { table: Table; document: StoredDocument; before: StoredVersion | null } {
    this.#beginWrite();
    const table = this.#tableOf(tableName, id, access);
    if (table?.isSystem === true && access === "user") throw systemTableError(table.name);
    const usage = this.#shared.usageOf(access);
    const loaded = table === undefined ? undefined : this.#reader.load(table, id, usage);
    if (table === undefined || !loaded?.now) {
      throw badRequest(`${verb} on nonexistent document ID ${id}`);
    }
    return { table, document: loaded.now.document, before: loaded.before };
  }

  #write(
    table: Table,
    document: StoredDocument,
    before: StoredVersion | null,
    access: Access,
  ): StoredDocument {
    const size = storableSize(document);
    requireFit(table, document, this.#host.catalog.idCheck(table.component));
    const usage = this.#shared.usageOf(access);
    usage.charge("documentsWritten", 1);
    usage.charge("bytesWritten", size);
    this.writes.set(document._id, { table, before, after: { document, size } });
    return document;
  }

  #beginWrite(): void {
    if (this.kind !== "mutation") throw badRequest("Only mutations can write to the database.");
    this.#begin();
  }

  /** undefined if no such table exists. @throws BAD_REQUEST on a malformed id or another table's */
  #tableOf(tableName: string | null, id: string, access: Access): Table | undefined {
    const owner = access === "user" ? this.component : null;
    return tableOfId(this.#host.catalog, owner, tableName, id);
  }

  #writableTable(name: string, access: Access): Table {
    const existing = this.#reader.findTable(name, access);
    checkWritable(name, existing, access === "user");
    return existing ?? this.#host.catalog.ensure(this.component, name);
  }
}
