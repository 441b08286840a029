import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { editOf } from "../../../test/support/editOf.ts";
import type { Principal } from "../../protocol/principal.ts";
import { rect } from "../../../test/support/boardServer.ts";
import { createFakeClock } from "../../../test/support/fakeClock.ts";
import { createMemoryBoardStore } from "../../../test/support/memoryBoardStore.ts";
import { createMemorySocket, createPrincipal } from "../../../test/support/memorySocket.ts";
import { createMemoryVersionStore } from "../../../test/support/memoryVersionStore.ts";
import { encodeSyncReply, encodeUpdateMessage, updateOf } from "../../protocol/boardMessages.ts";
import { silentLogger } from "../../util/logger.ts";
import { createBoardRooms } from "../boardRooms.ts";

/** Somebody whose document follows what their socket gets. */
class Person {
  readonly doc = new Y.Doc();
  readonly socket = createMemorySocket();
  readonly #seen = new Set<string | Uint8Array>();

  get objects(): Y.Map<unknown> {
    return this.doc.getMap("objects");
  }

  /** What the change looks like on the wire. */
  edit(change: () => void): Uint8Array {
    return editOf(this.doc, change);
  }

  /** The updates that came since this was asked last, which are applied. */
  takeUpdates(): Uint8Array[] {
    const frames = this.socket.sent.filter((frame) => !this.#seen.has(frame));
    for (const frame of frames) this.#seen.add(frame);
    const updates = frames
      .filter((frame) => typeof frame !== "string")
      .map(updateOf)
      .filter((update) => update !== undefined);
    for (const update of updates) Y.applyUpdate(this.doc, update);
    return updates;
  }
}

/** A room in which Ada and Bob are; flushes happen when `flush` is called. */
async function openBoard(ada: Partial<Principal> = {}) {
  const clock = createFakeClock();
  const flushes: (() => void)[] = [];
  const rooms = createBoardRooms({
    store: createMemoryBoardStore(),
    versionStore: createMemoryVersionStore(),
    sealKey: new Uint8Array(32),
    clock,
    logger: silentLogger,
    soon: (task) => flushes.push(task),
  });
  const people = [new Person(), new Person()] as const;
  rooms.openBoardSocket(people[0].socket, createPrincipal(ada));
  rooms.openBoardSocket(people[1].socket, createPrincipal({ userId: "bob" }));
  await expect.poll(() => people.map(({ socket }) => socket.sent.length)).toEqual([1, 1]);
  const flush = async () => {
    for (const task of flushes.splice(0)) task();
    await clock.advance(1_000);
  };
  return { ada: people[0], bob: people[1], flush };
}

describe("what one person has sent", () => {
  it("[BW8] reaches the others byte for byte, and does not come back", async () => {
    const { ada, bob, flush } = await openBoard();
    for (const x of [1, 2, 3]) {
      const update = ada.edit(() => ada.objects.set("a", rect("a", { x })));
      ada.socket.receive(encodeUpdateMessage(update));
      await flush();
      expect(bob.takeUpdates()).toEqual([update]);
      expect(ada.takeUpdates()).toEqual([]);
    }
    expect(bob.objects.toJSON()).toEqual(ada.objects.toJSON());
  });

  it("[BW8] is merged when it was much, and does not come back either", async () => {
    const { ada, bob, flush } = await openBoard();
    for (const x of [1, 2, 3]) {
      const update = ada.edit(() => ada.objects.set("a", rect("a", { x })));
      ada.socket.receive(encodeUpdateMessage(update));
    }
    await flush();
    expect(bob.takeUpdates()).toHaveLength(1);
    expect(bob.objects.toJSON()).toEqual(ada.objects.toJSON());
    expect(ada.takeUpdates()).toEqual([]);
  });

  it("[BW8] comes to everybody when others' work is in it", async () => {
    const { ada, bob, flush } = await openBoard();
    for (const person of [ada, bob]) {
      const id = `of-${person.doc.clientID}`;
      const update = person.edit(() => person.objects.set(id, rect(id)));
      person.socket.receive(encodeUpdateMessage(update));
    }
    await flush();
    for (const person of [ada, bob]) {
      expect(person.takeUpdates()).toHaveLength(1);
      expect(person.objects.size).toBe(2);
    }
  });

  it("[BW8] comes to everybody, put right, when something in it was not allowed", async () => {
    const { ada, bob, flush } = await openBoard();
    const mallorys = rect("a", { metadata: { authorId: "bob" } });
    const update = ada.edit(() => ada.objects.set("a", mallorys));
    ada.socket.receive(encodeUpdateMessage(update));
    await flush();
    for (const person of [ada, bob]) {
      expect(person.takeUpdates()).toHaveLength(1);
      expect(person.objects.get("a")).toEqual(rect("a", { metadata: {} }));
    }
  });

  it("[BW8] is told without what is known: a whole document sent again, long lists of deletions", async () => {
    const { ada, bob, flush } = await openBoard();
    const drawn = ada.edit(() => {
      for (let i = 0; i < 1_000; i++) ada.objects.set(`${i}`, rect(`${i}`));
    });
    const taken = ada.edit(() => {
      for (let i = 0; i < 1_000; i += 2) ada.objects.delete(`${i}`);
    });
    for (const update of [drawn, taken]) ada.socket.receive(encodeUpdateMessage(update));
    await flush();
    bob.takeUpdates();
    for (const encode of [encodeUpdateMessage, encodeSyncReply]) {
      ada.edit(() => ada.objects.set("new", rect("new")));
      ada.socket.receive(encode(Y.encodeStateAsUpdate(ada.doc)));
      await flush();
      const [told, ...more] = bob.takeUpdates();
      expect(told?.byteLength).toBeLessThan(200);
      expect(more).toEqual([]);
    }
    const returned = new Y.Doc(); // a page that comes back: another author, who names all deletions
    Y.applyUpdate(returned, Y.encodeStateAsUpdate(ada.doc));
    const before = Y.encodeStateVector(returned);
    returned.getMap("objects").set("later", rect("later"));
    ada.socket.receive(encodeSyncReply(Y.encodeStateAsUpdate(returned, before)));
    await flush();
    expect(bob.takeUpdates()[0]?.byteLength).toBeLessThan(200);
    expect(bob.objects.toJSON()).toEqual(returned.getMap("objects").toJSON());
  });
});
