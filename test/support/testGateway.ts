/**
 * A real gateway on a free port, with everything behind it in memory: who may be where is said by
 * `allow`, what rooms receive is kept, uploads are kept. Sockets and requests are real.
 */
import { createHash, randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { appError } from "../../convex/contract/errors.ts";
import { createGateway } from "../../src/gateway/gateway.ts";
import type { Gateway } from "../../src/gateway/gateway.ts";
import type { BoardImages } from "../../src/gateway/http/boardImageRoutes.ts";
import { createOrigins } from "../../src/gateway/http/origins.ts";
import type { Readiness } from "../../src/gateway/http/statusRoutes.ts";
import { createAccounts } from "../../src/gateway/identity/accounts.ts";
import { makeKeyRing } from "../../src/gateway/identity/keyRing.ts";
import type { KeyRing } from "../../src/gateway/identity/keyRing.ts";
import { createLogins } from "../../src/gateway/identity/logins.ts";
import type { LoginStore } from "../../src/gateway/identity/logins.ts";
import { createPasswords } from "../../src/gateway/identity/passwords.ts";
import { createTokens } from "../../src/gateway/identity/tokens.ts";
import type { Tokens } from "../../src/gateway/identity/tokens.ts";
import { createMetrics } from "../../src/gateway/metrics.ts";
import type { Access } from "../../src/gateway/sockets/admission.ts";
import type { SocketKind } from "../../src/gateway/sockets/socketRequest.ts";
import type { GatewaySocket } from "../../src/protocol/gatewaySocket.ts";
import type { PrincipalWatch } from "../../src/protocol/principal.ts";
import type { Clock } from "../../src/util/clock.ts";
import { systemClock } from "../../src/util/clock.ts";
import { createLogger } from "../../src/util/logger.ts";

export interface Entered {
  readonly kind: SocketKind;
  readonly socket: GatewaySocket;
  readonly principal: PrincipalWatch;
  readonly messages: (string | Uint8Array)[];
}
export interface StoredUpload {
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface TestGateway {
  readonly url: string;
  readonly port: number;
  readonly gateway: Gateway;
  readonly ring: KeyRing;
  readonly tokens: Tokens;
  /** Sockets that reached a room, in order; each echoes what it hears. */
  readonly entered: Entered[];
  readonly stored: Map<string, StoredUpload>;
  readonly registered: { sessionId: string; userId: string; names: string[] }[];
  readonly logLines: string[];
  /** Sets somebody's standing in a session and tells all who watch. */
  allow(sessionId: string, userId: string, access: Access | null): void;
  /** From now on nobody is told their standing before `allow` says it, as when Convex is slow. */
  keepStandingsBack(): void;
  /** How many watches of standings are open. */
  watching(): number;
  /** A guest with a token, made over HTTP. */
  guest(name?: string): Promise<{ token: string; userId: string; refreshToken: string }>;
  setReadiness(readiness: Readiness): void;
}

export const MEMBER: Access = {
  name: "Ada",
  role: "student",
  sessionState: "active",
  settings: {
    interactionMode: "chat_and_whiteboard",
    studentsMayEditAssistantObjects: false,
    studentsMayEditOthersObjects: false,
  },
};

export interface TestGatewayOptions {
  readonly clock?: Clock;
  readonly allowedOrigins?: readonly string[];
  readonly metricsHost?: string;
  readonly trustedProxyHops?: number;
  readonly legacyUrlTokens?: boolean;
  readonly pageFolder?: string;
}

export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const clock = options.clock ?? systemClock;
  const ring = makeKeyRing();
  const tokens = createTokens(ring, clock);
  const standings = createStandings();
  const { loginStore, accountStore } = createIdentityInMemory(tokens);
  const intake = createIntakeInMemory(standings);
  const boardImages = createImagesInMemory();
  const logins = createLogins({ store: loginStore, tokens, clock });
  const entered: Entered[] = [];
  const logLines: string[] = [];
  let readiness: Readiness = { isReady: true };
  const enter = (kind: Entered["kind"]) => (socket: GatewaySocket, principal: PrincipalWatch) => {
    const messages: (string | Uint8Array)[] = [];
    entered.push({ kind, socket, principal, messages });
    socket.onMessage({
      receive(data) {
        messages.push(data);
        socket.send(data);
      },
    });
  };
  const gateway = createGateway({
    info: {
      version: "1.2.3",
      convex: "embedded",
      model: { kind: "extractive", name: "extractive" },
    },
    accounts: createAccounts({ store: accountStore, logins, passwords: createPasswords() }),
    logins,
    tokens,
    intake: intake.port,
    readiness: () => Promise.resolve(readiness),
    origins: createOrigins(options.allowedOrigins ?? []),
    convexAddress: { kind: "sameHost", port: 3210 },
    pageFolder: options.pageFolder,
    metricsHost: options.metricsHost,
    trustedProxyHops: options.trustedProxyHops ?? 0,
    isHttps: false,
    metrics: createMetrics(),
    log: createLogger({ level: "info", destination: { write: (line) => logLines.push(line) } }),
    clock,
    watchAccess: (who, watcher) => standings.watch(who, watcher),
    askAccess: ({ sessionId, userId }) => Promise.resolve(standings.get(sessionId, userId)),
    boardImages,
    boardHistory: {
      keepVersion: () => Promise.resolve("version"),
      restoreVersion: () => Promise.resolve({ beforeId: "before", changed: 1 }),
    },
    isLoginLive: (token) => loginStore.isLive(token),
    legacyUrlTokens: options.legacyUrlTokens ?? false,
    rooms: {
      tutor: enter("tutor"),
      board: enter("board"),
      legacyBoard: enter("legacyBoard"),
    },
  });
  const port = await gateway.listen("127.0.0.1", 0);
  onTestFinished(() => gateway.close());
  const url = `http://127.0.0.1:${port}`;
  return {
    ...{ url, port, gateway, ring, tokens, entered, logLines },
    stored: intake.stored,
    registered: intake.registered,
    allow: (sessionId, userId, access) => standings.allow(sessionId, userId, access),
    keepStandingsBack: standings.keepBack,
    watching: standings.watching,
    setReadiness: (next) => (readiness = next),
    async guest(name = "Ada") {
      const response = await fetch(`${url}/auth/guest`, {
        method: "POST",
        body: JSON.stringify({ name }),
      });
      return (await response.json()) as { token: string; userId: string; refreshToken: string };
    },
  };
}

function createStandings() {
  type Watcher = { take(access: Access | null): void };
  type Watching = { sessionId: string; userId: string; watcher: Watcher };
  const known = new Map<string, Access>();
  const watchers = new Set<Watching>();
  let areKeptBack = false;
  const get = (sessionId: string, userId: string) => known.get(`${sessionId} ${userId}`) ?? null;
  return {
    get,
    watching: () => watchers.size,
    keepBack: () => void (areKeptBack = true),
    allow(sessionId: string, userId: string, access: Access | null) {
      if (access === null) known.delete(`${sessionId} ${userId}`);
      else known.set(`${sessionId} ${userId}`, access);
      for (const one of watchers) {
        if (one.sessionId === sessionId && one.userId === userId) one.watcher.take(access);
      }
    },
    watch({ sessionId, userId }: { sessionId: string; userId: string }, watcher: Watcher) {
      const one = { sessionId, userId, watcher };
      watchers.add(one);
      setImmediate(() => {
        if (watchers.has(one) && !areKeptBack) watcher.take(get(sessionId, userId));
      });
      return { stop: () => void watchers.delete(one) };
    },
  };
}

function createIdentityInMemory(tokens: Tokens) {
  const names = new Map<string, string>();
  const credentials = new Map<string, { userId: string; passwordHash: string; name: string }>();
  const live = new Map<string, { userId: string; hash: string; used: Set<string> }>();
  const addUser = (name: string) => {
    const userId = randomUUID();
    names.set(userId, name);
    return userId;
  };
  const loginStore: LoginStore = {
    open({ userId, refreshTokenHash }) {
      const loginId = randomUUID();
      live.set(loginId, { userId, hash: refreshTokenHash, used: new Set() });
      return Promise.resolve(loginId);
    },
    rotate({ refreshTokenHash, newRefreshTokenHash }) {
      for (const [loginId, login] of live) {
        if (login.used.has(refreshTokenHash)) live.delete(loginId);
        if (login.hash !== refreshTokenHash) continue;
        login.used.add(login.hash);
        login.hash = newRefreshTokenHash;
        const { userId } = login;
        return Promise.resolve({ userId, loginId, name: names.get(userId) ?? "" });
      }
      return Promise.resolve(null);
    },
    revoke(loginId) {
      live.delete(loginId);
      return Promise.resolve();
    },
    isLive: async (token) => live.has((await tokens.verifyStudent(token))?.loginId ?? ""),
  };
  const accountStore = {
    createGuest: (name: string) => Promise.resolve(addUser(name)),
    register({
      name,
      email,
      passwordHash,
      guestId,
    }: {
      name: string;
      email: string;
      passwordHash: string;
      guestId?: string;
    }) {
      if (credentials.has(email)) return Promise.reject(appError("CONFLICT"));
      const userId = guestId ?? addUser(name);
      credentials.set(email, { userId, passwordHash, name });
      return Promise.resolve(userId);
    },
    findCredential: (email: string) => Promise.resolve(credentials.get(email) ?? null),
  };
  return { loginStore, accountStore };
}

function createIntakeInMemory(standings: ReturnType<typeof createStandings>) {
  const stored = new Map<string, StoredUpload>();
  const registered: { sessionId: string; userId: string; names: string[] }[] = [];
  const port = {
    async checkMayUpload({ sessionId, userId }: { sessionId: string; userId: string }) {
      const access = standings.get(sessionId, userId);
      if (access === null) throw appError("NOT_FOUND");
      if (access.role === "observer") throw appError("FORBIDDEN");
      await Promise.resolve();
    },
    async store(bytes: AsyncIterable<Uint8Array>, mediaType: string) {
      const hash = createHash("sha256");
      let sizeBytes = 0;
      for await (const chunk of bytes) {
        hash.update(chunk);
        sizeBytes += chunk.length;
      }
      const storageId = randomUUID();
      stored.set(storageId, { mediaType, sizeBytes, sha256: hash.digest("hex") });
      return storageId;
    },
    register(upload: { sessionId: string; userId: string; files: readonly { name: string }[] }) {
      const { sessionId, userId, files } = upload;
      registered.push({ sessionId, userId, names: files.map(({ name }) => name) });
      return Promise.resolve(files.map((_, i) => `document${i}`));
    },
  };
  return { stored, registered, port };
}

function createImagesInMemory(): BoardImages {
  const files = new Map<string, Buffer>();
  const images = new Map<string, { sessionId: string; storageId: string; mediaType: string }>();
  return {
    async store(bytes) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes) chunks.push(chunk);
      const storageId = randomUUID();
      files.set(storageId, Buffer.concat(chunks));
      return storageId;
    },
    register({ sessionId, image: { storageId, mediaType } }) {
      const imageId = `image${images.size}`;
      images.set(imageId, { sessionId, storageId, mediaType });
      return Promise.resolve(imageId);
    },
    open({ sessionId, imageId }) {
      const image = images.get(imageId);
      const file = files.get(image?.storageId ?? "");
      if (image?.sessionId !== sessionId || file === undefined) return Promise.resolve(null);
      const bytes = ReadableStream.from([Uint8Array.from(file)]);
      return Promise.resolve({ mediaType: image.mediaType, sizeBytes: file.length, bytes });
    },
  };
}
