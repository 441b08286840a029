/**
 * Leads the positions of a stack trace back from the bundle to the sources, in the form Convex shows
 * them: `at handler (../convex/messages.ts:12:4)`. Frames of the engine itself are left out.
 */
import { SourceMap } from "node:module";
import type { SourceMapPayload } from "node:module";

/** The name under which the bundle runs. */
export const ISOLATE_FILE = "convex-functions.js";

export interface Traces {
  /** The frames of a V8 stack, as shown to the author; the message above them is left out. */
  frames(stack: string): string[];
}

/** One frame of a V8 stack. */
export const STACK_FRAME =
  /^\s+at (?:(?<name>.*?) \()?(?<file>[^()]*?):(?<line>\d+):(?<column>\d+)\)?$/;

/** Frames between the engine and a handler say nothing to its author. */
const LIBRARY = /node_modules\/convex\/(?:src|dist)\/.*server\//;

export class StackTraces implements Traces {
  readonly #sourceMap: string;
  #parsed: SourceMap | undefined;

  /** @param sourceMap JSON text */
  constructor(sourceMap: string) {
    this.#sourceMap = sourceMap;
  }

  frames(stack: string): string[] {
    return stack.split("\n").flatMap((line) => {
      const groups = STACK_FRAME.exec(line)?.groups;
      if (groups?.["file"] !== ISOLATE_FILE) return [];
      const { name, line: row = "1", column = "1" } = groups;
      const position = this.#position(Number(row), Number(column));
      if (LIBRARY.test(position)) return [];
      return [name === undefined ? `    at ${position}` : `    at ${name} (${position})`];
    });
  }

  /** @param line 1-based @param column 1-based */
  #position(line: number, column: number): string {
    this.#parsed ??= new SourceMap(JSON.parse(this.#sourceMap) as SourceMapPayload);
    const entry = this.#parsed.findEntry(line - 1, column - 1);
    if (!("originalSource" in entry)) return `bundle:${line}:${column}`;
    return `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  }
}
