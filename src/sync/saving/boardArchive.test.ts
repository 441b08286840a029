import { expect, it } from "vitest";
import { createMemoryBoardStore } from "../../../test/support/memoryBoardStore.ts";
import { appError } from "../../../convex/contract/errors.ts";
import { MAX_BOARD_UPDATE_BYTES } from "../../../convex/contract/limits.ts";
import { BoardArchive } from "./boardArchive.ts";

const bytes = (n: number) => Uint8Array.of(n % 256, n >> 8);

it("[WB13] reads a board of many pages, whole and in order", async () => {
  const store = createMemoryBoardStore();
  const archive = new BoardArchive(store, "s");
  for (let i = 0; i < 170; i++) await archive.append(bytes(i));
  const { updates, rows } = await new BoardArchive(store, "s").load();
  expect(rows).toBe(170);
  expect(updates).toEqual(Array.from({ length: 170 }, (_, i) => bytes(i)));
});

it("[SV4] writes a snapshot in chunks that fit, and reads it back before what came after", async () => {
  const store = createMemoryBoardStore();
  const archive = new BoardArchive(store, "s");
  await archive.append(bytes(1));
  const snapshot = new Uint8Array(2.5 * MAX_BOARD_UPDATE_BYTES).map((_, i) => i % 253);
  await archive.compact(snapshot);
  await archive.append(bytes(2));
  const sizes = [...store.boards.get("s")!.chunks.values()].flat().map((chunk) => chunk.byteLength);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_BOARD_UPDATE_BYTES);
  const { updates } = await new BoardArchive(store, "s").load();
  expect(updates).toHaveLength(2);
  expect(Buffer.compare(updates[0]!, Buffer.from(snapshot))).toBe(0);
  expect(updates[1]).toEqual(bytes(2));
});

it("[SV4] a snapshot that failed halfway changes nothing and can be written again", async () => {
  const store = createMemoryBoardStore();
  const archive = new BoardArchive(store, "s");
  await archive.append(bytes(1));
  const compact = store.compact.bind(store);
  store.compact = (sessionId, token, chunk) =>
    chunk.index === 1 ? Promise.reject(new Error("cut")) : compact(sessionId, token, chunk);
  const snapshot = new Uint8Array(2 * MAX_BOARD_UPDATE_BYTES);
  await expect(archive.compact(snapshot)).rejects.toThrow("cut");
  expect((await new BoardArchive(store, "s").load()).updates).toEqual([bytes(1)]);
  store.compact = compact;
  await archive.compact(snapshot);
  expect((await new BoardArchive(store, "s").load()).rows).toBe(0);
});

it("[WB13] starts again when the snapshot is replaced while it is read", async () => {
  const store = createMemoryBoardStore();
  const archive = new BoardArchive(store, "s");
  for (let i = 0; i < 60; i++) await archive.append(bytes(i));
  const load = store.load.bind(store);
  let reads = 0;
  store.load = async (sessionId, cursor) => {
    if (cursor === null || ++reads > 1) return await load(sessionId, cursor);
    await archive.compact(bytes(99));
    throw appError("CONFLICT");
  };
  expect((await new BoardArchive(store, "s").load()).updates).toEqual([Buffer.from(bytes(99))]);
});

it("[BS5] [RD4] a former saver is refused, and takes over again only after reading what it missed", async () => {
  const store = createMemoryBoardStore();
  const [paused, successor] = [new BoardArchive(store, "s"), new BoardArchive(store, "s")];
  await paused.append(bytes(1));
  await successor.load();
  await successor.append(bytes(2));
  await expect(paused.append(bytes(3))).rejects.toMatchObject({ data: { code: "CONFLICT" } });
  await paused.append(bytes(3));
  expect(paused.hasMissed).toBe(true);
  await expect(paused.compact(bytes(9))).rejects.toThrow("lack rows");
  expect((await paused.load()).updates).toEqual([bytes(1), bytes(2), bytes(3)]);
  await paused.compact(bytes(9));
  await expect(successor.compact(bytes(8))).rejects.toMatchObject({ data: { code: "CONFLICT" } });
});

it("[RD4] a row that was told of need not be read again", async () => {
  const store = createMemoryBoardStore();
  const [first, second] = [new BoardArchive(store, "s"), new BoardArchive(store, "s")];
  const through = await first.append(bytes(1));
  second.noteRow({ after: through - 1, through });
  await second.append(bytes(2));
  expect(second.hasMissed).toBe(false);
});
