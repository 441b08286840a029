/**
 * Reads for one transaction: finds the table and index that a query means, checks that the caller may
 * read them, and opens sources that see the snapshot with the transaction's own writes, record what
 * they read and charge for it. Knows nothing of writing rules or pagination.
 */
import { badRequest } from "../store/databaseError.ts";
import { APP, type Catalog, type Index, type Table } from "../store/catalog.ts";
import { findOutcome, outcomeKey, OUTCOMES_INDEX } from "../store/outcomes.ts";
import type { OutcomeKey, StoredOutcome } from "../store/outcomes.ts";
import type { StoredVersion, VersionStore } from "../store/versionStore.ts";
import { isUserTableName } from "../schema/schema.ts";
import { PUBLIC_SYSTEM_TABLES } from "../schema/systemTables.ts";
import { searchText } from "../search/textSearch.ts";
import { encodeKey, LAST_KEY, successor, type Key } from "../values/keyEncoding.ts";
import type { DocumentSource, SourceDocument } from "./documentQuery.ts";
import { indexRange } from "./indexRange.ts";
import { IndexScan } from "./indexScan.ts";
import type { PendingWrites } from "./pendingWrites.ts";
import type { Order, QuerySource, SearchFilter } from "./queryJson.ts";
import type { ReadSet } from "./readSet.ts";
import type { TransactionUsage } from "./transactionUsage.ts";

/** Who asks: user code sees user tables and the public system tables, the engine sees all. */
export type Access = "user" | "engine";

export interface RangePlan {
  kind: "range";
  table: Table;
  index: Index;
  start: Key;
  end: Key;
  order: Order;
}

export interface SearchPlan {
  kind: "search";
  table: Table;
  index: Index;
  filters: readonly SearchFilter[];
}

export class SnapshotReader {
  readonly #store: VersionStore;
  readonly #catalog: Catalog;
  readonly #component: string;
  readonly #ts: number;
  readonly #writes: PendingWrites;
  readonly #reads: ReadSet;
  /** What was read, by the keys of the ids; null where nothing of it is going to be written. */
  readonly #known: Map<Key, StoredVersion> | null;

  /** @param context.mayWrite whether documents that were read may be loaded again, to be written */
  constructor(context: {
    store: VersionStore;
    catalog: Catalog;
    component: string;
    ts: number;
    writes: PendingWrites;
    reads: ReadSet;
    mayWrite: boolean;
  }) {
    this.#store = context.store;
    this.#catalog = context.catalog;
    this.#component = context.component;
    this.#ts = context.ts;
    this.#writes = context.writes;
    this.#reads = context.reads;
    this.#known = context.mayWrite ? new Map() : null;
  }

  /** The document as this transaction sees it (`now`) and as the snapshot has it. Charged and recorded. */
  load(
    table: Table,
    id: string,
    usage: TransactionUsage,
  ): { now: SourceDocument | null; before: StoredVersion | null } {
    const key = encodeKey(id);
    this.#reads.add(table.byId.number, key, successor(key));
    const pending = this.#writes.get(id);
    const before = pending ? pending.before : this.#stored(table, key);
    const now = pending ? pending.after : before;
    if (now !== null) {
      usage.charge("documentsRead", 1);
      usage.charge("bytesRead", now.size);
    }
    return { now, before };
  }

