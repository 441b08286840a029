import { expect, it, vi } from "vitest";
import { api, internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import { MAX_IMAGES_PER_BOARD } from "../contract/limits.ts";
import { asService, refused, setupTest, startSession, type Deployment } from "../test.setup.ts";

/** What a registered picture is to Convex; that it is one is the companion's to know. */

const images = api.whiteboard.images;

async function store(t: Deployment, sha256 = "a", mediaType = "image/png") {
  const storageId = await t.run((ctx) => ctx.storage.store(new Blob([sha256])));
  return { storageId, mediaType, sizeBytes: sha256.length, sha256 };
}
const files = (t: Deployment) =>
  t.run(async (ctx) => (await ctx.db.system.query("_storage").collect()).map(({ _id }) => _id));

it("[BO12] the same picture is kept once on a board, and again on another one", async () => {
  const t = setupTest();
  const service = asService(t);
  const ids: Id<"boardImages">[] = [];
  const first = await startSession(t);
  const other = await startSession(t);
  for (const { sessionId, owner } of [first, first, other]) {
    const at = { sessionId, userId: owner.userId };
    ids.push(await service.mutation(images.register, { ...at, image: await store(t) }));
  }
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
  expect(await files(t)).toHaveLength(2);
});

it("[BO12] registering once more after an answer that was lost changes nothing", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  const args = { sessionId, userId: owner.userId, image: await store(t) };
  const imageId = await asService(t).mutation(images.register, args);
  expect(await asService(t).mutation(images.register, args)).toBe(imageId);
  expect(await files(t)).toEqual([args.image.storageId]);
});

it("[BO12] what is no picture, and one more than a board keeps, is refused", async () => {
  const t = setupTest();
  const service = asService(t);
  const { sessionId, owner } = await startSession(t);
  const at = { sessionId, userId: owner.userId };
  const svg = await store(t, "svg", "image/svg+xml");
  await expect(service.mutation(images.register, { ...at, image: svg })).rejects.toMatchObject(
    refused("INVALID_INPUT"),
  );
  const full = await store(t);
  await t.run(async (ctx) => {
    for (let i = 0; i < MAX_IMAGES_PER_BOARD; i++) {
      const row = { ...full, sha256: `${i}`, sessionId, addedBy: owner.userId };
      await ctx.db.insert("boardImages", row);
    }
  });
  const more = await store(t, "one more");
  await expect(service.mutation(images.register, { ...at, image: more })).rejects.toMatchObject(
    refused("LIMIT_EXCEEDED"),
  );
  const known = await store(t, "7");
  expect(await service.mutation(images.register, { ...at, image: known })).toBeTruthy();
});

it("[BO11] a picture is found by members of its session, and by no other id", async () => {
  const t = setupTest();
  const service = asService(t);
  const { sessionId, owner, observer } = await startSession(t, "observer");
  const other = await startSession(t);
  const register = { sessionId, userId: owner.userId, image: await store(t) };
  const imageId = await service.mutation(images.register, register);
  const find = (at: { sessionId: string; userId: string; imageId: string }) =>
    service.query(images.find, at);
  const seen = await find({ sessionId, userId: observer.userId, imageId });
  expect(seen).toMatchObject({ mediaType: "image/png", sizeBytes: 1 });
  const elsewhere = { sessionId: other.sessionId, userId: other.owner.userId };
  expect(await find({ ...elsewhere, imageId })).toBeNull();
  expect(await find({ sessionId, userId: owner.userId, imageId: "no id" })).toBeNull();
  const stranger = { sessionId, userId: other.owner.userId, imageId };
  await expect(find(stranger)).rejects.toMatchObject(refused("NOT_FOUND"));
});

it("[BO12] a picture outlives the sweep of files that nothing refers to", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  const image = await store(t);
  await asService(t).mutation(images.register, { sessionId, userId: owner.userId, image });
  await store(t, "never registered");
  const aDay = 25 * 60 * 60_000;
  await t.mutation(internal.jobs.sweepFiles.run, { from: 0 }); // they are young
  expect(await files(t)).toHaveLength(2);
  vi.setSystemTime(Date.now() + aDay);
  await t.mutation(internal.jobs.sweepFiles.run, { from: 0 });
  expect(await files(t)).toEqual([image.storageId]);
});
