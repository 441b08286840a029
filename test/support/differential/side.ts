/** One of the two databases under comparison, as a program sees it: calls of functions, and nothing else. */
import type { Value } from "convex/values";

export type CallKind = "query" | "mutation" | "action";

export type Outcome =
  | { readonly kind: "returned"; readonly value: Value }
  /** `data` is a ConvexError's; null for any other error. */
  | { readonly kind: "threw"; readonly message: string; readonly data: Value };

export interface Side {
  call(kind: CallKind, path: string, args: Record<string, Value>): Promise<Outcome>;
  /** Runs what is scheduled, one job after the other, the earliest first, until none is left. */
  finishJobs(): Promise<void>;
  close(): Promise<void>;
}
