/**
 * Structured logs of the companion: a fixed message, values in fields, one JSON object a line.
 * Whatever a student wrote may only appear under the field `pii`, which is blotted out unless the
 * level is `debug` or finer, so that a shared log never holds a child's words.
 */
import { pino } from "pino";

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type Write = (fields: Record<string, unknown>, message: string) => void;

/** What rooms ask of a log. `fields` come first so that the message stays a constant. */
export interface Logger {
  error: Write;
  warn: Write;
  info: Write;
  debug: Write;
  /** A logger that adds `fields` to each of its lines. */
  child(fields: Record<string, unknown>): Logger;
}

/** `destination` defaults to stdout; tests hand in a sink. Errors belong in the field `err`. */
export function createLogger(options: {
  level: LogLevel;
  destination?: { write(line: string): void };
}): Logger {
  const showsContent = options.level === "debug" || options.level === "trace";
  const settings = {
    level: options.level,
    base: {},
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: showsContent ? [] : ["pii", "*.pii"],
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

/** Says nothing; for tests and for libraries used without a log. */
export const silentLogger: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  child: () => silentLogger,
};
