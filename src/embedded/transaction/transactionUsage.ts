/**
 * Counts what one execution has used and refuses what passes a limit, with Convex's wording. Nested
 * calls may narrow the limits for their own duration. Knows nothing of what is counted.
 */
import { DatabaseError } from "../store/databaseError.ts";

export type UsageMetric =
  | "bytesRead"
  | "bytesWritten"
  | "databaseQueries"
  | "documentsRead"
  | "documentsWritten"
  | "functionsScheduled"
  | "scheduledFunctionArgsBytes"
  | "filesWritten"
  | "fileWriteBytes"
  | "filesRead"
  | "fileReadBytes";

export type TransactionLimits = Readonly<Record<UsageMetric, number>>;

const MIB = 1024 * 1024;

/** The documented limits of one query or mutation; those of files, which mutations handle, are this engine's own. */
export const DEFAULT_TRANSACTION_LIMITS: TransactionLimits = {
  bytesRead: 16 * MIB,
  bytesWritten: 16 * MIB,
  databaseQueries: 4_096,
  documentsRead: 32_000,
  documentsWritten: 16_000,
  functionsScheduled: 1_000,
  scheduledFunctionArgsBytes: 16 * MIB,
  filesWritten: 1_000,
  fileWriteBytes: 16 * MIB,
  filesRead: 1_000,
  fileReadBytes: 16 * MIB,
};

export const NO_LIMITS: TransactionLimits = {
  bytesRead: Infinity,
  bytesWritten: Infinity,
  databaseQueries: Infinity,
  documentsRead: Infinity,
  documentsWritten: Infinity,
  functionsScheduled: Infinity,
  scheduledFunctionArgsBytes: Infinity,
  filesWritten: Infinity,
  fileWriteBytes: Infinity,
  filesRead: Infinity,
  fileReadBytes: Infinity,
};

const READ_ADVICE =
  "Consider using smaller limits in your queries, paginating your queries, or using indexed queries with a selective index range expression.";

const TOO_MUCH: Record<UsageMetric, (limit: number) => string> = {
  bytesRead: (n) =>
    `Too many bytes read in a single function execution (limit: ${n} bytes). ${READ_ADVICE}`,
  bytesWritten: (n) => `Too many bytes written in a single function execution (limit: ${n} bytes)`,
  databaseQueries: (n) =>
    `Too many reads in a single function execution (limit: ${n}). ${READ_ADVICE}`,
  documentsRead: (n) =>
    `Too many documents read in a single function execution (limit: ${n}). ${READ_ADVICE}`,
  documentsWritten: (n) =>
    `Too many documents written in a single function execution (limit: ${n}).`,
  functionsScheduled: (n) => `Too many functions scheduled by this mutation (limit: ${n})`,
  scheduledFunctionArgsBytes: (n) =>
    `Too large total size of the arguments of scheduled functions from this mutation (limit: ${n} bytes)`,
  filesWritten: (n) => `Too many files stored in a single function execution (limit: ${n})`,
  fileWriteBytes: (n) =>
    `Too many bytes of files stored in a single function execution (limit: ${n} bytes)`,
  filesRead: (n) => `Too many files read in a single function execution (limit: ${n})`,
  fileReadBytes: (n) =>
    `Too many bytes of files read in a single function execution (limit: ${n} bytes)`,
};

export class TransactionUsage {
  readonly #used: Record<UsageMetric, number> = {
    bytesRead: 0,
    bytesWritten: 0,
    databaseQueries: 0,
    documentsRead: 0,
    documentsWritten: 0,
    functionsScheduled: 0,
    scheduledFunctionArgsBytes: 0,
    filesWritten: 0,
    fileWriteBytes: 0,
    filesRead: 0,
    fileReadBytes: 0,
  };
  #limits: TransactionLimits;

  constructor(limits: Partial<TransactionLimits> = {}) {
    this.#limits = { ...DEFAULT_TRANSACTION_LIMITS, ...limits };
  }

  /** Adds to a metric. @throws LIMIT_EXCEEDED when the total passes the limit */
  charge(metric: UsageMetric, amount: number): void {
    const used = (this.#used[metric] += amount);
    const limit = this.#limits[metric];
    if (used > limit) throw new DatabaseError("LIMIT_EXCEEDED", TOO_MUCH[metric](limit));
  }

  used(metric: UsageMetric): number {
    return this.#used[metric];
  }

  remaining(metric: UsageMetric): number {
    return Math.max(0, this.#limits[metric] - this.#used[metric]);
  }

  /**
   * Caps what may be used from now on, on top of the limits in force (`transactionLimits` of a nested
   * call). Returns what restores the limits; what was used stays used.
   */
  narrow(caps: Partial<TransactionLimits>): () => void {
    const before = this.#limits;
    const narrowed = { ...before };
    for (const [metric, cap] of Object.entries(caps) as [UsageMetric, number][]) {
      narrowed[metric] = Math.min(before[metric], this.#used[metric] + cap);
    }
    this.#limits = narrowed;
    return () => {
      this.#limits = before;
    };
  }
}
