/**
 * Everything that runs, put together: embedded or remote Convex, identity, rooms, gateway. The rooms
 * know each other only through what is handed to them here. Started once, by main.ts.
 */
import packageJson from "../package.json" with { type: "json" };
import { createConvexAccess, createReadiness } from "./backend/convexAccess.ts";
import { createConvexBoardImages } from "./backend/convexBoardImages.ts";
import { createConvexBoardStore } from "./backend/convexBoardStore.ts";
import { createConvexConnection } from "./backend/convexConnection.ts";
import type { ConvexConnection } from "./backend/convexConnection.ts";
import { createConvexDocumentIntake } from "./backend/convexDocumentIntake.ts";
import { createConvexFileStorage } from "./backend/convexFileStorage.ts";
import {
  createConvexAccountStore,
  createConvexLoginStore,
} from "./backend/convexIdentityStores.ts";
import { createConvexTurnStore } from "./backend/convexTurnStore.ts";
import { createConvexVersionStore } from "./backend/convexVersionStore.ts";
import { buildPage } from "./buildPage.ts";
import { readCompanionId } from "./companionId.ts";
import type { Config } from "./config.ts";
import { createGateway } from "./gateway/gateway.ts";
import type { Gateway } from "./gateway/gateway.ts";
import { createOrigins } from "./gateway/http/origins.ts";
import { createAccounts } from "./gateway/identity/accounts.ts";
import { loadKeyRing } from "./gateway/identity/keyFile.ts";
import { deriveSecret } from "./gateway/identity/keyRing.ts";
import { createLogins } from "./gateway/identity/logins.ts";
import { createPasswords } from "./gateway/identity/passwords.ts";
import { createTokens } from "./gateway/identity/tokens.ts";
import type { Tokens } from "./gateway/identity/tokens.ts";
import { createMetrics } from "./gateway/metrics.ts";
import type { Metrics } from "./gateway/metrics.ts";
import { createRedisBoardRelay } from "./relay/redisBoardRelay.ts";
import { createRedisConnection } from "./relay/redisConnection.ts";
import type { RedisConnection } from "./relay/redisConnection.ts";
import { createRedisTurnRelay } from "./relay/redisTurnRelay.ts";
import { createRooms } from "./rooms.ts";
import type { Rooms } from "./rooms.ts";
import { startConvex } from "./startConvex.ts";
import type { ConvexHost } from "./startConvex.ts";
import { systemClock as clock } from "./util/clock.ts";
import type { Logger } from "./util/logger.ts";

export interface Companion {
  /** As a person on this machine would type them. */
  readonly addresses: { readonly page: string; readonly convex: string };
  /** Drains: no newcomers, turns ended, boards saved, sockets closed 1001, Convex last. */
  close(): Promise<void>;
}

/** @throws Error with a message for operators */
export async function startCompanion(config: Config, log: Logger): Promise<Companion> {
  const keyRing = loadKeyRing(config);
  const tokens = createTokens(keyRing, clock);
  const host = await startConvex(config, tokens, log);
  const convex = createConvexConnection({
    url: host.url,
    issueServiceToken: () => tokens.issueService(),
    clock,
    logger: log,
  });
  const redis = connectRedis(config, log);
  const rooms = createRooms({
    turns: createConvexTurnStore(convex),
    boards: createConvexBoardStore(convex, clock),
    versionStore: createConvexVersionStore(convex),
    boardRelay: redis === undefined ? undefined : createRedisBoardRelay(redis, clock),
    turnRelay: redis === undefined ? undefined : createRedisTurnRelay(redis),
    sealKey: deriveSecret(keyRing, "the tutor's drawings"),
    model: config.model,
    companionId: readCompanionId(config.dataDir, config.port),
    clock,
    logger: log,
  });
  const metrics = createMetrics();
  const pageFolder = await buildPage(() => log.info({}, "building the page, once"));
  const gateway = buildGateway({ config, log, tokens, host, convex, rooms, metrics, pageFolder });
  rooms.watch(metrics);
  metrics.watch("lectern_sockets", "Open sockets", () => gateway.stats().sockets);
  metrics.watch("lectern_watches", "Open subscriptions to Convex", () => convex.watches());
  if (redis !== undefined) {
    metrics.watch("lectern_redis_live", "1 while Redis answers", () => (redis.isLive() ? 1 : 0));
  }
  const close = async () => {
    gateway.refuseNewcomers();
    await rooms.drain();
    await gateway.close();
    redis?.close();
    await convex.close();
    await host.close();
  };
  try {
    const port = await gateway.listen(config.host, config.port);
    return { addresses: addressesOf(config, host, port), close };
  } catch (error) {
    await close();
    throw explain(error, config);
  }
}

/** Undefined where this companion is the only one. */
function connectRedis({ redisUrl: url }: Config, logger: Logger): RedisConnection | undefined {
  return url === undefined ? undefined : createRedisConnection({ url, clock, logger });
}

function buildGateway(parts: {
  config: Config;
  log: Logger;
  tokens: Tokens;
  host: ConvexHost;
  convex: ConvexConnection;
  rooms: Rooms;
  metrics: Metrics;
  pageFolder: string;
}): Gateway {
  const { config, tokens, host, convex, metrics, log, pageFolder, rooms } = parts;
  const access = createConvexAccess(convex);
  const files = createConvexFileStorage(convex);
  const loginStore = createConvexLoginStore(convex);
  const logins = createLogins({ store: loginStore, tokens, clock });
  const passwords = createPasswords();
  const ownOrigin = config.publicUrl === undefined ? [] : [new URL(config.publicUrl).origin];
  const { model } = config;
  return createGateway({
    info: {
      version: packageJson.version,
      convex: host.kind,
      model: { kind: model.kind, name: model.kind === "model" ? model.name : "extractive" },
    },
    accounts: createAccounts({ store: createConvexAccountStore(convex), logins, passwords }),
    logins,
    tokens,
    intake: createConvexDocumentIntake(convex, access, files),
    readiness: createReadiness(convex, clock),
    watchAccess: access.watch,
    askAccess: access.ask,
    boardHistory: rooms.boardHistory,
    boardImages: createConvexBoardImages(convex, files),
    isLoginLive: (token) => loginStore.isLive(token),
    origins: createOrigins([...config.allowedOrigins, ...ownOrigin]),
    convexAddress: host.publicAddress,
    isHttps: config.publicUrl?.startsWith("https:") === true,
    pageFolder,
    rooms: rooms.handlers,
    metricsHost: config.metricsHost,
    legacyUrlTokens: config.legacyUrlTokens,
    trustedProxyHops: config.trustedProxyHops,
    metrics,
    log,
    clock,
  });
}

function addressesOf(config: Config, host: ConvexHost, port: number): Companion["addresses"] {
  const name = ["127.0.0.1", "::1", "0.0.0.0", "::"].includes(config.host)
    ? "localhost"
    : config.host;
  return { page: config.publicUrl ?? `http://${name}:${port}`, convex: host.url };
}

function explain(error: unknown, { host, port }: Config): Error {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") {
    return new Error(`port ${port} is taken by another program: set PORT to a free one`);
  }
  if (code === "EACCES")
    return new Error(`port ${port} needs more rights: set PORT to another one`);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new Error(`HOST ${host} is no address of this machine`);
  }
  return error instanceof Error ? error : new Error(String(error));
}
