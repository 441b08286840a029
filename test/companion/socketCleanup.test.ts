/**
 * What sockets leave behind: a thousand of each kind connect to real servers in this process, do what
 * they are for, and drop. Heap, handles and timers are then where they were, and so are the servers'
 * own counts of sockets, rooms and subscriptions.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { api } from "../../convex/_generated/api.js";
import { startCompanion } from "../../src/companion.ts";
import { parseConfig } from "../../src/config.ts";
import { bundleFunctions } from "../../src/embedded/functions/build/bundle.ts";
import { openEngine } from "../../src/embedded/worker/engine.ts";
import { silentLogger } from "../../src/util/logger.ts";
import { CONFORMANCE_PROJECT } from "../support/convexEngine.ts";
import { heapAfterGc } from "../support/heapAfterGc.ts";

const PER_ROUND = 100;
const ROUNDS = 10;
/** The noise of a heap: a socket that stays is 20 KB, so a tenth of them would pass it. */
const HEAP_NOISE_BYTES = 2_000_000;

interface Kind {
  address: string;
  protocols: string[];
  /** What a client says when it is connected; the server answers with at least one message. */
  greeting: () => string[];
  /** What the servers hold, all of which must go with the sockets. */
  counts: () => Promise<Record<string, number>> | Record<string, number>;
}

/** Connects, talks and drops: half say goodbye, half vanish. */
async function round({ address, protocols, greeting }: Kind): Promise<void> {
  const sockets = Array.from({ length: PER_ROUND }, () => new WebSocket(address, protocols));
  await Promise.all(
    sockets.map(async (ws) => {
      const answered = once(ws, "message");
      await once(ws, "open");
      for (const text of greeting()) ws.send(text);
      await answered;
    }),
  );
  const closed = sockets.map((ws) => once(ws, "close"));
  for (const [i, ws] of sockets.entries()) {
    if (i % 2 === 0) ws.close();
    else ws.terminate();
  }
  await Promise.all(closed);
}

async function expectNothingLeft(kind: Kind): Promise<void> {
  const handles = () => process.getActiveResourcesInfo().length; // sockets, timers, requests
  await round(kind); // warm: code compiled, pools filled, the room of this session open
  await round(kind);
  const isEmpty = async () => Object.values(await kind.counts()).every((count) => count === 0);
  await expect.poll(isEmpty).toBe(true);
  const before = { counts: await kind.counts(), handles: handles(), heap: heapAfterGc() };
  for (let n = 0; n < ROUNDS; n++) await round(kind);
  await expect.poll(kind.counts).toEqual(before.counts);
  // One more: the timer of the poll itself.
  await expect.poll(handles).toBeLessThanOrEqual(before.handles + 1);
  await expect.poll(() => heapAfterGc() - before.heap).toBeLessThan(HEAP_NOISE_BYTES);
}

it.each(["tutor", "board"] as const)(
  "[V2.1.4] [LD2] 1,000 connects and drops of %s sockets leave heap, handles and timers as they were",
  async (name) => {
    const dataDir = mkdtempSync(join(tmpdir(), "lectern-cleanup-"));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const ports = { PORT: "0", CONVEX_PORT: "0", CONVEX_SITE_PORT: "0" };
    const companion = await startCompanion(
      parseConfig({ ...ports, DATA_DIR: dataDir }),
      silentLogger,
    );
    onTestFinished(() => companion.close());
    const { page, convex } = companion.addresses;
    const body = JSON.stringify({ name: "Ada" });
    const guest = await fetch(`${page}/auth/guest`, { method: "POST", body });
    const { token } = (await guest.json()) as { token: string };
    const ada = new ConvexHttpClient(convex, { auth: token, logger: false });
    const sessionId = await ada.mutation(api.sessions.lifecycle.start, { title: "Lesson" });
    const resume = { type: "resume", id: "resume", after: null };
    const gauge = async (of: string) => {
      const metrics = await (await fetch(`${page}/metrics`)).text();
      return Number(new RegExp(`^${of} (\\S+)$`, "m").exec(metrics)?.[1]);
    };
    await expectNothingLeft({
      address: `${page.replace("http", "ws")}/ws/${name}/${sessionId}`,
      protocols: ["lectern.v1", `bearer.${token}`],
      greeting: () => (name === "tutor" ? [JSON.stringify(resume)] : []),
      async counts() {
        return { sockets: await gauge("lectern_sockets"), watches: await gauge("lectern_watches") };
      },
    });
    const rooms = { tutor: "lectern_tutors", board: "lectern_boards" }[name];
    await expect.poll(() => gauge(rooms)).toBe(0); // boards linger a while
  },
);

it("[V2.1.4] [LD2] 1,000 connects and drops of sync sockets leave no socket, subscription, handle or heap", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "lectern-cleanup-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const engine = await openEngine({
    bundle: await bundleFunctions({ functionsDir: `${CONFORMANCE_PROJECT}/convex` }),
    dataDir,
    ...{ host: "127.0.0.1", port: 0, sitePort: 0, cloudOrigin: null, siteOrigin: null },
    ...{
      instanceName: "test",
      cacheMb: 64,
      redactsErrors: false,
      adminKey: "test|key",
      environment: {},
      blames: [],
    },
    log: () => undefined,
    onEnter: () => undefined,
    onPushed: () => undefined,
    onError: (error) => expect.unreachable(String(error)),
  });
  onTestFinished(() => engine.close());
  let client = 0;
  await expectNothingLeft({
    address: `ws://127.0.0.1:${engine.port}/api/1.48.0/sync`,
    protocols: [],
    greeting() {
      client += 1;
      const watch = (queryId: number, room: string) => {
        return { type: "Add", queryId, udfPath: "messages:list", args: [{ room }] };
      };
      const modifications = [watch(0, "shared"), watch(1, `own ${client}`)];
      const messages = [
        { type: "Connect", sessionId: crypto.randomUUID(), connectionCount: 0 },
        { type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications },
      ];
      return messages.map((message) => JSON.stringify(message));
    },
    counts() {
      const { sockets, subscriptions, liveQueries } = engine.stats();
      return { sockets, subscriptions, liveQueries };
    },
  });
});
