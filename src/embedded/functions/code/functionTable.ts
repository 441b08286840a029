/** What running functions and their runners may see of the code that is loaded. */
import type { AnalyzedFunction } from "./analyzedFunction.ts";
import type { Isolate } from "../isolate/isolate.ts";
import type { Traces } from "../logs/stackTraces.ts";

export interface FunctionTable {
  /** By canonical path. */
  readonly functions: ReadonlyMap<string, AnalyzedFunction>;
  readonly traces: Traces;
}

/** Code of which queries and mutations can run. */
export interface TransactionCode extends FunctionTable {
  forTransactions(): Promise<Isolate>;
}
