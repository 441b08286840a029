/**
 * One page of a query: the documents between a cursor and either as many as asked for or an end cursor.
 * A page that runs again with the journal of its last run keeps its end, so neighbouring pages neither
 * overlap nor leave a gap whatever is inserted between.
 */
import { badRequest } from "../store/databaseError.ts";
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
const MIN_ROWS_TO_SPLIT = 3;
/** The share of a cap from which on a split is recommended. */
const SOFT = 0.75;

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
  const walked = walk({ reader, usage, seal }, plan, args, { from, to });
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

function walk(
  context: PageContext,
  plan: RangePlan | SearchPlan,
  args: QueryPageArgs,
  bounds: Bounds,
): WalkedPage {
  if (bounds.from?.kind === "end") return { page: [], end: END, split: null, pageStatus: null };
  return plan.kind === "range"
    ? walkRange(context, plan, args, bounds)
    : walkSearch(context, plan, args, bounds);
}

const END: PagePosition = { kind: "end" };

function checkSizes(args: QueryPageArgs): void {
  if (!(args.pageSize >= 1)) {
    throw badRequest("NoDocumentsForPagination: Page size must be 1 or more.");
  }
  const counts = [args.pageSize, args.maximumRowsRead ?? 1, args.maximumBytesRead ?? 1];
  if (!counts.every((count) => Number.isInteger(count))) {
    throw badRequest("InvalidPaginationLimit: Limits of a page must be whole numbers.");
  }
  if (args.pageSize > MAX_PAGE_SIZE) {
    throw badRequest(`PageSizeTooLarge: Page size must be at most ${MAX_PAGE_SIZE}.`);
  }
  for (const maximum of [args.maximumRowsRead ?? 1, args.maximumBytesRead ?? 1]) {
    if (maximum >= 1) continue;
    throw badRequest("InvalidPaginationLimit: Limits of a page must be 1 or more.");
  }
}

interface Bounds {
  from: PagePosition | null;
  to: PagePosition | null;
}

function walkRange(
  { reader, usage }: PageContext,
  plan: RangePlan,
  args: QueryPageArgs,
  { from, to }: Bounds,
): WalkedPage {
  const caps = pageCaps(args, usage);
  const wanted = to === null ? args.pageSize : Infinity;
  const scan = reader.scan(boundedBy(plan, from, to), to === null ? args.pageSize : undefined);
  const query = new DocumentQuery(scan, args.query.operators, usage);
  const page: StoredDocument[] = [];
  const keys: Key[] = [];
  let bytes = 0;
  // The first document is always read: a cap that allows none would never let anyone on.
  const isCapped = (): boolean =>
    keys.length > 0 && (keys.length >= caps.rows || bytes >= caps.bytes) && !hasReached(to, keys);
  while (page.length < wanted && !isCapped()) {
    const step = query.step();
    if (step === null) {
      const status = isLarge(caps, page, keys, bytes) ? "SplitRecommended" : null;
      return { page, end: to ?? END, split: splitOf(keys, status), pageStatus: status };
    }
    keys.push(step.row.key);
    bytes += step.row.size;
    if (step.passes) page.push(step.row.document);
  }
  const wasCapped = page.length < wanted;
  const status = statusOf(wasCapped, to !== null, isLarge(caps, page, keys, bytes));
  // With an end given the page claims to reach it even when capped: the split pages fetch the rest.
  return { page, end: to ?? lastOf(keys), split: splitOf(keys, status), pageStatus: status };
}

function hasReached(to: PagePosition | null, keys: readonly Key[]): boolean {
  return to?.kind === "afterKey" && to.key === keys.at(-1);
}

/** A page without an end just goes on at its cursor when it was capped; one with an end lacks rows. */
function statusOf(
  wasCapped: boolean,
  hasEnd: boolean,
  isLarge: boolean,
): QueryPageResult["pageStatus"] {
  if (wasCapped && hasEnd) return "SplitRequired";
  return wasCapped || isLarge ? "SplitRecommended" : null;
}

interface PageCaps {
  rows: number;
  bytes: number;
}

function pageCaps(args: QueryPageArgs, usage: TransactionUsage): PageCaps {
  return {
    rows: Math.min(args.maximumRowsRead ?? Infinity, usage.remaining("documentsRead")),
    bytes: Math.min(args.maximumBytesRead ?? Infinity, usage.remaining("bytesRead")),
  };
}

function isLarge(
  caps: PageCaps,
  page: readonly StoredDocument[],
  keys: readonly Key[],
  bytes: number,
): boolean {
  if (page.length > RECOMMENDED_PAGE_ITEMS) return true;
  return keys.length > caps.rows * SOFT || bytes > caps.bytes * SOFT;
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

function lastOf(keys: readonly Key[]): PagePosition {
  const key = keys.at(-1);
  return key === undefined ? END : { kind: "afterKey", key };
}

/**
 * In the middle of what was read. So few rows are not worth splitting, unless the page lacks some: a
 * client waits for the parts of such a page.
 */
function splitOf(keys: readonly Key[], status: QueryPageResult["pageStatus"]): PagePosition | null {
  if (keys.length < MIN_ROWS_TO_SPLIT && status !== "SplitRequired") return null;
  const key = keys[Math.floor(keys.length / 2)];
  return key === undefined ? null : { kind: "afterKey", key };
}

/** Search results have no keys: positions count results, and a page keeps its counts. */
function walkSearch(
  { reader, usage }: PageContext,
  plan: SearchPlan,
  args: QueryPageArgs,
  { from, to }: Bounds,
): WalkedPage {
  const results = reader.search(plan);
  let position = from?.kind === "afterCount" ? from.count : 0;
  const last = to?.kind === "afterCount" ? to.count : results.length;
  const next = (): SourceDocument | null =>
    position < last ? (results[position++] ?? null) : null;
  const query = new DocumentQuery({ next }, args.query.operators, usage);
  const page: StoredDocument[] = [];
  let isExhausted = false;
  while (!isExhausted && (to !== null || page.length < args.pageSize)) {
    const step = query.step();
    isExhausted = step === null;
    if (step?.passes === true) page.push(step.row.document);
  }
  const reached: PagePosition = isExhausted ? END : { kind: "afterCount", count: position };
  return { page, end: to ?? reached, split: null, pageStatus: null };
}

function max(a: Key, b: Key): Key {
  return a > b ? a : b;
}

function min(a: Key, b: Key): Key {
  return a < b ? a : b;
}
