/**
 * The synchronous database calls: they touch no data, so that a function can be cut off in them
 * without harm. A stream is opened when its first document is asked for.
 */
import type { QueryCursor, Transaction } from "../../transaction/transaction.ts";
import type { QueryJson } from "../../transaction/queryJson.ts";
import type { JSONValue, StoredDocument } from "../../values/jsonValue.ts";
import { shownDocument } from "../../scheduler/scheduledJobs.ts";
import { badRequest } from "../../store/databaseError.ts";

type Stream = { query: QueryJson; cursor: QueryCursor | null };

export class OpenQueries {
  readonly #tx: Transaction;
  readonly #streams = new Map<number, Stream>();
  #lastId = 0;

  constructor(tx: Transaction) {
    this.#tx = tx;
  }

  /** @throws Error for an unknown operation */
  syscall(
    op: string,
    args: { query: QueryJson; queryId: number; table: string; idString: string },
  ) {
    switch (op) {
      case "1.0/queryStream":
        this.#streams.set(++this.#lastId, { query: args.query, cursor: null });
        return { queryId: this.#lastId };
      case "1.0/queryCleanup":
        return this.#end(args.queryId);
      case "1.0/db/normalizeId":
        return { id: this.#tx.normalizeId(args.table, args.idString) };
      case "1.0/getSnapshotTs":
        return snapshotTs(this.#tx);
      case "1.0/componentArgument":
        return {}; // components take variables instead, since 1.36
      default:
        throw new Error(`Unknown operation ${op}`);
    }
  }

  next(queryId: number): { value: StoredDocument | null; done: boolean } {
    const stream = this.#streams.get(queryId);
    if (stream === undefined) throw badRequest("The query has ended.");
    stream.cursor ??= this.#tx.openQuery(stream.query);
    const value = stream.cursor.next();
    if (value !== null) return { value: shownDocument(this.#tx, value), done: false };
    this.#end(queryId);
    return { value, done: true };
  }

  close(): void {
    for (const queryId of this.#streams.keys()) this.#end(queryId);
  }

  #end(queryId: number): boolean {
    this.#streams.get(queryId)?.cursor?.close();
    return this.#streams.delete(queryId);
  }
}

/** Nanoseconds as an int64 in JSON form. */
function snapshotTs(tx: Transaction): JSONValue {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(tx.snapshotTs) * 1000n);
  return { $integer: bytes.toString("base64") };
}
