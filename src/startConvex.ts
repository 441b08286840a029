/**
 * The Convex that this companion works with: the one at CONVEX_URL, or an embedded one that is started
 * here with what its functions need to know (whose tokens to trust, which model to ask).
 */
import { join } from "node:path";
import type { Config, ModelConfig } from "./config.ts";
import { EmbeddedConvexError } from "./embedded/embeddedConvexError.ts";
import type { EngineLog } from "./embedded/engineLog.ts";
import { httpAddress } from "./embedded/http/address.ts";
import { startEmbeddedConvex } from "./embedded/startEmbeddedConvex.ts";
import type { ConvexAddress } from "./gateway/http/pageAddress.ts";
import { jwksDataUri } from "./gateway/identity/keyRing.ts";
import type { Tokens } from "./gateway/identity/tokens.ts";
import type { Logger } from "./util/logger.ts";

export interface ConvexHost {
  readonly kind: "embedded" | "remote";
  /** Where the companion reaches it. */
  readonly url: string;
  /** Where browsers do. */
  readonly publicAddress: ConvexAddress;
  close(): Promise<void>;
}

/** @throws Error with a message for operators: a taken port, an unusable folder, a broken function */
export async function startConvex(
  config: Config,
  tokens: Tokens,
  log: Logger,
): Promise<ConvexHost> {
  const { convexUrl, publicConvexUrl } = config;
  if (convexUrl !== undefined) {
    const publicAddress = { kind: "fixed", url: publicConvexUrl ?? convexUrl } as const;
    return { kind: "remote", url: convexUrl, publicAddress, close: () => Promise.resolve() };
  }
  const engine = await startEmbeddedConvex({
    functionsDir: join(import.meta.dirname, "..", "convex"),
    dataDir: join(config.dataDir, "convex"),
    host: config.host,
    port: config.convexPort,
    sitePort: config.convexSitePort,
    ...(publicConvexUrl === undefined ? {} : { cloudOrigin: publicConvexUrl }),
    environment: functionsEnvironment(tokens, config.model),
    log: (event) => writeEngineLog(log, event),
  }).catch(explain);
  const close = () => engine.close();
  if (publicConvexUrl === undefined) {
    const { url } = engine;
    const publicAddress = { kind: "sameHost", port: Number(new URL(url).port) } as const;
    return { kind: "embedded", url, publicAddress, close };
  }
  // The engine speaks of itself by its public address; a proxy may not be reachable from in here.
  const url = httpAddress(config.host, config.convexPort);
  return { kind: "embedded", url, publicAddress: { kind: "fixed", url: publicConvexUrl }, close };
}

/** All that functionsEnvironment may set; what it leaves out must not be there either. */
export const FUNCTION_VARIABLES = [
  "LECTERN_ISSUER",
  "LECTERN_JWKS",
  "MODEL_NAME",
  "MODEL_BASE_URL",
  "MODEL_API_KEY",
] as const;

/** What `npm run deploy` sets on a remote Convex, the embedded one is given at each start. */
export function functionsEnvironment(tokens: Tokens, model: ModelConfig): Record<string, string> {
  const environment: Record<string, string> = {
    LECTERN_ISSUER: tokens.issuer,
    LECTERN_JWKS: jwksDataUri(tokens.jwks()),
  };
  if (model.kind === "extractive") return environment;
  environment["MODEL_NAME"] = model.name;
  if (model.baseUrl !== undefined) environment["MODEL_BASE_URL"] = model.baseUrl;
  if (model.apiKey !== undefined) environment["MODEL_API_KEY"] = model.apiKey;
  return environment;
}

/** What functions print or quote may hold a student's words; faults of the code may not get lost. */
function writeEngineLog(log: Logger, event: EngineLog): void {
  if (event.type !== "function") {
    log.warn({ engine: event }, "embedded convex");
    return;
  }
  const { event: of } = event;
  const fields = { function: of.path, kind: of.kind, functionRequestId: of.requestId };
  if (of.type === "line") {
    log.info({ ...fields, pii: { line: of.line } }, "function log");
  } else if (of.error === null) {
    log.debug({ ...fields, durationMs: of.durationMs }, "function ended");
  } else if (of.error.includes("ConvexError")) {
    log.debug({ ...fields, durationMs: of.durationMs, pii: { error: of.error } }, "refused");
  } else {
    log.error({ ...fields, durationMs: of.durationMs, error: of.error }, "function failed");
  }
}

function explain(error: unknown): never {
  if (!(error instanceof EmbeddedConvexError)) throw error;
  const hint =
    error.code === "PORT_TAKEN" ? " Set CONVEX_PORT or CONVEX_SITE_PORT to a free one." : "";
  throw new Error(error.message + hint, { cause: error });
}
