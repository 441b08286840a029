/**
 * Several companions as real processes beside one embedded Convex and one Redis, the people on their
 * boards with stock providers, and a look into the store that asks no companion.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { expect, onTestFinished } from "vitest";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import type { CanvasObject } from "../../convex/contract/boardOps.ts";
import { startEmbeddedConvex } from "../../src/embedded/startEmbeddedConvex.ts";
import { makeKeyRing } from "../../src/gateway/identity/keyRing.ts";
import { createTokens } from "../../src/gateway/identity/tokens.ts";
import { functionsEnvironment } from "../../src/startConvex.ts";
import { systemClock } from "../../src/util/clock.ts";
import { enterPeople } from "./enterPeople.ts";
import { startProduct, type Product } from "./product.ts";
import { startRedisServer, type RedisServer } from "./redisServer.ts";

type SessionId = Id<"sessions">;

export interface Installation {
  readonly redis: RedisServer;
  readonly companions: Product[];
  /** A session of its own with that many people, who may all draw. */
  startSession(count: number): Promise<{ sessionId: SessionId; tokens: string[] }>;
  /** What is on the board for whoever reads the store alone, and how often it was taken over so far. */
  stored(sessionId: SessionId): Promise<string[]>;
  takeovers(sessionId: SessionId): Promise<number>;
  dispose(): Promise<void>;
}

/** `settings`: environment of every companion, beside what they share. */
export async function startInstallation(
  count: number,
  settings: Record<string, string> = {},
): Promise<Installation> {
  const ring = makeKeyRing();
  const keys = createTokens(ring, systemClock);
  const dataDir = mkdtempSync(join(tmpdir(), "lectern-convex-"));
  const engine = await startEmbeddedConvex({
    functionsDir: "convex",
    dataDir,
    environment: functionsEnvironment(keys, { kind: "extractive" }),
  });
  const redis = await startRedisServer();
  const environment = {
    ...settings,
    CONVEX_URL: engine.url,
    REDIS_URL: redis.url,
    LECTERN_KEYS: JSON.stringify(ring),
  };
  const companions: Product[] = [];
  for (let n = 0; n < count; n++) companions.push(await startProduct(environment));
  const asService = async () => {
    const { token } = await keys.issueService();
    return new ConvexHttpClient(engine.url, { logger: false, auth: token });
  };

  return {
    redis,
    companions,
    async startSession(people) {
      const [owner, ...others] = await enterPeople(companions[0]!, people);
      const { lifecycle, participants } = api.sessions;
      const sessionId = await owner!.convex.mutation(lifecycle.start, { title: "Many companions" });
      const invite = { sessionId, role: "student" as const };
      const inviteCode = await owner!.convex.mutation(participants.invite, invite);
      for (const { convex } of others) {
        await convex.mutation(lifecycle.join, { sessionId, inviteCode });
      }
      return { sessionId, tokens: [owner!, ...others].map(({ token }) => token) };
    },
    async stored(sessionId) {
      return idsIn(await readBoard(await asService(), sessionId));
    },
    async takeovers(sessionId) {
      const one = { sessionId, token: null, updates: [] };
      const { token } = await (await asService()).mutation(api.whiteboard.snapshots.append, one);
      return token - 1; // ours is one too
    },
    async dispose() {
      redis.resume();
      for (const companion of companions) companion.resume();
      await Promise.all(companions.map((companion) => companion.dispose()));
      await redis.kill();
      await engine.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function readBoard(convex: ConvexHttpClient, sessionId: SessionId): Promise<Y.Doc> {
  const chunks: Uint8Array[] = [];
  const updates: Uint8Array[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof read>> = await read(cursor);
    chunks.push(...page.snapshotChunks.map((chunk) => new Uint8Array(chunk)));
    updates.push(...page.updates.map((update) => new Uint8Array(update)));
    ({ cursor } = page);
  } while (cursor !== null);
  const doc = new Y.Doc();
  if (chunks.length > 0) Y.applyUpdate(doc, Buffer.concat(chunks));
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc;

  async function read(at: string | null) {
    return await convex.query(api.whiteboard.snapshots.load, { sessionId, cursor: at });
  }
}

function idsIn(doc: Y.Doc): string[] {
  return [...doc.getMap("objects").keys()].sort();
}

export interface Drawer {
  readonly provider: WebsocketProvider;
  readonly doc: Y.Doc;
  readonly draw: (id: string) => void;
  readonly erase: (id: string) => void;
  readonly ids: () => string[];
}

/** Somebody with the stock provider on that companion; closed with the test. */
export async function openBoard(
  { url }: Product,
  sessionId: string,
  token: string,
): Promise<Drawer> {
  const doc = new Y.Doc();
  const address = `${url.replace("http", "ws")}/ws/board`;
  const provider = new WebsocketProvider(address, sessionId, doc, {
    protocols: ["lectern.v1", `bearer.${token}`],
    disableBc: true, // they share a process; the point is the way through the servers
    maxBackoffTime: 500,
  });
  onTestFinished(() => provider.destroy());
  const objects = doc.getMap<CanvasObject>("objects");
  await expect.poll(() => provider.synced).toBe(true);
  return {
    provider,
    doc,
    draw: (id) => objects.set(id, { id, kind: "rect", x: 1, y: 1 }),
    erase: (id) => objects.delete(id),
    ids: () => idsIn(doc),
  };
}
