/** `ctx.db`: reads and writes of documents. */
import { shownDocument } from "../../scheduler/scheduledJobs.ts";
import { DatabaseError } from "../../store/databaseError.ts";
import type { QueryPageArgs } from "../../transaction/queryJson.ts";
import type { JSONObject } from "../../values/jsonValue.ts";
import type { TransactionScope } from "../transactions/transactionScope.ts";
import type { TransactionSyscall } from "./transactionSyscall.ts";

interface DocumentArgs {
  readonly id: string;
  readonly table?: string;
}

export const DATABASE_SYSCALLS = {
  "1.0/get": {
    writes: false,
    run: ({ tx }, { id, table, isSystem }: DocumentArgs & { isSystem?: boolean }) => {
      const found = tx.get(table ?? null, id, isSystem ?? false);
      return found === null || isSystem !== true ? found : shownDocument(tx, found);
    },
  },
  "1.0/queryStreamNext": {
    writes: false,
    run: ({ queries }, { queryId }: { queryId: number }) => queries.next(queryId),
  },
  "1.0/queryPage": { writes: false, run: queryPage },
  "1.0/count": { writes: false, run: ({ tx }, { table }: { table: string }) => tx.count(table) },
  "1.0/insert": {
    writes: true,
    run: ({ tx }, { table, value }: { table: string; value: JSONObject }) => ({
      _id: tx.insert(table, value),
    }),
  },
  "1.0/shallowMerge": {
    writes: true,
    run: ({ tx }, { id, table, value }: DocumentArgs & { value: JSONObject }) =>
      tx.patch(table ?? null, id, value),
  },
  "1.0/replace": {
    writes: true,
    run: ({ tx }, { id, table, value }: DocumentArgs & { value: JSONObject }) =>
      tx.replace(table ?? null, id, value),
  },
  "1.0/remove": {
    writes: true,
    run: ({ tx }, { id, table }: DocumentArgs) => tx.delete(table ?? null, id),
  },
} satisfies Record<string, TransactionSyscall>;

/** Functions hand on as cursors what clients gave them, without a validator perhaps. */
type PageArgs = Omit<QueryPageArgs, "cursor" | "endCursor"> & {
  cursor?: unknown;
  endCursor?: unknown;
};

/** What is no text becomes one that is no cursor of any query. */
function asCursor(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : "";
}

/** A journal remembers one end, so a function may ask for one page; functions that it calls have their own. */
function queryPage({ tx, paging, called }: TransactionScope, args: PageArgs): object {
  if (called.component !== "") {
    throw new DatabaseError(
      "BAD_REQUEST",
      "paginate() is only supported in the app. In a component, use `paginator` of convex-helpers.",
      { data: { isConvexSystemError: true, paginationError: "PaginationUnsupportedInComponents" } },
    );
  }
  if (paging.hasPaginated) {
    throw new DatabaseError(
      "BAD_REQUEST",
      "This query or mutation function ran multiple paginated queries. Convex only supports a single paginated query in each function.",
      { data: { isConvexSystemError: true, paginationError: "MultiplePaginatedDatabaseQueries" } },
    );
  }
  paging.hasPaginated = true;
  const cursors = { cursor: asCursor(args.cursor), endCursor: asCursor(args.endCursor) };
  const { journal, page, ...ends } = tx.queryPage({ ...args, ...cursors }, paging.journalBefore);
  paging.journal = journal;
  return { page: page.map((document) => shownDocument(tx, document)), ...ends };
}
