import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { api, internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import { asService, settle, setupTest, startSession, type Deployment } from "../test.setup.ts";

const HOUR_MS = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A session whose board has these pictures, by name. */
async function startBoard(t: Deployment, ...names: string[]) {
  const { sessionId, owner } = await startSession(t);
  const add = async (sha256: string) => {
    const storageId = await t.run((ctx) => ctx.storage.store(new Blob([sha256])));
    const image = { storageId, mediaType: "image/png", sizeBytes: sha256.length, sha256 };
    const at = { sessionId, userId: owner.userId };
    return await asService(t).mutation(api.whiteboard.images.register, { ...at, image });
  };
  const ids: Id<"boardImages">[] = [];
  for (const name of names) ids.push(await add(name));
  return { sessionId, owner, add, ids };
}

let keys = 0;

/** A version that shows these; undefined = nobody says which. */
async function keep(
  t: Deployment,
  sessionId: Id<"sessions">,
  imageIds: string[] | undefined,
  boardSeq = 0,
) {
  return await asService(t).mutation(api.whiteboard.versionStore.write, {
    sessionId,
    versionKey: `key-${String((keys += 1))}`,
    cause: { kind: "restore" },
    boardSeq,
    objectCount: 1,
    contributions: [],
    ...(imageIds && { imageIds }),
    ...{ index: 0, total: 1, bytes: new ArrayBuffer(1) },
  });
}

/** The job's next time, some hours later. */
async function collect(t: Deployment, afterHours = 0) {
  vi.setSystemTime(Date.now() + afterHours * HOUR_MS);
  await t.mutation(internal.whiteboard.collectImages.run, { after: null });
  await settle(t);
}

const kept = (t: Deployment) =>
  t.run(async (ctx) => {
    const images = await ctx.db.query("boardImages").collect();
    const files = await ctx.db.system.query("_storage").collect();
    expect(new Set(images.map(({ storageId }) => storageId))).toEqual(
      new Set(files.map(({ _id }) => _id)),
    );
    return images.map(({ sha256 }) => sha256).sort();
  });

it("[BS6] what no version shows goes with its file after a day, on every board; what one shows stays", async () => {
  const t = setupTest();
  const one = await startBoard(t, "a", "b");
  const two = await startBoard(t, "c", "d");
  await keep(t, one.sessionId, [one.ids[0]!, two.ids[1]!, "forged"]);
  await keep(t, two.sessionId, [two.ids[0]!]);
  await keep(t, two.sessionId, []);
  await collect(t);
  await collect(t, 23);
  expect(await kept(t)).toEqual(["a", "b", "c", "d"]);
  await collect(t, 2);
  expect(await kept(t)).toEqual(["a", "c"]);
});

it("[BS6] an undo within the day finds it, and so does whoever adds it again", async () => {
  const t = setupTest();
  const { sessionId, ids, add } = await startBoard(t, "a", "b", "c");
  const [a, b] = ids as [Id<"boardImages">, Id<"boardImages">];
  await keep(t, sessionId, []);
  await collect(t);
  await keep(t, sessionId, [a]);
  expect(await add("b")).toBe(b);
  await collect(t, 25);
  expect(await kept(t)).toEqual(["a", "b"]);
  await collect(t, 25);
  expect(await kept(t)).toEqual(["a"]);
});

it("[BS6] nothing goes while the newest version lacks something, or does not say what it shows", async () => {
  const t = setupTest();
  const { sessionId, owner, add } = await startBoard(t, "a");
  const updates = [new ArrayBuffer(1)];
  await asService(t).mutation(api.whiteboard.snapshots.append, { sessionId, token: null, updates });
  await collect(t); // there is no version at all
  await keep(t, sessionId, [], 0);
  await collect(t, 25);
  await collect(t, 25);
  expect(await kept(t)).toEqual(["a"]);
  const cause = { kind: "named" as const, label: "N", userId: owner.userId };
  const named = await keep(t, sessionId, undefined, 1);
  await t.run((ctx) => ctx.db.patch("boardVersions", named!, { cause }));
  vi.setSystemTime(Date.now() + 1);
  await add("later");
  await keep(t, sessionId, [], 1);
  await collect(t);
  await collect(t, 25);
  expect(await kept(t)).toEqual(["a"]);
  await owner.client.mutation(api.whiteboard.versions.remove, { versionId: named! });
  await settle(t);
  await collect(t, 1);
  await collect(t, 25);
  expect(await kept(t)).toEqual([]);
});
