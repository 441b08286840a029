/**
 * One `db.query(…)`: takes documents from a source, charges for each, and passes them through the
 * filters and limits in their order. Knows nothing of indexes.
 */
import { badRequest } from "../store/databaseError.ts";
import { MAX_OPERATORS } from "../values/limits.ts";
import type { StoredDocument } from "../values/jsonValue.ts";
import { passesFilter } from "./filterExpression.ts";
import type { QueryOperator } from "./queryJson.ts";
import type { TransactionUsage } from "./transactionUsage.ts";

export interface SourceDocument {
  readonly document: StoredDocument;
  readonly size: number;
  /** The document as JSON, if it is at hand. */
  readonly text?: string;
}

export interface DocumentSource<D extends SourceDocument> {
  next(): D | null;
}

type Stage =
  | { kind: "filter"; expression: Extract<QueryOperator, { filter: unknown }>["filter"] }
  | { kind: "limit"; remaining: number };

export class DocumentQuery<D extends SourceDocument> {
  readonly #source: DocumentSource<D>;
  readonly #stages: Stage[];
  readonly #usage: TransactionUsage;

  constructor(
    source: DocumentSource<D>,
    operators: readonly QueryOperator[],
    usage: TransactionUsage,
  ) {
    if (operators.length > MAX_OPERATORS) {
      throw badRequest(`Query has too many operators (limit: ${MAX_OPERATORS}).`);
    }
    this.#source = source;
    this.#stages = operators.map(toStage);
    this.#usage = usage;
  }

  /** The next document that passes, or null. */
  next(): D | null {
    for (;;) {
      const step = this.step();
      if (step === null || step.passes) return step?.row ?? null;
    }
  }

  /** One document of the source, whether or not it passes; null at the end or once a limit is met. */
  step(): { row: D; passes: boolean } | null {
    if (this.#stages.some((stage) => stage.kind === "limit" && stage.remaining === 0)) return null;
    const row = this.#source.next();
    if (row === null) return null;
    this.#usage.charge("documentsRead", 1);
    this.#usage.charge("bytesRead", row.size);
    return { row, passes: this.#passes(row) };
  }

  #passes(row: D): boolean {
    for (const stage of this.#stages) {
      if (stage.kind === "limit") stage.remaining--;
      else if (!passesFilter(stage.expression, row.document)) return false;
    }
    return true;
  }
}

/** How many documents will be read at most, if no filter makes that unknowable. */
export function expectedReads(operators: readonly QueryOperator[]): number | undefined {
  const [first] = operators;
  return first !== undefined && "limit" in first ? Math.max(1, first.limit) : undefined;
}

function toStage(operator: QueryOperator): Stage {
  if ("filter" in operator) return { kind: "filter", expression: operator.filter };
  if (!Number.isInteger(operator.limit) || operator.limit < 0) {
    throw badRequest(`Query limit must be a whole number of at least 0, not ${operator.limit}.`);
  }
  return { kind: "limit", remaining: operator.limit };
}
