/**
 * Bugs planted on purpose, one at a time, into the transactions of the engine: proof that the comparison
 * would find the like. Each changes one method of a transaction that has just begun.
 */
import type { QueryJson, QueryPageArgs } from "../../../src/embedded/transaction/queryJson.ts";
import type { QueryCursor, Transaction } from "../../../src/embedded/transaction/transaction.ts";
import { isObject, type JSONObject } from "../../../src/embedded/values/jsonValue.ts";

type Plant = (tx: Transaction) => void;

export const PLANTED_BUGS = {
  "a lower bound that excludes its value includes it": changeQueries((query) =>
    changeBounds(query, "Gt", "Gte"),
  ),
  "an upper bound that includes its value excludes it": changeQueries((query) =>
    changeBounds(query, "Lte", "Lt"),
  ),
  "the second equality of an index is forgotten": changeQueries(forgetSecondEquality),
  "a descending scan leaves out its first document": (tx) => {
    changeCursors(tx, (query, cursor) => {
      if (orderOf(query) === "desc") cursor.next();
      return cursor;
    });
  },
  "a limit lets one document too many through": changeQueries((query) => ({
    ...query,
    operators: query.operators.map((one) => ("limit" in one ? { limit: one.limit + 1 } : one)),
  })),
  "of two filters only one is applied": changeQueries((query) => {
    const [first, ...others] = query.operators.filter((one) => "filter" in one);
    return {
      ...query,
      operators: query.operators.filter((one) => one !== first || others.length === 0),
    };
  }),
  "a patch does not remove what is undefined": (tx) => {
    const patch = tx.patch.bind(tx);
    tx.patch = (table, id, value) =>
      patch(
        table,
        id,
        Object.fromEntries(Object.entries(value).filter(([, one]) => !isUndefined(one))),
      );
  },
  "a replacement keeps the fields that it does not name": (tx) => {
    tx.replace = tx.patch.bind(tx);
  },
  "a nested call that fails undoes all its writes but the first": (tx) => {
    const rollbackTo = tx.rollbackTo.bind(tx);
    tx.rollbackTo = ({ undoLength }) => {
      const isEmpty = tx.savepoint().undoLength === undoLength;
      rollbackTo({ undoLength: isEmpty ? undoLength : undoLength + 1 });
    };
  },
  "a nested call that fails undoes nothing": (tx) => {
    tx.rollbackTo = () => undefined;
  },
  "a component reads and writes the tables of the app": (tx) => {
    tx.inComponent = () => tx;
  },
  "a deleted document is still found by its id": (tx) => {
    const [get, remove] = [tx.get.bind(tx), tx.delete.bind(tx)];
    const deleted = new Map<string, ReturnType<typeof remove>>();
    tx.delete = (table, id) => {
      const document = remove(table, id);
      deleted.set(id, document);
      return document;
    };
    tx.get = (table, id, isSystem) => get(table, id, isSystem) ?? deleted.get(id) ?? null;
  },
  "a page begins with the document that ended the last one": (tx) => {
    changePages(tx, (args, page) => {
      if (args.cursor === null || args.endCursor !== null || page.length === 0) return page;
      return [page[0]!, ...page];
    });
  },
  "a page that is read again leaves out its last document": (tx) => {
    changePages(tx, (args, page) => (args.endCursor === null ? page : page.slice(0, -1)));
  },
  "a page forgets its end when it is read again": (tx) => {
    const queryPage = tx.queryPage.bind(tx);
    tx.queryPage = (args, journal) => queryPage({ ...args, endCursor: null }, journal);
  },
} as const satisfies Record<string, Plant>;

function changeQueries(change: (query: QueryJson) => QueryJson): Plant {
  return (tx) => {
    const openQuery = tx.openQuery.bind(tx);
    tx.openQuery = (query) => openQuery(change(query));
  };
}

function changeCursors(
  tx: Transaction,
  change: (query: QueryJson, cursor: QueryCursor) => QueryCursor,
): void {
  const openQuery = tx.openQuery.bind(tx);
  tx.openQuery = (query) => change(query, openQuery(query));
}

type Documents = ReturnType<Transaction["queryPage"]>["page"];

function changePages(
  tx: Transaction,
  change: (args: QueryPageArgs, page: Documents) => Documents,
): void {
  const queryPage = tx.queryPage.bind(tx);
  tx.queryPage = (args, journal) => {
    const result = queryPage(args, journal);
    return { ...result, page: change(args, result.page) };
  };
}

function changeBounds(query: QueryJson, from: "Gt" | "Lte", to: "Gte" | "Lt"): QueryJson {
  if (query.source.type !== "IndexRange") return query;
  const range = query.source.range.map((bound) =>
    bound.type === from ? { ...bound, type: to } : bound,
  );
  return { ...query, source: { ...query.source, range } };
}

function forgetSecondEquality(query: QueryJson): QueryJson {
  if (query.source.type !== "IndexRange") return query;
  const { range } = query.source;
  const hasSecond = range[1]?.type === "Eq";
  return hasSecond ? { ...query, source: { ...query.source, range: range.slice(0, 1) } } : query;
}

function orderOf({ source }: QueryJson): string | null {
  return source.type === "Search" ? null : source.order;
}

function isUndefined(value: JSONObject[string]): boolean {
  return isObject(value) && "$undefined" in value;
}
