/**
 * The query language of `convex/server` as its library serialises it. Only shapes; `indexRange.ts`,
 * `filterExpression.ts` and `indexScan.ts` give them meaning.
 */
import type { JSONValue } from "../values/jsonValue.ts";

export type Order = "asc" | "desc";

export interface RangeBound {
  type: "Eq" | "Gt" | "Gte" | "Lt" | "Lte";
  fieldPath: string;
  value: JSONValue;
}

export type SearchFilter =
  | { type: "Search"; fieldPath: string; value: string }
  | { type: "Eq"; fieldPath: string; value: JSONValue };

export type QuerySource =
  | { type: "FullTableScan"; tableName: string; order: Order | null }
  | { type: "IndexRange"; indexName: string; range: RangeBound[]; order: Order | null }
  | { type: "Search"; indexName: string; filters: SearchFilter[] };

/** One operator per object: `{$eq: [l, r]}`, `{$and: […]}`, `{$field: "a.b"}`, `{$literal: J}`. */
export type ExpressionJson = JSONValue;

export type QueryOperator = { filter: ExpressionJson } | { limit: number };

export interface QueryJson {
  source: QuerySource;
  operators: QueryOperator[];
}

export interface QueryPageArgs {
  query: QueryJson;
  cursor: string | null;
  endCursor: string | null;
  pageSize: number;
  maximumRowsRead?: number | null;
  maximumBytesRead?: number | null;
}
