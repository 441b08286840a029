/** What an engine tells its embedder. Where it goes, and in which words, is the embedder's choice. */
import type { EmbeddedConvexErrorCode } from "./embeddedConvexError.ts";
import type { FunctionLog } from "./functions/logs/functionLog.ts";

export type EngineLog =
  /** A console line or the end of an execution. */
  | { type: "function"; event: FunctionLog }
  /** Changed code runs now. `files`: how many sources it has. */
  | { type: "reloaded"; files: number; durationMs: number }
  /** Code was pushed and runs now. `isForGood`: also after the next start. */
  | { type: "pushed"; modules: number; isForGood: boolean }
  /** Changed code does not bundle, load or fit the data; the old code goes on. */
  | { type: "reloadFailed"; code: EmbeddedConvexErrorCode; message: string }
  /** What the project's own compiler says of the code, which runs all the same. */
  | { type: "typeErrors"; output: string }
  /** The engine's thread was replaced. `functionPath`: the function that made it hang, if one did. */
  | { type: "restarted"; reason: string; functionPath: string | null }
  /** A fault of the engine itself. */
  | { type: "engineError"; message: string };
