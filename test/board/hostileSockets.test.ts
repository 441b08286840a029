/**
 * Each hostile case of a board socket against the whole product, while two honest people draw with stock
 * providers: the process survives, its memory stays bounded, and the honest notice nothing. The bounds
 * are of the process's resident memory, which holds the engine's as well, hence generous.
 */
import { once } from "node:events";
import * as encoding from "lib0/encoding";
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { loadKeyRing } from "../../src/gateway/identity/keyFile.ts";
import { createTokens, STUDENT_TOKEN_MS } from "../../src/gateway/identity/tokens.ts";
import { encodePresenceMessage, encodeUpdateMessage } from "../../src/protocol/boardMessages.ts";
import { systemClock } from "../../src/util/clock.ts";
import { enterPeople, type Person } from "../support/enterPeople.ts";
import {
  CONTENTS,
  crowd,
  emptyContent,
  emptyNeighbour,
  manyDocuments,
} from "../support/hostileUpdates.ts";
import {
  chainOfLists,
  chainOfTypes,
  deletionOfFirst,
  manyAuthors,
} from "../support/nestedUpdates.ts";
import { startProduct, type Product } from "../support/product.ts";
import { connectRaw, frameHeader, upgradeRequest } from "../support/rawConnection.ts";

const MIB = 1024 * 1024;
const NOISE_BYTES = 120 * MIB; // of a process with an engine, two documents and a collector of its own mind

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.dispose());

/** Two honest people on a board of their own, and one of bad intent who may edit it too. */
interface Scene {
  sessionId: Id<"sessions">;
  port: number;
  hostile: Person;
  /** Somebody draws and somebody else sees it, on the connections that they have had all along. */
  expectPeace(): Promise<void>;
}

let scene: Scene;
beforeEach(async () => {
  const [owner, friend, hostile] = (await enterPeople(product, 3)) as [Person, Person, Person];
  const sessionId = await owner.convex.mutation(api.sessions.lifecycle.start, { title: "Peace" });
  const invitation = { sessionId, role: "student" as const };
  const inviteCode = await owner.convex.mutation(api.sessions.participants.invite, invitation);
  for (const { convex } of [friend, hostile]) {
    await convex.mutation(api.sessions.lifecycle.join, { sessionId, inviteCode });
  }
  const [ada, bob] = [provide(sessionId, owner), provide(sessionId, friend)];
  for (const { provider } of [ada, bob]) {
    await expect.poll(() => provider.synced).toBe(true);
  }
  let drawn = 0;
  const losses = [ada, bob].map(({ provider }) => {
    const lost = vi.fn();
    provider.on("connection-close", lost);
    return lost;
  });
  scene = {
    sessionId,
    port: Number(new URL(product.url).port),
    hostile,
    async expectPeace() {
      for (const [from, to] of [
        [ada, bob],
        [bob, ada],
      ] as const) {
        const id = `peace-${drawn++}`;
        from.objects.set(id, { id, kind: "rect" });
        await expect.poll(() => to.objects.has(id)).toBe(true);
      }
      for (const lost of losses) expect(lost).not.toHaveBeenCalled();
    },
  };
  await scene.expectPeace();
});

function provide(sessionId: string, { token }: Person) {
  const doc = new Y.Doc();
  const address = `${product.url.replace("http", "ws")}/ws/board`;
  const provider = new WebsocketProvider(address, sessionId, doc, {
    protocols: ["lectern.v1", `bearer.${token}`],
    disableBc: true,
  });
  onTestFinished(() => provider.destroy());
  return { provider, objects: doc.getMap<unknown>("objects") };
}

const addressOf = () => `${product.url.replace("http", "ws")}/ws/board/${scene.sessionId}`;

/** A socket of the hostile member; `said` are the frames it sends once it is open. */
async function attack(said: readonly (Uint8Array | string)[], token = scene.hostile.token) {
  const ws = new WebSocket(addressOf(), ["lectern.v1", `bearer.${token}`]);
  onTestFinished(() => ws.terminate());
  ws.on("error", () => undefined);
  let code: number | undefined;
  ws.on("close", (closedWith) => (code = closedWith));
  await once(ws, "open");
  for (const frame of said) ws.send(frame);
  return { ws, code: () => code };
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${product.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
}

const residentBytes = () => metric("process_resident_memory_bytes");

/** Runs the attack between two measurements; honest people draw before, meanwhile and after. */
async function expectUnhurt(work: () => Promise<void>, moreBytes = NOISE_BYTES): Promise<void> {
  const before = await residentBytes();
  const [, ...rest] = await Promise.all([work(), scene.expectPeace()]);
  expect(rest).toHaveLength(1);
  await scene.expectPeace();
  expect((await residentBytes()) - before).toBeLessThan(moreBytes);
  expect((await fetch(`${product.url}/healthz`)).status).toBe(200);
}

const closes = (attacks: { code: () => number | undefined }[], ...codes: number[]) =>
  expect.poll(() => attacks.filter((one) => !codes.includes(one.code() ?? 0)).length).toBe(0);

async function rawUpgrade(headers: Record<string, string> = {}) {
  const raw = await connectRaw(scene.port);
  const offered = { "Sec-WebSocket-Protocol": `lectern.v1, bearer.${scene.hostile.token}` };
  const path = `/ws/board/${scene.sessionId}`;
  raw.socket.write(upgradeRequest(path, scene.port, { ...offered, ...headers }));
  await vi.waitFor(() => expect(raw.received().toString("latin1")).toMatch(/HTTP\/1.1 \d{3}/));
  return raw;
}

it("[WH1] headers of frames of 150 MB cost nothing", () =>
  expectUnhurt(async () => {
    for (let i = 0; i < 50; i++) {
      const raw = await rawUpgrade();
      raw.socket.write(frameHeader(2, 150 * MIB));
      await raw.closed;
    }
  }));

it("[WH1] five hundred handshakes that never end are cut off", () =>
  expectUnhurt(async () => {
    const raws = await Promise.all(Array.from({ length: 500 }, () => connectRaw(scene.port)));
    for (const { socket } of raws) socket.write("GET /ws/board/x HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    const drip = setInterval(() => {
      for (const { socket } of raws) if (socket.writable) socket.write("x");
    }, 1_000);
    await Promise.all(raws.map(({ closed }) => closed));
    clearInterval(drip);
  }));

