/**
 * Serves any folder of Convex functions from the command line. Parses arguments, starts the engine, prints
 * what it says, and stops it on a signal. Exit codes: 0 after a signal, 1 if it cannot start.
 */
import { readFileSync } from "node:fs";
import { parseArgs, parseEnv, styleText } from "node:util";

import { EmbeddedConvexError } from "./embeddedConvexError.ts";
import type { EngineLog } from "./engineLog.ts";
import type { FunctionLog } from "./functions/logs/functionLog.ts";
import {
  startEmbeddedConvex,
  type EmbeddedConvex,
  type EmbeddedConvexOptions,
} from "./startEmbeddedConvex.ts";

const USAGE = `Usage: npx node src/embedded/cli.ts [options]

  --functions DIR    the folder with the Convex functions (usually "convex"); without it, the functions
                     are those that \`npx convex dev\` or \`npx convex deploy\` has pushed last
  --data DIR         where data is kept (default ".embedded-convex"; ":memory:" keeps nothing)
  --port N           the port for clients (default 3210; 0 takes a free one)
  --site-port N      the port for HTTP actions (default 3211; 0 takes a free one)
  --host H           the interface to listen on (default 127.0.0.1)
  --cloud-origin U   the public address of the port for clients, if it is another one
  --site-origin U    the public address of the port for HTTP actions, if it is another one
  --cache-mb N       how much of the database is kept in memory (default 64)
  --admin-key K      the key for operators (default: made once and kept with the data)
  --env-file F       environment variables of the functions, as lines NAME=value
  --redact-logs-to-client
                     keep errors and log lines of functions from clients, as in production
  --watch            load the functions again when they change in their folder
  --help             this text`;

const OPTIONS = {
  functions: { type: "string" },
  data: { type: "string", default: ".embedded-convex" },
  port: { type: "string", default: "3210" },
  "site-port": { type: "string", default: "3211" },
  host: { type: "string" },
  "cloud-origin": { type: "string" },
  "site-origin": { type: "string" },
  "cache-mb": { type: "string", default: "64" },
  "admin-key": { type: "string" },
  "env-file": { type: "string" },
  "redact-logs-to-client": { type: "boolean", default: false },
  watch: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const MAX_CACHE_MB = 1024 * 1024;

/** What is wrong with the command line, for whoever typed it. */
class UsageError extends Error {}

function readOptions(args: string[]): EmbeddedConvexOptions | "help" {
  const { values } = parse(args);
  if (values.help) return "help";
  const given = {
    functionsDir: values.functions,
    host: values.host,
    cloudOrigin: origin("--cloud-origin", values["cloud-origin"]),
    siteOrigin: origin("--site-origin", values["site-origin"]),
    adminKey: values["admin-key"],
  };
  return {
    dataDir: values.data,
    port: portNumber("--port", values.port),
    sitePort: portNumber("--site-port", values["site-port"]),
    cacheMb: wholeNumber("--cache-mb", values["cache-mb"], 1, MAX_CACHE_MB),
    environment: readEnvironment(values["env-file"]),
    redactsErrors: values["redact-logs-to-client"],
    watch: values.watch,
    log: print,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function portNumber(option: string, text: string): number {
  return wholeNumber(option, text, 0, 65_535);
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (text.trim() !== "" && Number.isInteger(number) && number >= min && number <= max) {
    return number;
  }
  throw new UsageError(`${option} must be a number from ${min} to ${max}, not "${text}"`);
}

/** An origin without the slash at the end, since paths are appended to it. */
function origin(option: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!URL.canParse(text) || !/^https?:/.test(text)) {
    throw new UsageError(`${option} must be an address like https://example.com, not "${text}"`);
  }
  return text.replace(/\/+$/, "");
}

function readEnvironment(file: string | undefined): Record<string, string> {
  if (file === undefined) return {};
  try {
    const variables = parseEnv(readFileSync(file, "utf8"));
    return Object.fromEntries(
      Object.entries(variables).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    );
  } catch (error) {
    throw new UsageError(`--env-file: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function print(event: EngineLog): void {
  switch (event.type) {
    case "function":
      printFunctionLog(event.event);
      break;
    case "reloaded":
      console.log(styleText("green", `Functions reloaded in ${event.durationMs} ms`));
      break;
    case "pushed":
      console.log(styleText("green", `Pushed functions run now (${event.modules} modules)`));
      if (!event.isForGood) {
        console.log("They run until the next start or reload, which takes those of --functions.");
      }
      break;
    case "reloadFailed":
      console.error(styleText("red", `Not reloaded, the old functions go on.\n${event.message}`));
      break;
    case "typeErrors":
      console.error(styleText("yellow", `Type errors:\n${event.output}`));
      break;
    case "restarted":
      console.error(styleText("yellow", `Engine restarted: ${event.reason}`));
      break;
    case "engineError":
      console.error(styleText("red", `Engine error: ${event.message}`));
      break;
  }
}

/** The key itself is shown once, when it is made: later starts have other readers. */
function printAdminKey({ adminKey, adminKeyFile }: EmbeddedConvex): void {
  if (adminKeyFile === null) return;
  if (adminKeyFile.isNew) console.log(`Admin key:        ${adminKey}`);
  console.log(`Admin key kept in ${adminKeyFile.path}`);
}

function printFunctionLog(event: FunctionLog): void {
  const where = styleText("gray", `${event.kind} ${event.path}`);
  if (event.type === "line") console.log(`${where} ${event.line}`);
  else if (event.error !== null) console.error(`${where} ${styleText("red", event.error)}`);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    console.log(USAGE);
    return;
  }
  const engine = await startEmbeddedConvex(options);
  console.log(`Convex functions: ${engine.url}`);
  console.log(`HTTP actions:     ${engine.siteUrl}`);
  printAdminKey(engine);
  const stop = (): void => {
    engine.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

function fail(error: unknown): never {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${USAGE}`);
  else if (error instanceof EmbeddedConvexError) console.error(`${error.code}: ${error.message}`);
  else console.error(error);
  process.exit(1);
}

main().catch(fail);
