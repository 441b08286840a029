/**
 * What a running function may do with the data: read one snapshot, see its own writes on top of it,
 * and collect writes that become real only through `Database.commit`.
 */
import type { OutcomeKey, StoredOutcome } from "../store/outcomes.ts";
import type { JSONObject, StoredDocument } from "../values/jsonValue.ts";
import type { ExpressionJson, QueryJson, QueryPageArgs } from "./queryJson.ts";
import type { ReadSet } from "./readSet.ts";
import type { TransactionUsage } from "./transactionUsage.ts";

export type TransactionKind = "query" | "mutation";

/** Yields documents one by one; reads lazily, in batches. */
export interface QueryCursor {
  next(): StoredDocument | null;
  /** Like `next`, as JSON. */
  nextText(): string | null;
  close(): void;
}

export interface QueryPageResult {
  page: StoredDocument[];
  isDone: boolean;
  continueCursor: string;
  splitCursor: string | null;
  pageStatus: "SplitRecommended" | "SplitRequired" | null;
  /** Hand it back when the same query runs again, so that the page keeps its end. */
  journal: string | null;
}

export interface VectorMatch {
  _id: string;
  /** Cosine similarity, -1..1. */
  _score: number;
}

/** A point to which writes can be undone. Opaque. */
export interface Savepoint {
  readonly undoLength: number;
}

/** Writes. `table` is the table the caller named, or null; when given it must match the id. */
export interface DocumentWriter {
  /** Returns the new id. @throws SCHEMA_VIOLATION, LIMIT_EXCEEDED, BAD_REQUEST */
  insert(table: string, value: JSONObject): string;
  /** Merges top-level fields; `{"$undefined": null}` removes one. Returns the new document. */
  patch(table: string | null, id: string, value: JSONObject): StoredDocument;
  /** Replaces every user field. Returns the new document. */
  replace(table: string | null, id: string, value: JSONObject): StoredDocument;
  /** Returns the document that was. */
  delete(table: string | null, id: string): StoredDocument;
}

/**
 * The engine's own door: reaches every `_` table, private ones included, and by id those of all
 * components.
 */
export interface SystemDatabase extends DocumentWriter {
  /**
   * Inserts a document as it was elsewhere, with the `_id` and `_creationTime` that it brings; what is
   * missing of the two is made. Also into tables of the user's. Returns the id.
   * @throws BAD_REQUEST if the id is another table's or taken, SCHEMA_VIOLATION, LIMIT_EXCEEDED
   */
  restore(table: string, value: JSONObject): string;
  get(id: string): StoredDocument | null;
  openQuery(query: QueryJson): QueryCursor;
  /** What the transaction that answered a request kept of it; null if none has been committed. */
  outcome(request: OutcomeKey): StoredOutcome | null;
  /** Keeps the outcome of a request with this transaction's commit. One a transaction. */
  keepOutcome(request: OutcomeKey, text: string): void;
}

export interface Transaction extends DocumentWriter {
  readonly kind: TransactionKind;
  /** Whose tables it names: path of a component, "" for the app. */
  readonly component: string;
  /** Microseconds since the epoch. */
  readonly snapshotTs: number;
  readonly reads: ReadSet;
  readonly usage: TransactionUsage;
  readonly system: SystemDatabase;

  /** @param isSystem true for `db.system.get`: it must match the kind of table. Unknown table → null. */
  get(table: string | null, id: string, isSystem?: boolean): StoredDocument | null;
  /** The id itself if it belongs to that table, else null. Reads nothing. */
  normalizeId(table: string, id: string): string | null;
  openQuery(query: QueryJson): QueryCursor;
  /**
   * One page of `.paginate()`. That a function may paginate only once is for the caller to enforce.
   * @param journal what the previous run of the same query returned, or null
   */
  queryPage(args: QueryPageArgs, journal: string | null): QueryPageResult;
  /** Documents in a table. Reads the whole table as far as conflicts are concerned. */
  count(table: string): number;
  /**
   * The nearest documents by cosine, best first; does not see the transaction's own writes.
   * @param indexName "table.index"
   * @param limit 1..256
   */
  vectorSearch(
    indexName: string,
    vector: readonly number[],
    limit: number,
    filter: ExpressionJson,
  ): VectorMatch[];

  /** The same transaction with the tables of another component. */
  inComponent(component: string): Transaction;
  /** Those that have tables, the app first; also those whose code was never deployed. */
  components(): string[];
  /** Whether this component has a table, empty or not. Those never deployed have none for jobs and files. */
  hasTable(name: string): boolean;

  savepoint(): Savepoint;
  /** Undoes the writes since; what was read stays in the read set. */
  rollbackTo(savepoint: Savepoint): void;
  /** The snapshot without this transaction's writes, with a read set and usage of its own. */
  snapshotView(): Transaction;
  /** Ends the transaction: every later call throws. `Database.commit` does it too. Idempotent. */
  close(): void;
}
