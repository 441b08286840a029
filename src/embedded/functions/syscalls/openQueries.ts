/**
 * The synchronous database calls: they touch no data, so that a function can be cut off in them
 * without harm. A stream is opened when its first document is asked for.
 */
import type { QueryCursor, Transaction } from "../../transaction/transaction.ts";
import type { QueryJson } from "../../transaction/queryJson.ts";
import type { JSONValue } from "../../values/jsonValue.ts";
import { JsonText } from "../../values/jsonText.ts";
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

  /** `{ value, done }` */
  next(queryId: number): JsonText {
    const stream = this.#streams.get(queryId);
    if (stream === undefined) throw badRequest("The query has ended.");
    stream.cursor ??= this.#tx.openQuery(stream.query);
    const text = readsSystemTable(stream.query)
      ? this.#nextShown(stream.cursor)
      : stream.cursor.nextText();
    if (text !== null) return new JsonText(`{"value":${text},"done":false}`);
    this.#end(queryId);
    return new JsonText('{"value":null,"done":true}');
  }

  #nextShown(cursor: QueryCursor): string | null {
    const document = cursor.next();
    return document && JSON.stringify(shownDocument(this.#tx, document));
  }

  close(): void {
    for (const queryId of this.#streams.keys()) this.#end(queryId);
  }

  #end(queryId: number): boolean {
    this.#streams.get(queryId)?.cursor?.close();
    return this.#streams.delete(queryId);
  }
}

function readsSystemTable({ source }: QueryJson): boolean {
  return (source.type === "FullTableScan" ? source.tableName : source.indexName).startsWith("_");
}

/** Nanoseconds as an int64 in JSON form. */
function snapshotTs(tx: Transaction): JSONValue {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(tx.snapshotTs) * 1000n);
  return { $integer: bytes.toString("base64") };
}
