import { randomBytes } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { appError } from "../../../convex/contract/errors.ts";
import { connect, rect, startBoards } from "../../../test/support/boardServer.ts";
import { createFakeClock } from "../../../test/support/fakeClock.ts";
import { createMemoryBoardStore } from "../../../test/support/memoryBoardStore.ts";
import { createMemoryVersionStore } from "../../../test/support/memoryVersionStore.ts";
import { silentLogger } from "../../util/logger.ts";
import { BOARD_LIMITS } from "../boardLimits.ts";
import { createBoardRooms, EVICTION_GRACE_MS } from "../boardRooms.ts";

const refused = (code: string) => ({ data: { code } });

/** Ada and Bob on a board with what `ids` name. */
async function startClass(...ids: string[]) {
  const boards = await startBoards();
  const [ada, bob] = [connect(boards.server.url, "ada"), connect(boards.server.url, "bob")];
  await Promise.all([ada.synced(), bob.synced()]);
  for (const id of ids) ada.objects.set(id, rect(id, { metadata: { authorId: "ada" } }));
  await expect.poll(() => bob.objects.size).toBe(ids.length);
  const name = (label: string) => boards.rooms.keepVersion("session", { label, userId: "ada" });
  const restore = (versionId: string) =>
    boards.rooms.restoreVersion("session", { versionId, userId: "ada" });
  const onBoard = () => rooms.view("session").then(({ objects }) => [...objects.keys()].sort());
  const { rooms } = boards;
  return { ...boards, ada, bob, name, restore, onBoard };
}

describe("restoring", () => {
  it("[BH7] is seen by everybody at once, as one update, other root types too, and leaves marks alone", async () => {
    const { ada, bob, name, restore, rooms, versions } = await startClass("a", "b");
    bob.ephemeral.set("tag", { id: "tag", kind: "question_tag" });
    bob.doc.getText("notes").insert(0, "kept");
    await expect.poll(() => ada.doc.getText("notes").toJSON()).toBe("kept");
    const versionId = await name("Two");
    bob.doc.getText("notes").delete(0, 2);
    bob.objects.set("c", rect("c"));
    bob.objects.set("b", rect("b", { x: 500, metadata: { authorId: "ada" } }));
    bob.objects.delete("a");
    await rooms.draw("session", () => [{ type: "add", object: rect("tutors") }]);
    await expect.poll(() => [...ada.objects.keys()].sort()).toEqual(["b", "c", "tutors"]);
    let updates = 0;
    ada.doc.on("update", () => updates++);

    expect(await restore(versionId)).toMatchObject({ changed: 5 });
    for (const { objects, ephemeral, doc } of [ada, bob]) {
      await expect.poll(() => Object.keys(objects.toJSON()).sort()).toEqual(["a", "b"]);
      expect(objects.get("b")).toMatchObject({ x: 10 });
      expect([...ephemeral.keys()]).toEqual(["tag"]);
      await expect.poll(() => doc.getText("notes").toJSON()).toBe("kept");
    }
    expect(updates).toBe(1);
    expect(versions.whole().map(({ about }) => about.cause.kind)).toEqual(["named", "restore"]);
    bob.objects.set("d", rect("d")); // and the class goes on
    await expect.poll(() => ada.objects.has("d")).toBe(true);
  });

  it("[BH7] is undone by restoring the version from before; unchanged, that is one there is already", async () => {
    const { ada, name, restore, onBoard } = await startClass("a");
    const one = await name("One");
    ada.objects.set("b", rect("b"));
    await expect.poll(onBoard).toEqual(["a", "b"]);
    const { beforeId } = await restore(one);
    expect(await onBoard()).toEqual(["a"]);
    const undone = await restore(beforeId);
    expect(await onBoard()).toEqual(["a", "b"]);
    const again = await restore(undone.beforeId);
    expect(await onBoard()).toEqual(["a"]);
    expect(again.beforeId).not.toBe(beforeId);
    const two = await name("Two");
    expect(await restore(two)).toEqual({ beforeId: two, changed: 0 });
  });

  it("[BH7] two at once are done one after the other", async () => {
    const { ada, name, restore, onBoard, versions } = await startClass("a");
    const one = await name("One");
    ada.objects.delete("a");
    ada.objects.set("b", rect("b"));
    await expect.poll(onBoard).toEqual(["b"]);
    const two = await name("Two");
    ada.objects.set("c", rect("c"));
    await expect.poll(onBoard).toEqual(["b", "c"]);
    const [first, second] = await Promise.all([restore(one), restore(two)]);
    expect(await onBoard()).toEqual(["b"]);
    const boardOf = (versionId: string) => {
      const version = versions.whole().find((stored) => stored.versionId === versionId);
      return version && [...versions.objectsOf(version).keys()].sort();
    };
    expect(boardOf(first.beforeId)).toEqual(["b", "c"]);
    expect(boardOf(second.beforeId)).toEqual(["a"]);
  });

  it("[BH7] while others draw: what they draw stays, and what goes is in the version from before", async () => {
    const { bob, ada, name, restore, versions } = await startClass("a");
    const versionId = await name("Before");
    for (let i = 0; i < 20; i++) bob.objects.set(`early-${i}`, rect(`early-${i}`));
    await expect.poll(() => ada.objects.size).toBe(21);
    let drawn = 0;
    versions.delay = async () => {
      const id = `late-${drawn++}`;
      bob.objects.set(id, rect(id));
      await expect.poll(() => ada.objects.has(id)).toBe(true);
    };
    const { beforeId } = await restore(versionId);
    versions.delay = () => Promise.resolve();
    expect(drawn).toBeGreaterThan(1);
    await expect.poll(() => ada.objects.toJSON()).toEqual(bob.objects.toJSON());
    const before = versions.whole().find((version) => version.versionId === beforeId)!;
    const kept = new Set(versions.objectsOf(before).keys());
    for (let i = 0; i < 20; i++) expect(kept.has(`early-${i}`)).toBe(true);
    for (let i = 0; i < drawn; i++) {
      expect(kept.has(`late-${i}`) || bob.objects.has(`late-${i}`)).toBe(true);
    }
    expect(bob.objects.has(`late-${drawn - 1}`)).toBe(true);
    await expect.poll(() => bob.objects.has("early-0")).toBe(false);
  });

  it("[BH7] replaces nothing while the version from before cannot be kept", async () => {
    const { ada, name, restore, onBoard, versions } = await startClass("a");
    const one = await name("One");
    ada.objects.set("b", rect("b"));
    await expect.poll(onBoard).toEqual(["a", "b"]);
    versions.failure = appError("LIMIT_EXCEEDED");
    await expect(restore(one)).rejects.toMatchObject(refused("LIMIT_EXCEEDED"));
    expect(await onBoard()).toEqual(["a", "b"]);
    versions.failure = undefined;
    await expect(restore("no such version")).rejects.toMatchObject(refused("NOT_FOUND"));
    await restore(one);
    expect(await onBoard()).toEqual(["a"]);
  });

  it("[BH7] refuses what would make the board too large", async () => {
    const limits = { ...BOARD_LIMITS, maxBoardBytes: 30_000 };
    const { rooms, server } = await startBoards(createMemoryBoardStore(), { limits });
    const ada = connect(server.url);
    await ada.synced();
    ada.objects.set("a", rect("a", { kind: "text", text: "x".repeat(18_000) }));
    await expect.poll(() => rooms.view("session").then(({ objects }) => objects.size)).toBe(1);
    const versionId = await rooms.keepVersion("session", { label: "Large", userId: "ada" });
    ada.objects.delete("a");
    await expect.poll(() => rooms.view("session").then(({ objects }) => objects.size)).toBe(0);
    const restoring = rooms.restoreVersion("session", { versionId, userId: "ada" });
    await expect(restoring).rejects.toMatchObject(refused("LIMIT_EXCEEDED"));
  });
});

