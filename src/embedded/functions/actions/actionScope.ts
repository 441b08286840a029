/** What the system calls of an action work on, whichever runtime it runs in. */
import type { AnalyzedFunction } from "../code/analyzedFunction.ts";
import type { CallContext } from "../callContext.ts";
import type { NestedRuns } from "./nestedRuns.ts";

export interface ActionScope {
  readonly call: CallContext;
  /** Path of the component whose code it is. */
  readonly component: string;
  /** Undefined in an HTTP action, which has no name of its own. */
  readonly called: AnalyzedFunction | undefined;
  readonly runs: NestedRuns;
}
