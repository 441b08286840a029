/**
 * One page of a query: the documents between a cursor and either as many as asked for or an end cursor.
 * A page that runs again with the journal of its last run keeps its end, so neighbouring pages neither
 * overlap nor leave a gap whatever is inserted between.
 */
import { badRequest, DatabaseError } from "../store/databaseError.ts";
import { successor, type Key } from "../values/keyEncoding.ts";
import type { StoredDocument } from "../values/jsonValue.ts";
import { DocumentQuery, type SourceDocument } from "./documentQuery.ts";
import type { CursorSeal, PagePosition } from "./pageCursor.ts";
import type { QueryPageArgs } from "./queryJson.ts";
import type { RangePlan, SearchPlan, SnapshotReader } from "./snapshotReader.ts";
import type { QueryPageResult } from "./transaction.ts";
import type { TransactionUsage } from "./transactionUsage.ts";

const MAX_PAGE_SIZE = 32_000;
/** A page beyond this should be split, so that one change does not resend it all. */
const RECOMMENDED_PAGE_ITEMS = 6_144;

interface PageContext {
  reader: SnapshotReader;
  usage: TransactionUsage;
  seal: CursorSeal;
}

/** What was walked, before positions are sealed. */
interface WalkedPage {
  page: StoredDocument[];
  end: PagePosition;
  split: PagePosition | null;
  pageStatus: QueryPageResult["pageStatus"];
}

/** @throws InvalidCursor (see pageCursor.ts), BAD_REQUEST on impossible sizes */
export function queryPage(
  { reader, usage, seal }: PageContext,
  args: QueryPageArgs,
  journal: string | null,
): QueryPageResult {
  checkSizes(args);
  const plan = reader.plan(args.query.source, "user");
  const identity = JSON.stringify([args.query, plan.index.number]);
  const open = (cursor: string | null): PagePosition | null =>
    cursor === null ? null : seal.open(cursor, identity);
  const from = open(args.cursor);
  const to = open(args.endCursor ?? journal);
  const walked =
    plan.kind === "range"
      ? walkRange(reader, usage, plan, args, { from, to })
      : walkSearch(reader, usage, plan, args, { from, to });
  const continueCursor = seal.seal(walked.end, identity);
  return {
    page: walked.page,
    isDone: walked.end.kind === "end",
    continueCursor,
    splitCursor: walked.split === null ? null : seal.seal(walked.split, identity),
    pageStatus: walked.pageStatus,
    journal: continueCursor,
  };
}

function checkSizes(args: QueryPageArgs): void {
  if (args.pageSize < 1)
    throw paginationError("NoDocumentsForPagination", "Page size must be 1 or more.");
  if (args.pageSize > MAX_PAGE_SIZE) {
    throw paginationError("PageSizeTooLarge", `Page size must be at most ${MAX_PAGE_SIZE}.`);
  }
  for (const maximum of [args.maximumRowsRead, args.maximumBytesRead]) {
    if (maximum === undefined || maximum === null || maximum >= 1) continue;
    throw paginationError("InvalidPaginationLimit", "Limits of a page must be 1 or more.");
  }
}

function paginationError(name: string, message: string): DatabaseError {
  return badRequest(`${name}: ${message}`);
}

interface Bounds {
  from: PagePosition | null;
  to: PagePosition | null;
}

function walkRange(
  reader: SnapshotReader,
  usage: TransactionUsage,
  plan: RangePlan,
  args: QueryPageArgs,
  { from, to }: Bounds,
): WalkedPage {
  if (from?.kind === "end") return { page: [], end: from, split: null, pageStatus: null };
  const caps = {
    rows: Math.min(args.maximumRowsRead ?? Infinity, usage.remaining("documentsRead")),
    bytes: Math.min(args.maximumBytesRead ?? Infinity, usage.remaining("bytesRead")),
  };
  const expected = to === null ? args.pageSize : undefined;
  const scan = reader.scan(boundedBy(plan, from, to), expected);
  const query = new DocumentQuery(scan, args.query.operators, usage);
  const page: StoredDocument[] = [];
  const keys: Key[] = [];
  let bytes = 0;
  let stop: "size" | "cap" | "exhausted" | null = null;
  while (stop === null) {
    if (to === null && page.length >= args.pageSize) stop = "size";
    else if (keys.length > 0 && (keys.length >= caps.rows || bytes >= caps.bytes)) stop = "cap";
    else {
      const step = query.step();
      if (step === null) stop = "exhausted";
      else {
        keys.push(step.row.key);
        bytes += step.row.size;
        if (step.passes) page.push(step.row.document);
      }
    }
  }
  const isLarge =
    page.length > RECOMMENDED_PAGE_ITEMS ||
    keys.length > caps.rows * 0.75 ||
    bytes > caps.bytes * 0.75;
  return { page, end: endOf(stop, keys, to), ...splitOf(keys, stop === "cap", isLarge) };
}

/** The part of the range that is behind one cursor and not behind the other. */
function boundedBy(plan: RangePlan, from: PagePosition | null, to: PagePosition | null): RangePlan {
  let { start, end } = plan;
  const isAscending = plan.order === "asc";
  if (from?.kind === "afterKey") {
    if (isAscending) start = max(start, successor(from.key));
    else end = min(end, from.key);
  }
  if (to?.kind === "afterKey") {
    if (isAscending) end = min(end, successor(to.key));
    else start = max(start, to.key);
  }
  return { ...plan, start, end: max(start, end) };
}

function endOf(
  stop: "size" | "cap" | "exhausted",
  keys: readonly Key[],
  to: PagePosition | null,
): PagePosition {
  if (to !== null) return to; // even when capped: what is missing is for the split pages to fetch
  const key = keys.at(-1);
  return stop === "exhausted" || key === undefined ? { kind: "end" } : { kind: "afterKey", key };
}

function splitOf(
  keys: readonly Key[],
  isCapped: boolean,
  isLarge: boolean,
): Pick<WalkedPage, "split" | "pageStatus"> {
  const key = keys[Math.floor((keys.length - 1) / 2)];
  if (key === undefined || (keys.length < 2 && !isCapped)) return { split: null, pageStatus: null };
  const pageStatus = isCapped ? "SplitRequired" : isLarge ? "SplitRecommended" : null;
  return { split: { kind: "afterKey", key }, pageStatus };
}

/** Search results have no keys: positions count results, and a page keeps its counts. */
function walkSearch(
  reader: SnapshotReader,
  usage: TransactionUsage,
  plan: SearchPlan,
  args: QueryPageArgs,
  { from, to }: Bounds,
): WalkedPage {
  if (from?.kind === "end") return { page: [], end: from, split: null, pageStatus: null };
  const results = reader.search(plan);
  const start = from?.kind === "afterCount" ? from.count : 0;
  let position = start;
  const source = { next: (): SourceDocument | null => results[position++] ?? null };
  const query = new DocumentQuery(source, args.query.operators, usage);
  const page: StoredDocument[] = [];
  for (;;) {
    const isFull = to === null && page.length >= args.pageSize;
    if (isFull || (to?.kind === "afterCount" && position >= to.count)) {
      const end: PagePosition = to ?? { kind: "afterCount", count: position };
      return { page, end, split: null, pageStatus: null };
    }
    const step = query.step();
    if (step === null) return { page, end: to ?? { kind: "end" }, split: null, pageStatus: null };
    if (step.passes) page.push(step.row.document);
  }
}

function max(a: Key, b: Key): Key {
  return a > b ? a : b;
}

function min(a: Key, b: Key): Key {
  return a < b ? a : b;
}