it("[WH1] a page of another origin gets no socket", () =>
  expectUnhurt(async () => {
    for (let i = 0; i < 100; i++) {
      const raw = await rawUpgrade({ Origin: "https://evil.example" });
      expect(raw.received().toString("latin1")).toMatch(/^HTTP\/1.1 403/);
    }
  }));

it("[WH2] malformed varints and messages close their sockets", () =>
  expectUnhurt(async () => {
    const endless = new Uint8Array(1_000).fill(0xff);
    const long = (type: number) => Uint8Array.of(0, type, ...endless.subarray(0, 7), 0x7f);
    const update = (...bytes: number[]) => encodeUpdateMessage(Uint8Array.of(...bytes));
    const frames = [
      "text",
      endless,
      long(0),
      long(2),
      Uint8Array.of(),
      Uint8Array.of(2, 0, 1, 65),
      Uint8Array.of(1, 3, 0xff, 0xff, 0x7f),
      update(1, 0x80, 0x87, 0xa7, 0x0e, 1, 0, 0), // announces thirty million structs
      update(0xff, 0xff, 0xff, 0xff, 0x0f),
      update(0, 1, 1, 0xff, 0xff, 0xff, 0xff, 0x0f), // as many deletions
    ];
    const attacks = [];
    for (const frame of frames) attacks.push(await attack([frame]));
    await closes(attacks, 4400);
  }));

it("[WH3] state vectors of any size are answered or refused", () =>
  expectUnhurt(async () => {
    const vector = (clients: number) =>
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, clients);
        for (let i = 0; i < clients; i++) {
          encoding.writeVarUint(encoder, 2 ** 31 + i);
          encoding.writeVarUint(encoder, 2 ** 50);
        }
      });
    const asking = (clients: number) =>
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, 0);
        encoding.writeVarUint(encoder, 0);
        encoding.writeVarUint8Array(encoder, vector(clients));
      });
    const large = asking(50_000); // 650 KB
    const asked = await Promise.all(Array.from({ length: 5 }, () => attack([large, large, large])));
    await closes([await attack([asking(200_000)])], 4400); // above 1 MiB
    for (const { code } of asked) expect([undefined, 1013]).toContain(code());
  }));

/** An update of one struct that is nothing but a length, of a client at a clock; and of no deletions. */
const gap = (client: number, clock: number, length: number) =>
  encodeUpdateMessage(
    encoding.encode((encoder) => {
      for (const number of [1, 1, client, clock, 0, length, 0]) {
        encoding.writeVarUint(encoder, number);
      }
    }),
  );

it("[WH4] updates with absurd clocks and lengths end in a resync at most", () =>
  expectUnhurt(async () => {
    const far = Array.from({ length: 1_000 }, (_, i) => gap(1_000 + i, 2 ** 50, 2 ** 40));
    const attacks = await Promise.all(Array.from({ length: 5 }, () => attack(far)));
    // Together they bring more authors than one person may. A first one may be so fast that too much
    // waits before it is let in, which is 1013.
    await closes(attacks, 4503, 4400, 1013);
    await attack([gap(77, 0, 2 ** 50), gap(78, 0, 2 ** 52)]);
  }));

it("[WH5] a flood of presence is ended, and nobody sees more than eight of its people", () =>
  expectUnhurt(async () => {
    const state = JSON.stringify({ name: "x".repeat(8_000) });
    const flood = Array.from({ length: 3_000 }, (_, i) =>
      encodePresenceMessage([{ clientId: 5_000 + i, clock: 1, state }]),
    );
    const watcher = provide(scene.sessionId, scene.hostile);
    const attacks = await Promise.all(Array.from({ length: 3 }, () => attack(flood)));
    await closes(attacks, 1013);
    expect(watcher.provider.awareness.getStates().size).toBeLessThan(3 * 8 + 4);
  }));

