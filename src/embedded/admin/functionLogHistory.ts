/**
 * The last log entries of the functions, in the form in which Convex's tools read them. Bounded: the oldest
 * go first. A reader names the cursor it has reached and gets what came after it, or waits for it.
 *
 * Lines of queries and mutations come with the end of the call; those of actions, which may run for
 * minutes, at once.
 */
import { splitComponent } from "../functions/functionPath.ts";
import type { FunctionKind, FunctionLog } from "../functions/logs/functionLog.ts";

const MAX_ENTRIES = 1_000;
const MAX_CHARS = 4 * 1024 * 1024;
/** Calls whose lines wait for their end; a call that the engine lost never ends. */
const MAX_OPEN_CALLS = 1_000;

const UDF_TYPES = {
  query: "Query",
  mutation: "Mutation",
  action: "Action",
  httpAction: "HttpAction",
} as const satisfies Record<FunctionKind, string>;

type LogLine = { messages: string[]; isTruncated: boolean; timestamp: number; level: string };

type CallEntry = {
  udfType: (typeof UDF_TYPES)[FunctionKind];
  identifier: string;
  componentPath: string | null;
  logLines: LogLine[];
  /** Seconds since the epoch. */
  timestamp: number;
  requestId: string;
  executionId: string;
};

export type LogEntry =
  | (CallEntry & { kind: "Progress" })
  | (CallEntry & {
      kind: "Completion";
      /** Seconds. */
      executionTime: number;
      executionTimestamp: number;
      cachedResult: boolean;
      success: null;
      error: string | null;
      willRetry: boolean;
    });

type Kept = { cursor: number; chars: number; entry: LogEntry };

export type LogPage = { entries: LogEntry[]; newCursor: number };

export class FunctionLogHistory {
  readonly #kept: Kept[] = [];
  readonly #linesOfOpenCalls = new Map<string, LogLine[]>();
  readonly #wakeReaders = new Set<() => void>();
  #chars = 0;
  #isClosed = false;
  /** Microseconds since the epoch, so that cursors also rise from one engine to its successor. */
  #lastCursor: number;

  /** @param startedAt ms since epoch */
  constructor(startedAt: number) {
    this.#lastCursor = startedAt * 1_000;
  }

  add(event: FunctionLog): void {
    if (event.type === "line") this.#addLine(event);
    else this.#keep(completionOf(event, this.#takeLines(event.requestId)));
  }

  /**
   * What came after `cursor`; 0 stands for everything that is kept, which is answered at once.
   * Otherwise waits up to `waitMs` for something to come. Never fails.
   */
  async after(cursor: number, waitMs: number): Promise<LogPage> {
    if (cursor > 0 && cursor >= this.#lastCursor && !this.#isClosed) await this.#news(waitMs);
    const first = this.#kept.findIndex((kept) => kept.cursor > cursor);
    const entries = first === -1 ? [] : this.#kept.slice(first).map(({ entry }) => entry);
    return { entries, newCursor: Math.max(cursor, this.#lastCursor) };
  }

  /** Answers everybody who waits. */
  close(): void {
    this.#isClosed = true;
    for (const wake of this.#wakeReaders) wake();
  }

  #news(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#wakeReaders.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      this.#wakeReaders.add(wake);
    });
  }

  #addLine(event: Extract<FunctionLog, { type: "line" }>): void {
    const line = logLine(event.line, event.at);
    if (event.kind === "action" || event.kind === "httpAction") {
      this.#keep({ kind: "Progress", ...callOf(event, [line]) });
      return;
    }
    const lines = this.#linesOfOpenCalls.get(event.requestId) ?? [];
    lines.push(line);
    this.#linesOfOpenCalls.set(event.requestId, lines);
    if (this.#linesOfOpenCalls.size > MAX_OPEN_CALLS) {
      const [oldest] = this.#linesOfOpenCalls.keys();
      if (oldest !== undefined) this.#linesOfOpenCalls.delete(oldest);
    }
  }

  #takeLines(requestId: string): LogLine[] {
    const lines = this.#linesOfOpenCalls.get(requestId) ?? [];
    this.#linesOfOpenCalls.delete(requestId);
    return lines;
  }

  #keep(entry: LogEntry): void {
    const chars = entry.logLines.reduce((sum, { messages }) => sum + (messages[0]?.length ?? 0), 0);
    this.#lastCursor = Math.max(this.#lastCursor + 1, entry.timestamp * 1_000_000);
    this.#kept.push({ cursor: this.#lastCursor, chars, entry });
    this.#chars += chars;
    while (this.#kept.length > MAX_ENTRIES || (this.#chars > MAX_CHARS && this.#kept.length > 1)) {
      this.#chars -= this.#kept.shift()?.chars ?? 0;
    }
    for (const wake of this.#wakeReaders) wake();
  }
}

function completionOf(event: Extract<FunctionLog, { type: "end" }>, logLines: LogLine[]): LogEntry {
  const executionTime = event.durationMs / 1_000;
  return {
    kind: "Completion",
    ...callOf(event, logLines),
    executionTime,
    executionTimestamp: event.at / 1_000 - executionTime,
    cachedResult: false,
    success: null,
    error: event.error,
    willRetry: false,
  };
}

function callOf(event: FunctionLog, logLines: LogLine[]): CallEntry {
  const { requestId, path, kind, at } = event;
  const isUrl = kind === "httpAction";
  const { component, local } = isUrl ? { component: "", local: path } : splitComponent(path);
  return {
    udfType: UDF_TYPES[kind],
    identifier: local,
    componentPath: component === "" ? null : component,
    logLines,
    timestamp: at / 1_000,
    requestId,
    executionId: requestId,
  };
}

/** @param line `[LEVEL] text` @param at ms since epoch */
function logLine(line: string, at: number): LogLine {
  const [, level = "LOG", text = line] = /^\[(\w+)\] ([\s\S]*)$/.exec(line) ?? [];
  return { messages: [text], isTruncated: false, timestamp: at, level }; // a cut line says so itself
}