  #stored(table: Table, key: Key): StoredVersion | null {
    const known = this.#known?.get(key);
    if (known !== undefined) return known;
    const stored = this.#store.documentAt(table.storage, key, this.#ts);
    if (stored !== null) this.#known?.set(key, stored);
    return stored;
  }

  /** Documents in a table, all of which count as read. */
  count(table: Table): number {
    this.#reads.add(table.byId.number, "", LAST_KEY);
    let count = this.#store.count(table.storage, this.#ts);
    for (const pending of this.#writes.documents().values()) {
      if (pending.table !== table) continue;
      count += Number(pending.after !== null) - Number(pending.before !== null);
    }
    return count;
  }

  /** What a commit kept of a request. Recorded, so that of two that answer the same one only one commits. */
  outcome(request: OutcomeKey): StoredOutcome | null {
    const key = outcomeKey(request);
    this.#reads.add(OUTCOMES_INDEX, key, successor(key));
    return findOutcome(this.#store, request, this.#ts);
  }

  /** @throws BAD_REQUEST for an unknown index, a range that does not fit, a table out of reach */
  plan(source: QuerySource, access: Access): RangePlan | SearchPlan {
    if (source.type === "FullTableScan") {
      const table = this.#readableTable(source.tableName, access);
      const range = indexRange(`${table.name}.by_creation_time`, table.byCreationTime, []);
      const order = orderOf(source);
      return { kind: "range", table, index: table.byCreationTime, ...range, order };
    }
    const [tableName, indexName] = splitOnce(source.indexName);
    const table = this.#readableTable(tableName, access);
    const index = findIndex(table, indexName);
    if (source.type === "Search") {
      if (index.definition.kind !== "search") {
        throw badRequest(`Index ${source.indexName} is not a search index.`);
      }
      return { kind: "search", table, index, filters: source.filters };
    }
    if (index.definition.kind !== "db") {
      throw badRequest(`Index ${source.indexName} is not a database index; use withSearchIndex.`);
    }
    const range = indexRange(source.indexName, index, source.range);
    return { kind: "range", table, index, ...range, order: orderOf(source) };
  }

  scan(plan: RangePlan, expected: number | undefined): IndexScan {
    return new IndexScan({
      store: this.#store,
      table: plan.table,
      index: plan.index,
      start: plan.start,
      end: plan.end,
      order: plan.order,
      ts: this.#ts,
      reads: this.#reads,
      overlay: () => this.#writes.overlay(plan.table, plan.index),
      onStored: (found) => this.#known?.set(found.key.slice(-plan.table.idKeyBytes), found),
      ...(expected === undefined ? {} : { expected }),
    });
  }

  search(plan: SearchPlan): SourceDocument[] {
    const { definition } = plan.index;
    if (definition.kind !== "search") return [];
    return searchText({
      store: this.#store,
      table: plan.table,
      index: plan.index,
      definition,
      filters: plan.filters,
      ts: this.#ts,
      reads: this.#reads,
      pending: [...this.#writes.documents().values()],
    });
  }

  open(plan: RangePlan | SearchPlan, expected?: number): DocumentSource<SourceDocument> {
    if (plan.kind === "range") return this.scan(plan, expected);
    const results = this.search(plan).values();
    return { next: () => results.next().value ?? null };
  }

  /** @throws BAD_REQUEST if the table's name is none or it is out of the caller's reach */
  checkReadable(table: Table, access: Access): void {
    if (access === "engine" || !table.isSystem || this.#catalog.isPublicSystemTable(table)) return;
    throw badRequest(`Table ${table.name} cannot be read.`);
  }

  /** The engine's private tables exist once, whichever component is at work. */
  findTable(name: string, access: Access): Table | undefined {
    const isPrivate =
      access === "engine" && name.startsWith("_") && !PUBLIC_SYSTEM_TABLES.has(name);
    return this.#catalog.find(isPrivate ? APP : this.#component, name);
  }

  #readableTable(name: string, access: Access): Table {
    const existing = this.findTable(name, access);
    if (existing !== undefined) {
      this.checkReadable(existing, access);
      return existing;
    }
    if (!isUserTableName(name)) throw badRequest(`Invalid table name "${name}".`);
    return this.#catalog.ensure(this.#component, name);
  }
}

/** Plain JavaScript gives whatever it likes. @throws BAD_REQUEST */
function orderOf({ order }: { order: string | null }): Order {
  if (order === null || order === "asc" || order === "desc") return order ?? "asc";
  throw badRequest(`The order of a query is "asc" or "desc", not ${JSON.stringify(order)}.`);
}

/** An index that may be read. @throws BAD_REQUEST if it is unknown or staged */
export function findIndex(table: Table, name: string): Index {
  if (name === "by_id") return table.byId;
  if (name === "by_creation_time") return table.byCreationTime;
  const index = table.indexes.get(name);
  if (index === undefined) throw badRequest(`Index ${table.name}.${name} not found.`);
  if (index.definition.isStaged) {
    throw badRequest(`Index ${table.name}.${name} is staged and cannot be queried yet.`);
  }
  return index;
}

/** "table.index" in its two parts; an index name holds no dot. */
export function splitOnce(indexName: string): [string, string] {
  const dot = indexName.indexOf(".");
  if (dot === -1) throw badRequest(`Index name "${indexName}" must be "table.index".`);
  return [indexName.slice(0, dot), indexName.slice(dot + 1)];
}