it("[WH6] readers that stall hold back a few MiB each, and go", () =>
  expectUnhurt(
    async () => {
      const stalled = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const raw = await rawUpgrade();
          raw.socket.pause();
          return raw;
        }),
      );
      const { objects, provider } = provide(scene.sessionId, scene.hostile);
      await expect.poll(() => provider.synced).toBe(true);
      const text = "x".repeat(19_000);
      for (let i = 0; i < 600; i++) {
        objects.set("big", { id: "big", kind: "text", text, x: i }); // 11 MB in all
        if (i % 20 === 19) await new Promise((resolve) => setImmediate(resolve));
      }
      await scene.expectPeace();
      for (const { socket } of stalled) socket.destroy();
    },
    NOISE_BYTES + 20 * 4 * MIB,
  ));

it("[WH7] a token that ends in the middle of a transfer ends the socket, 4401", () =>
  expectUnhurt(async () => {
    const { objects, provider } = provide(scene.sessionId, scene.hostile);
    await expect.poll(() => provider.synced).toBe(true);
    for (let i = 0; i < 200; i++) {
      objects.set(`o${i}`, { id: `o${i}`, kind: "text", text: "x".repeat(15_000) });
    }
    const lifeMs = 4_000;
    const ring = loadKeyRing({ keys: undefined, dataDir: product.dataDir });
    const claims = (await createTokens(ring, systemClock).verifyStudent(scene.hostile.token))!;
    const earlier = { ...systemClock, now: () => Date.now() - STUDENT_TOKEN_MS + lifeMs };
    const { token } = await createTokens(ring, earlier).issueStudent(claims);
    const reader = await attack([Uint8Array.of(0, 0, 1, 0)], token);
    reader.ws.pause();
    setTimeout(() => reader.ws.resume(), 2 * lifeMs); // by then the server has given it up
    await expect.poll(reader.code).toBeDefined();
    expect([4401, 1006]).toContain(reader.code());
    const late = await attack([], token);
    await closes([late], 4401);
  }));

it("[WH8] ten thousand sockets from one address are taken or told to come back", () =>
  expectUnhurt(
    async () => {
      const codes: number[] = [];
      const sockets: WebSocket[] = [];
      onTestFinished(() => {
        for (const ws of sockets) ws.terminate();
      });
      for (let batch = 0; batch < 50; batch++) {
        const opened = Array.from({ length: 200 }, async () => {
          const protocols = ["lectern.v1", `bearer.${scene.hostile.token}`];
          const ws = new WebSocket(addressOf(), protocols, { perMessageDeflate: false });
          sockets.push(ws);
          ws.on("error", () => undefined);
          ws.on("close", (code: number) => codes.push(code));
          await Promise.race([once(ws, "open"), once(ws, "close")]);
        });
        await Promise.all(opened);
      }
      expect(sockets).toHaveLength(10_000);
      await expect.poll(() => codes.length).toBeGreaterThan(8_900);
      expect(new Set(codes)).toEqual(new Set([1013]));
    },
    NOISE_BYTES + 300 * MIB,
  ));

it("[WH9] what is nested thousands deep, or of a hundred thousand authors, closes its socket", () =>
  expectUnhurt(async () => {
    const updates = [
      [chainOfTypes({ client: 5_000, levels: 3_000 }), deletionOfFirst(5_000)],
      [chainOfTypes({ client: 5_001, levels: 30_000 }), deletionOfFirst(5_001)],
      [chainOfLists(5_002, 5_000)],
      [chainOfLists(5_003, 100_000)],
      [manyAuthors(2 ** 31, 100_000)],
    ];
    const attacks = [];
    for (const sent of updates) attacks.push(await attack(sent.map(encodeUpdateMessage)));
    await closes(attacks, 4400);
    const visitor = provide(scene.sessionId, scene.hostile);
    await expect.poll(() => visitor.provider.synced).toBe(true);
    expect(Y.encodeStateVector(visitor.provider.doc).byteLength).toBeLessThan(1_000);
  }));

it("[WH10] content of no length, a crowd of items and of documents close their sockets", () =>
  expectUnhurt(async () => {
    const updates = [
      ...Object.values(CONTENTS).map((content) => [
        emptyContent(6_000, content),
        emptyContent(6_001, content),
      ]),
      [emptyNeighbour(6_002)],
      [manyDocuments(6_003, 500_000)],
      [crowd(6_004, 100_000), crowd(6_005, 100_000)],
    ];
    const attacks = [];
    for (const sent of updates) attacks.push(await attack(sent.map(encodeUpdateMessage)));
    await closes(attacks, 4400);
    const visitor = provide(scene.sessionId, scene.hostile);
    await expect.poll(() => visitor.provider.synced).toBe(true);
  }));

it("[SV2] the age of what is not saved can be watched, and goes back to nothing", async () => {
  await scene.expectPeace();
  await expect.poll(() => metric("lectern_board_unsaved_age_seconds")).toBe(0);
});
