/**
 * A paginated list that goes by the rules of the stock client (`usePaginatedQuery`), on a database instead
 * of a socket: it keeps one journal a page, splits pages that ask for it or have more than doubled, and
 * shows nothing behind a page that lacks rows.
 */
import type { Database } from "../../src/embedded/store/database.ts";
import type { QueryJson } from "../../src/embedded/transaction/queryJson.ts";
import type { QueryPageResult } from "../../src/embedded/transaction/transaction.ts";
import type { StoredDocument } from "../../src/embedded/values/jsonValue.ts";
import { query } from "./embeddedStore.ts";

interface Page {
  readonly numItems: number;
  readonly cursor: string | null;
  readonly endCursor: string | null;
  journal: string | null;
}

export interface PagedListOptions {
  readonly json: QueryJson;
  readonly initialNumItems: number;
  readonly maximumRowsRead: number | null;
}

/** What a user sees; `isComplete` once the last page has found the end. */
export interface ShownList {
  readonly documents: StoredDocument[];
  readonly isComplete: boolean;
  readonly pages: number;
}

const MOST_SPLITS = 200; // far more than a list of a test needs: else it splits for ever

export class PagedList {
  readonly #database: Database;
  readonly #options: PagedListOptions;
  #pages: Page[];

  constructor(database: Database, options: PagedListOptions) {
    this.#database = database;
    this.#options = options;
    const numItems = options.initialNumItems;
    this.#pages = [{ numItems, cursor: null, endCursor: null, journal: null }];
  }

  /** Runs every page again and splits until none asks for it any more. */
  show(): ShownList {
    for (let splits = 0; splits < MOST_SPLITS; splits++) {
      const results = this.#pages.map((page) => this.#read(page));
      const at = results.findIndex((result) => this.#wantsSplit(result));
      if (at === -1) {
        const documents = results.flatMap(({ page }) => page);
        return { documents, isComplete: results.at(-1)?.isDone === true, pages: results.length };
      }
      this.#split(at, results[at]);
    }
    throw new Error("The list splits for ever.");
  }

  loadMore(numItems: number): void {
    const last = this.#pages.at(-1);
    if (last === undefined) return;
    const { isDone, continueCursor } = this.#read(last);
    if (isDone) return;
    this.#pages.push({ numItems, cursor: continueCursor, endCursor: null, journal: null });
  }

  #wantsSplit({ splitCursor, pageStatus, page }: QueryPageResult): boolean {
    if (pageStatus === "SplitRequired") return true;
    if (splitCursor === null) return false;
    return pageStatus !== null || page.length > 2 * this.#options.initialNumItems;
  }

  #split(at: number, result: QueryPageResult | undefined): void {
    const page = this.#pages[at];
    if (page === undefined || result === undefined) return;
    const { splitCursor, continueCursor } = result;
    if (splitCursor === null) throw new Error("A page lacks rows and cannot be split.");
    this.#pages.splice(
      at,
      1,
      { ...page, endCursor: splitCursor, journal: null },
      { ...page, cursor: splitCursor, endCursor: continueCursor, journal: null },
    );
  }

  #read(page: Page): QueryPageResult {
    const { json, maximumRowsRead } = this.#options;
    const { numItems: pageSize, cursor, endCursor } = page;
    const args = { query: json, cursor, endCursor, pageSize, maximumRowsRead };
    const result = query(this.#database, (tx) => tx.queryPage(args, page.journal));
    page.journal = result.journal;
    return result;
  }
}
