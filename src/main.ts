/**
 * The composition root: reads the configuration, starts the embedded Convex (unless CONVEX_URL names
 * another), builds the rooms and the gateway, listens, and takes it all down in order. Nothing else
 * starts anything or handles signals. Rules CF1-CF6.
 */
import { ConfigError, loadConfig } from "./config.ts";
import type { Config } from "./config.ts";
import { startCompanion } from "./companion.ts";
import type { Companion } from "./companion.ts";
import { tuneHeap } from "./embedded/worker/tuneHeap.ts";
import { systemClock } from "./util/clock.ts";
import { createLogger } from "./util/logger.ts";
import type { Logger } from "./util/logger.ts";

/** SIGTERM to exit; what is not saved by then is told and left. Orchestrators kill after 10 s or more. */
const DRAIN_LIMIT_MS = 4_500;

async function main(): Promise<void> {
  tuneHeap();
  const config = readConfig();
  const log = createLogger({ level: config.logLevel });
  process.on("unhandledRejection", (error) => log.error({ err: error }, "unhandled rejection"));
  process.on("uncaughtException", (error) => {
    log.error({ err: error }, "uncaught exception");
    process.exit(1); // nobody knows what state is left; clients come back to a fresh process
  });
  let companion: Companion;
  try {
    companion = await startCompanion(config, log);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
  const { addresses } = companion;
  log.info({ ...addresses }, "listening");
  if (process.stdout.isTTY) process.stdout.write(welcome(addresses, config));
  stopOnSignal(companion, log);
}

function readConfig(): Config {
  try {
    return loadConfig();
  } catch (error) {
    if (error instanceof ConfigError) fail(error.message);
    throw error;
  }
}

/** The first signal drains; a second one means now. */
function stopOnSignal(companion: Companion, log: Logger): void {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(130);
    isStopping = true;
    log.info({ signal }, "draining");
    systemClock.after(DRAIN_LIMIT_MS, () => {
      log.error({ limitMs: DRAIN_LIMIT_MS }, "draining took too long");
      process.exit(0);
    });
    companion.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, "draining failed");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

function welcome({ page, convex }: Companion["addresses"], config: Config): string {
  const model = config.model.kind === "model" ? config.model.name : "extractive (no model set)";
  return `\n  Lectern is ready.\n\n  page    ${page}\n  convex  ${convex}\n  tutor   ${model}\n\n  Ctrl-C stops it.\n\n`;
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

await main();
