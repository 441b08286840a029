/** Who may be on a socket, with the whole product: what happens in Convex acts on sockets at once. */
import { once } from "node:events";
import { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import type { CanvasObject } from "../../convex/contract/boardOps.ts";
import { MAX_DOCUMENT_BYTES } from "../../convex/contract/limits.ts";
import { loadKeyRing } from "../../src/gateway/identity/keyFile.ts";
import { createTokens } from "../../src/gateway/identity/tokens.ts";
import { systemClock } from "../../src/util/clock.ts";
import { startProduct } from "../support/product.ts";
import type { Product } from "../support/product.ts";

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.dispose());

const KINDS = ["tutor", "board"] as const;
type Kind = (typeof KINDS)[number];

interface Person {
  readonly token: string;
  readonly userId: Id<"users">;
  readonly convex: ConvexHttpClient;
}

async function enter(name: string): Promise<Person> {
  const response = await fetch(`${product.url}/auth/guest`, {
    method: "POST",
    body: JSON.stringify({ name }),
  });
  const { token, userId } = (await response.json()) as { token: string; userId: Id<"users"> };
  const convex = new ConvexHttpClient(product.convexUrl, { auth: token, logger: false });
  return { token, userId, convex };
}

/** A session of Ada's in which Bob is a student. */
async function lesson() {
  const [ada, bob] = await Promise.all([enter("Ada"), enter("Bob")]);
  const sessionId = await ada.convex.mutation(api.sessions.lifecycle.start, { title: "Lesson" });
  const invite = { sessionId, role: "student" as const };
  const inviteCode = await ada.convex.mutation(api.sessions.participants.invite, invite);
  await bob.convex.mutation(api.sessions.lifecycle.join, { sessionId, inviteCode });
  return { ada, bob, sessionId };
}

/** Resolves when the socket is in its room, which then answers. */
async function open(kind: Kind, sessionId: string, { token }: Person): Promise<WebSocket> {
  const address = `${product.url.replace("http", "ws")}/ws/${kind}/${sessionId}`;
  const ws = new WebSocket(address, ["lectern.v1", `bearer.${token}`]);
  onTestFinished(() => ws.terminate());
  await once(ws, "open");
  const greeting = once(ws, "message");
  if (kind === "tutor") ws.send(JSON.stringify({ type: "resume", id: "1", after: null }));
  await greeting; // the board greets by itself
  return ws;
}

/** The close code. How soon it comes is measured by `npm run bench:access`. */
async function closeCode(ws: WebSocket): Promise<number> {
  const [code] = (await once(ws, "close")) as [number];
  return code;
}

it.each(KINDS)("[V2.1.1] [GW9] a %s socket opens for a member and closes cleanly", async (kind) => {
  const { bob, sessionId } = await lesson();
  const ws = await open(kind, sessionId, bob);
  ws.close(1000);
  expect(await closeCode(ws)).toBe(1000);
});

it.each(KINDS)("[V2.1.2] [GW13] a stranger's %s socket sees no such session", async (kind) => {
  const { sessionId } = await lesson();
  const eve = await enter("Eve");
  for (const id of [sessionId, `${sessionId}x`, "nonsense"]) {
    const address = `${product.url.replace("http", "ws")}/ws/${kind}/${id}`;
    const ws = new WebSocket(address, ["lectern.v1", `bearer.${eve.token}`]);
    expect(await closeCode(ws)).toBe(4404);
  }
});

it.each(KINDS)("[GW13] logging out closes the %s socket", async (kind) => {
  const { bob, sessionId } = await lesson();
  const ws = await open(kind, sessionId, bob);
  const closed = closeCode(ws);
  const headers = { Authorization: `Bearer ${bob.token}` };
  await fetch(`${product.url}/auth/logout`, { method: "POST", headers });
  expect(await closed).toBe(4401);
  const again = new WebSocket(ws.url, ["lectern.v1", `bearer.${bob.token}`]);
  expect(await closeCode(again)).toBe(4401);
});

it.each(KINDS)("[GW13] being removed closes the %s socket", async (kind) => {
  const { ada, bob, sessionId } = await lesson();
  const ws = await open(kind, sessionId, bob);
  const closed = closeCode(ws);
  const { removeMember } = api.sessions.participants;
  await ada.convex.mutation(removeMember, { sessionId, userId: bob.userId });
  expect(await closed).toBe(4403);
});

it.each(KINDS)("[GW13] the session's end closes everybody's %s socket", async (kind) => {
  const { ada, bob, sessionId } = await lesson();
  const sockets = [await open(kind, sessionId, ada), await open(kind, sessionId, bob)];
  const closed = Promise.all(sockets.map(closeCode));
  await ada.convex.mutation(api.sessions.lifecycle.end, { sessionId });
  expect(await closed).toEqual([4409, 4409]);
});

it("[GW13] a removed session closes its sockets", async () => {
  const { ada, bob, sessionId } = await lesson();
  const ws = await open("board", sessionId, bob);
  const closed = closeCode(ws);
  await ada.convex.mutation(api.sessions.lifecycle.remove, { sessionId });
  expect([4403, 4409]).toContain(await closed);
});

it("[GW13] whoever becomes an observer may no longer ask, on the same socket", async () => {
  const { ada, bob, sessionId } = await lesson();
  const ws = await open("tutor", sessionId, bob);
  const { setRole } = api.sessions.participants;
  await ada.convex.mutation(setRole, { sessionId, userId: bob.userId, role: "observer" });
  const frames: { type: string; id?: string; code?: string }[] = [];
  ws.on("message", (data: Buffer) => frames.push(JSON.parse(data.toString()) as { type: string }));
  let asked = 0;
  await expect
    .poll(() => {
      if (ws.readyState !== WebSocket.OPEN) return "closed"; // 4503: come back as an observer
      ws.send(JSON.stringify({ type: "ask", id: `ask ${asked++}`, text: "Why?" }));
      return frames.find(({ type }) => type === "refused")?.code;
    })
    .toMatch(/FORBIDDEN|closed/);
});

