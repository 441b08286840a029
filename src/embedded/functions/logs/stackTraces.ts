/**
 * Leads the positions of a stack trace back from the bundle to the sources, in the form Convex shows
 * them: `at handler (../convex/messages.ts:12:4)`. Frames of the engine itself are left out.
 */
import { SourceMap } from "node:module";
import type { SourceMapPayload } from "node:module";

/** The name under which the code of a definition runs. */
export function scriptName(definitionPath: string): string {
  return definitionPath === "" ? "convex-functions.js" : `${definitionPath}/convex-functions.js`;
}

export interface Traces {
  /** The frames of a V8 stack, as shown to the author; the message above them is left out. */
  frames(stack: string): string[];
}

/** One frame of a V8 stack. */
export const STACK_FRAME =
  /^\s+at (?:(?<name>.*?) \()?(?<file>[^()]*?):(?<line>\d+):(?<column>\d+)\)?$/;

/** Frames between the engine and a handler say nothing to its author, nor does the table of modules. */
const LIBRARY = /node_modules\/convex\/(?:src|dist)\/.*server\/|\/modules\.js:\d+:\d+$/;

/** What the bundler calls the code of a module: its path, which for pushed code is where it lay for that. */
const MODULE = /\/[^/]+\.\w+$/;

export class StackTraces implements Traces {
  readonly #sourceMaps: ReadonlyMap<string, string>;
  readonly #parsed = new Map<string, SourceMap>();

  /** @param sourceMaps JSON texts by script name */
  constructor(sourceMaps: ReadonlyMap<string, string>) {
    this.#sourceMaps = sourceMaps;
  }

  frames(stack: string): string[] {
    return stack.split("\n").flatMap((line) => {
      const groups = STACK_FRAME.exec(line)?.groups ?? {};
      const { name, file = "", line: row = "1", column = "1" } = groups;
      const map = this.#mapOf(file);
      if (map === undefined) return [];
      const position = positionIn(map, Number(row), Number(column));
      if (position === null || LIBRARY.test(position)) return [];
      const isNamed = name !== undefined && !MODULE.test(name);
      return [isNamed ? `    at ${name} (${position})` : `    at ${position}`];
    });
  }

  #mapOf(file: string): SourceMap | undefined {
    const text = this.#sourceMaps.get(file);
    const parsed = this.#parsed.get(file);
    if (parsed !== undefined || text === undefined) return parsed;
    const map = new SourceMap(JSON.parse(text) as SourceMapPayload);
    this.#parsed.set(file, map);
    return map;
  }
}

/** A frame in a text, with what follows it: an error with fields of its own goes on with ` {`. */
const LOGGED_FRAME = /^(?<frame>\s+at .*(?::\d+:\d+\)?|\(<anonymous>\)))(?<rest>[^:]*)$/;

/** A log line whose stacks show the author's sources and nothing of the engine. */
export function withSourceFrames(line: string, traces: Traces): string {
  if (!/\n +at /.test(line)) return line;
  const shown: string[] = [];
  for (const part of line.split("\n")) {
    const { frame, rest = "" } = LOGGED_FRAME.exec(part)?.groups ?? {};
    shown.push(...(frame === undefined ? [part] : traces.frames(frame)));
    if (frame !== undefined) shown.push((shown.pop() ?? "") + rest);
  }
  return shown.join("\n");
}

/** Null in what the bundler itself has added. @param line 1-based @param column 1-based */
function positionIn(map: SourceMap, line: number, column: number): string | null {
  const entry = map.findEntry(line - 1, column - 1);
  if (!("originalSource" in entry)) return null;
  return `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}
