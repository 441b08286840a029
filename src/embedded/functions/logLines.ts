/**
 * Turns what a function gives to `console` into the lines that clients and logs receive:
 * `[LEVEL] 'text' { a: 1 }`. Values come as text already: looking at them is the function's own work.
 * One collector serves an execution and the calls nested in it.
 */
import { withSourceFrames, type Traces } from "./stackTraces.ts";

export const MAX_LOG_LINES = 256; // Convex's limit per function
const MAX_LINE_CHARS = 32_768; // what the backend keeps of one line

const LEVELS: Readonly<Record<string, string>> = {
  debug: "DEBUG",
  error: "ERROR",
  info: "INFO",
  log: "LOG",
  warn: "WARN",
  trace: "TRACE",
  table: "LOG",
  dir: "LOG",
  assert: "ERROR",
};

export class LogLines {
  lines: string[] = [];
  readonly #onLine: (line: string) => void;
  readonly #elapsed: () => number;
  readonly #timers = new Map<string, number>();
  readonly #counts = new Map<string, number>();

  constructor(deps: { onLine: (line: string) => void; elapsed: () => number }) {
    this.#onLine = deps.onLine;
    this.#elapsed = deps.elapsed;
  }

  /**
   * Handles one call of a `console` method.
   * @param text the label of what counts or measures, else the values as text
   * @param traces lead the stacks of errors back to the sources; without them stacks stay as they are
   */
  console(method: string, text: string, traces?: Traces): void {
    switch (method) {
      case "count":
        this.#counts.set(text, (this.#counts.get(text) ?? 0) + 1);
        this.add(`[INFO] ${text}: ${this.#counts.get(text) ?? 0}`);
        return;
      case "countReset":
        this.#counts.delete(text);
        return;
      case "time":
        this.#timers.set(text, this.#elapsed());
        return;
      case "timeLog":
      case "timeEnd":
        this.#time(text, method === "timeEnd");
        return;
      default:
        this.#write(LEVELS[method] ?? "LOG", text, traces);
    }
  }

  #time(label: string, isEnd: boolean): void {
    const start = this.#timers.get(label);
    if (start === undefined) {
      this.add(`[WARN] Timer '${label}' does not exist`);
      return;
    }
    if (isEnd) this.#timers.delete(label);
    this.add(`[INFO] ${label}: ${(this.#elapsed() - start).toFixed(3)}ms`);
  }

  #write(level: string, text: string, traces: Traces | undefined): void {
    const line = `[${level}] ${text}${level === "TRACE" ? stackHere() : ""}`;
    this.add(traces === undefined ? line : withSourceFrames(line, traces));
  }

  /** Forgets all lines: the execution starts anew. */
  clear(): void {
    this.lines = [];
  }

  /** A line for the operator alone. */
  report(line: string): void {
    this.#onLine(line);
  }

  /** Adds a finished line; after the last one allowed, says once that the rest is missing. */
  add(line: string): void {
    if (this.lines.length > MAX_LOG_LINES) return;
    const isOver = this.lines.length === MAX_LOG_LINES;
    const kept = isOver
      ? `[ERROR] Log overflow (maximum ${MAX_LOG_LINES}). Remaining log lines omitted.`
      : line.length > MAX_LINE_CHARS
        ? `${line.slice(0, MAX_LINE_CHARS)} (truncated due to length)`
        : line;
    this.lines.push(kept);
    this.#onLine(kept);
  }
}

/** Where the function is now: the frames of a stack, each on a line. */
function stackHere(): string {
  const { stack = "" } = new Error();
  return stack.slice(stack.indexOf("\n"));
}