/** A stock client of the board, or one of the legacy socket, and the objects it sees. */
async function openBoard(sessionId: string, { token }: Person, kind: "stock" | "legacy") {
  const doc = new Y.Doc();
  const objects = doc.getMap<CanvasObject>("objects");
  const origin = product.url.replace("http", "ws");
  const protocols = ["lectern.v1", `bearer.${token}`];
  if (kind === "stock") {
    const options = { protocols, disableBc: true };
    const provider = new WebsocketProvider(`${origin}/ws/board`, sessionId, doc, options);
    onTestFinished(() => provider.destroy());
    await vi.waitFor(() => expect(provider.synced).toBe(true));
    return objects;
  }
  const ws = new WebSocket(`${origin}/ws/v2/session/${sessionId}/whiteboard`, protocols);
  onTestFinished(() => ws.terminate());
  ws.on("message", (data: Buffer) => Y.applyUpdate(doc, new Uint8Array(data), "remote"));
  doc.on("update", (update: Uint8Array, from: unknown) => {
    if (from !== "remote") ws.send(update);
  });
  await once(ws, "message");
  return objects;
}

it.each(["stock", "legacy"] as const)(
  "[WB3] [WB20] what students may do with others' objects follows the setting on an open %s socket",
  async (kind) => {
    vi.spyOn(console, "warn").mockReturnValue(undefined); // the stock client tells refusals there
    const { ada, bob, sessionId } = await lesson();
    const [adas, bobs] = [
      await openBoard(sessionId, ada, "stock"),
      await openBoard(sessionId, bob, kind),
    ];
    const byAda = (x: number): CanvasObject => {
      return { id: "a", kind: "rect", x, metadata: { authorId: ada.userId } };
    };
    const settle = async (mayEdit: boolean) => {
      const patch = { studentsMayEditOthersObjects: mayEdit };
      await ada.convex.mutation(api.sessions.context.update, { sessionId, patch });
    };
    adas.set("a", byAda(1));
    await expect.poll(() => bobs.get("a")).toEqual(byAda(1));
    const answered = (id: string) => {
      bobs.set(id, { id, kind: "rect", metadata: { authorId: ada.userId } }); // a lie
      return expect.poll(() => adas.get(id)).toEqual({ id, kind: "rect", metadata: {} });
    };
    bobs.set("a", byAda(2));
    await answered("first");
    await expect.poll(() => bobs.get("a")).toEqual(byAda(1));
    bobs.delete("a");
    await answered("second");
    await expect.poll(() => bobs.get("a")).toEqual(byAda(1));

    await settle(true);
    await expect
      .poll(() => {
        bobs.set("a", byAda(3));
        return adas.get("a");
      })
      .toEqual(byAda(3));

    await settle(false);
    let x = 4;
    await expect
      .poll(async () => {
        bobs.set("a", byAda(++x));
        await answered(`attempt-${x}`);
        return adas.get("a")?.x === x;
      })
      .toBe(false);
  },
);

it("[RE4] what a companion stores of a board after its session's end comes into the report", async () => {
  const { ada, bob, sessionId } = await lesson();
  await ada.convex.mutation(api.sessions.lifecycle.end, { sessionId });
  const report = async () => await ada.convex.query(api.reports.report.get, { sessionId });
  await expect.poll(report).toMatchObject({ content: { board: { objects: 0 } } });

  const doc = new Y.Doc();
  const metadata = { authorId: bob.userId };
  doc.getMap("objects").set("last", { id: "last", kind: "rect", metadata });
  const updates = [new Uint8Array(Y.encodeStateAsUpdate(doc)).buffer];
  const ring = loadKeyRing({ keys: undefined, dataDir: product.dataDir });
  const { token: auth } = await createTokens(ring, systemClock).issueService();
  const service = new ConvexHttpClient(product.convexUrl, { auth, logger: false });
  await service.mutation(api.whiteboard.snapshots.append, { sessionId, token: null, updates });
  const people = [{ authorId: bob.userId, objects: 1 }];
  await expect.poll(report).toMatchObject({ content: { board: { people } } });
});

it("[V4.1.1] [UP2] what is wrong with a file is told as it is, through to the real store", async () => {
  const { bob, sessionId } = await lesson();
  const upload = async (bytes: Uint8Array<ArrayBuffer>, name: string) => {
    const form = new FormData();
    form.append("files", new Blob([bytes]), name);
    const response = await fetch(`${product.url}/sessions/${sessionId}/documents`, {
      method: "POST",
      headers: { Authorization: `Bearer ${bob.token}` },
      body: form,
    });
    return { status: response.status, body: await response.text() };
  };
  const text = new TextEncoder().encode("A first sentence about rivers.");
  expect(await upload(text, "rivers.txt")).toMatchObject({ status: 202 });
  const huge = await upload(new Uint8Array(MAX_DOCUMENT_BYTES + 1).fill(97), "huge.txt");
  expect([huge.status, huge.body]).toEqual([413, expect.stringContaining("huge.txt")]);
  const listed = await bob.convex.query(api.documents.library.list, { sessionId });
  expect(listed.map(({ name }) => name)).toEqual(["rivers.txt"]);
});
