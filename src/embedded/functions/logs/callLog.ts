/** Reports one top-level call to the log of the deployment: its lines as they come, and its end. */
import type { FunctionKind, FunctionLog } from "./functionLog.ts";
import { LogLines } from "./logLines.ts";

export interface CallLog {
  readonly lines: LogLines;
  /** @param error the error with its stack, or null after success */
  end(error: string | null): void;
}

export function createCallLog(
  call: { path: string; kind: FunctionKind; requestId: string },
  deps: { log: (event: FunctionLog) => void; now: () => number },
): CallLog {
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  const { path, kind, requestId } = call;
  return {
    lines: new LogLines({
      elapsed,
      onLine: (line) => deps.log({ type: "line", at: deps.now(), requestId, path, kind, line }),
    }),
    end(error) {
      const durationMs = elapsed();
      deps.log({ type: "end", at: deps.now(), requestId, path, kind, durationMs, error });
    },
  };
}
