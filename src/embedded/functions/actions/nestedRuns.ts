/**
 * How functions call functions when they do not share a transaction: the door that actions have to
 * the runner. Each call is a transaction or an action of its own; visibility is not checked.
 */
import type { FunctionEnd } from "../functionEnd.ts";
import type { FunctionCall } from "../functionCall.ts";

export interface NestedRuns {
  query(call: FunctionCall): Promise<FunctionEnd>;
  mutation(call: FunctionCall): Promise<FunctionEnd>;
  action(call: FunctionCall): Promise<FunctionEnd>;
}