describe("versions of a room", () => {
  it("[BH1] a board of several megabytes is kept in chunks and comes back whole", async () => {
    const { ada, rooms, name, restore, versions, onBoard } = await startClass();
    const noise = () => randomBytes(15_000).toString("base64"); // does not get smaller
    ada.doc.transact(() => {
      for (let i = 0; i < 100; i++) {
        ada.objects.set(`t${i}`, rect(`t${i}`, { kind: "text", text: noise() }));
      }
    });
    await expect.poll(async () => (await onBoard()).length).toBe(100);
    const before = new Map((await rooms.view("session")).objects);
    const versionId = await name("Large");
    expect(versions.whole()[0]?.total).toBeGreaterThan(1);
    ada.objects.clear();
    await expect.poll(onBoard).toEqual([]);
    await restore(versionId);
    expect(new Map((await rooms.view("session")).objects)).toEqual(before);
  });

  it("[BH9] credits each object to who changed it, the tutor included, and nobody for what was refused", async () => {
    vi.spyOn(console, "warn").mockReturnValue(undefined); // the stock client tells refusals there
    const { ada, bob, rooms, name, versions, people, onBoard } = await startClass("a");
    people.get("bob")!.set({ userId: "bob" });
    bob.objects.set("b", rect("b", { metadata: { authorId: "ada" } })); // a lie
    bob.objects.set("a", rect("a", { x: 99, metadata: { authorId: "ada" } }));
    ada.objects.set("forged", rect("forged", { metadata: { source: "assistant" } })); // refused
    await rooms.draw("session", () => [{ type: "add", object: rect("t") }]);
    await expect.poll(onBoard).toEqual(["a", "b", "t"]);
    await expect.poll(() => ada.objects.has("forged")).toBe(false);
    await name("N");
    const credits = versions.whole()[0]!.about.contributions;
    expect(new Map(credits.map(({ userId, ...counts }) => [userId, counts]))).toEqual(
      new Map([
        ["ada", { objects: 1, changed: 1 }],
        ["bob", { objects: 0, changed: 2 }],
        [null, { objects: 1, changed: 1 }],
      ]),
    );
  });

  it("[BH6] an empty room leaves its last state as a version; the next life of the board adds none", async () => {
    const clock = createFakeClock();
    const store = createMemoryBoardStore();
    const versions = createMemoryVersionStore();
    const soon = (task: () => void) => void clock.after(0, task);
    const deps = {
      store,
      versionStore: versions,
      sealKey: new Uint8Array(32),
      clock,
      logger: silentLogger,
      random: () => 0.5,
      soon,
    };
    const rooms = createBoardRooms(deps);
    await rooms.draw("session", () => [{ type: "add", object: rect("a") }]);
    rooms.turnEnded("unopened", "t");
    await clock.advance(EVICTION_GRACE_MS + 1_000);
    await expect
      .poll(() => versions.whole().map(({ about }) => about.cause.kind))
      .toEqual(["left"]);
    await rooms.view("session");
    await clock.advance(EVICTION_GRACE_MS + 1_000);
    expect(rooms.stats().rooms).toBe(0);
    expect(versions.writes).toBe(1);
    await rooms.draw("session", () => [{ type: "add", object: rect("b") }]);
    rooms.turnEnded("session", "turn-1");
    await expect
      .poll(() => versions.whole().at(-1)?.about.cause)
      .toEqual({ kind: "turn", turnId: "turn-1" });
    await rooms.drain();
    expect(versions.whole()).toHaveLength(2);
    expect(clock.pending()).toBe(0);
  });
});
