/** What a running function may see of the code that is loaded. */
import type { AnalyzedFunction } from "./analyzedFunction.ts";
import type { Traces } from "./stackTraces.ts";

export interface FunctionTable {
  /** By canonical path. */
  readonly functions: ReadonlyMap<string, AnalyzedFunction>;
  readonly traces: Traces;
}
