/**
 * What the functions of a deployment report while they run: one event per console line and one at
 * the end of each execution. Whoever receives them decides where they go.
 */
export type FunctionKind = "query" | "mutation" | "action" | "httpAction";

export type FunctionLog =
  | {
      readonly type: "line";
      /** Ms since epoch. */
      readonly at: number;
      readonly requestId: string;
      readonly path: string;
      readonly kind: FunctionKind;
      /** `[LEVEL] text`, as clients receive it. */
      readonly line: string;
    }
  | {
      readonly type: "end";
      readonly at: number;
      readonly requestId: string;
      readonly path: string;
      readonly kind: FunctionKind;
      readonly durationMs: number;
      /** The error with its stack, or null after success. */
      readonly error: string | null;
    };
