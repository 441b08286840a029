/**
 * Turns what a function gives to `console` into the lines that clients and logs receive:
 * `[LEVEL] 'text' { a: 1 }`. Values come as text already: looking at them is the function's own work.
 * One collector serves an execution and the calls nested in it.
 */
import { withSourceFrames, type Traces } from "./stackTraces.ts";

export const MAX_LOG_LINES = 256; // Convex's limit per function
const MAX_LINE_BYTES = 32_768; // what the backend keeps of one line
const MOST_BYTES_PER_CHAR = 3;

const LEVELS: Readonly<Record<string, string>> = {
  debug: "DEBUG",
  error: "ERROR",
  info: "INFO",
  log: "LOG",
  warn: "WARN",
  trace: "LOG",
};

export class LogLines {
  lines: string[] = [];
  readonly #onLine: (line: string) => void;
  readonly #elapsed: () => number;
  readonly #timers = new Map<string, number>();

  constructor(deps: { onLine: (line: string) => void; elapsed: () => number }) {
    this.#onLine = deps.onLine;
    this.#elapsed = deps.elapsed;
  }

  /**
   * Handles one call of a `console` method.
   * @param text the values as text
   * @param label of what measures time
   * @param traces lead the stacks of errors back to the sources; without them stacks stay as they are
   */
  console(method: string, text: string, label = "", traces?: Traces): void {
    switch (method) {
      case "time":
        if (this.#timers.has(label)) this.add(`[WARN] Timer '${label}' already exists`);
        else this.#timers.set(label, this.#elapsed());
        return;
      case "timeLog":
        this.#time(label, text === "" ? "" : ` ${text}`);
        return;
      case "timeEnd":
        this.#time(label, "");
        this.#timers.delete(label);
        return;
      default:
        this.#write(method, text, traces);
    }
  }

  #time(label: string, data: string): void {
    const start = this.#timers.get(label);
    this.add(
      start === undefined
        ? `[WARN] Timer '${label}' does not exist`
        : `[INFO] ${label}: ${Math.floor(this.#elapsed() - start)}ms${data}`,
    );
  }

  #write(method: string, text: string, traces: Traces | undefined): void {
    const line = `[${LEVELS[method] ?? "LOG"}] ${text}${method === "trace" ? stackHere() : ""}`;
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
      : cut(line);
    this.lines.push(kept);
    this.#onLine(kept);
  }
}

function cut(line: string): string {
  if (line.length * MOST_BYTES_PER_CHAR <= MAX_LINE_BYTES) return line;
  const bytes = Buffer.from(line);
  if (bytes.length <= MAX_LINE_BYTES) return line;
  // As in a stream: what is left of a character that the cut went through is not shown.
  const kept = new TextDecoder().decode(bytes.subarray(0, MAX_LINE_BYTES), { stream: true });
  return `${kept} (truncated due to length)`;
}

/** Where the function is now: the frames of a stack, each on a line. */
function stackHere(): string {
  const { stack = "" } = new Error();
  return stack.slice(stack.indexOf("\n"));
}
