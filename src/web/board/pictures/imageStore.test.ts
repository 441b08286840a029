import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { imageIdsOf } from "../../../../convex/contract/board/pictureIds.ts";
import { imageHref } from "./boardImages.ts";
import { createImageStore } from "./imageStore.ts";

const blob = new Blob(["picture"]);
const released: string[] = [];

beforeEach(() => {
  let made = 0;
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => `blob:${++made}`);
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((href) => void released.push(href));
});
afterEach(() => {
  vi.restoreAllMocks();
  released.length = 0;
});

/** Answers in turn: an error, nothing, or the picture. */
function storeOf(...answers: ("fails" | "gone" | "here")[]) {
  const asked: string[] = [];
  const waits: number[] = [];
  const store = createImageStore({
    fetchImage(imageId) {
      asked.push(imageId);
      const answer = answers.shift() ?? "here";
      if (answer === "fails") return Promise.reject(new TypeError("network"));
      return Promise.resolve(answer === "gone" ? null : blob);
    },
    wait: (ms) => Promise.resolve(void waits.push(ms)),
  });
  return { store, asked, waits };
}

it("[BO13] a picture is fetched once, when it is first shown, and tells when it has come", async () => {
  const { store, asked } = storeOf();
  const before = store.pictures();
  const told = vi.fn();
  store.subscribe(told);
  expect([before.addressOf("a"), before.addressOf("a")]).toEqual([undefined, undefined]);
  await vi.waitFor(() => expect(told).toHaveBeenCalledOnce());
  expect(store.pictures()).not.toBe(before);
  expect(store.pictures().addressOf("a")).toBe("blob:1");
  expect(await store.pictures().read("a")).toBe(blob);
  expect(asked).toEqual(["a"]);
});

it("[BO13] while the network is away it is tried again, at growing intervals", async () => {
  const { store, asked, waits } = storeOf("fails", "fails", "here");
  store.pictures().addressOf("a");
  await vi.waitFor(() => expect(store.pictures().addressOf("a")).toBe("blob:1"));
  expect(asked).toHaveLength(3);
  expect(waits[1]).toBeGreaterThan(waits[0] ?? Infinity);
});

it("[BO13] a picture that is gone is not asked for again", async () => {
  const { store, asked } = storeOf("gone");
  store.pictures().addressOf("a");
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  await Promise.resolve();
  expect(store.pictures().addressOf("a")).toBeUndefined();
  expect(asked).toHaveLength(1);
});

it("[BO13] what this page brought itself is not fetched", () => {
  const { store, asked } = storeOf();
  store.keep("mine", blob);
  expect(store.pictures().addressOf("mine")).toBe("blob:1");
  expect(asked).toEqual([]);
});

it("[BO13] closing gives everything back, and opening again begins anew", async () => {
  const { store, asked } = storeOf();
  store.keep("a", blob);
  store.close();
  expect(released).toEqual(["blob:1"]);
  expect(store.pictures().addressOf("a")).toBeUndefined();
  expect(asked).toEqual([]);
  store.open();
  store.pictures().addressOf("a");
  await vi.waitFor(() => expect(store.pictures().addressOf("a")).toBe("blob:2"));
});

it("[BO13] a file asks for pictures that were never shown, and does without those that do not come", async () => {
  const { store } = storeOf("here", "fails");
  expect(await store.pictures().read("a")).toBe(blob);
  expect(await store.pictures().read("b")).toBeUndefined();
});

it("[BO13] only the board's own pictures have an address, and every one of them is known", () => {
  const pictures = { addressOf: (imageId: string) => `blob:${imageId}` };
  expect(imageHref("file:a1", pictures)).toBe("blob:a1");
  for (const src of ["https://evil.example/x.png", "//evil.example", "javascript:1", "file:../a"]) {
    expect(imageHref(src, pictures)).toBeUndefined();
  }
  const image = (id: string, src: string) => ({ id, kind: "image" as const, src });
  const objects = [image("1", "file:a"), image("2", "/b.png"), image("3", "file:a")];
  const group = { id: "g", kind: "group" as const, objects: [image("4", "file:c")] };
  expect(imageIdsOf([...objects, group])).toEqual(["a", "c"]);
});
