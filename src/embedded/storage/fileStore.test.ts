import { createHash } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  CLOUD_URL,
  errorOf,
  openTestRuntime,
  temporaryFolder,
  valueOf,
} from "../../../test/support/testRuntime.ts";
import type { TestRuntime } from "../../../test/support/testRuntime.ts";

const HOUR_MS = 3_600_000;

async function* bytesOf(...chunks: string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk));
}

async function upload({ mutation, files }: TestRuntime, text: string, contentType?: string) {
  const url = new URL(valueOf(await mutation("files:uploadUrl")) as string);
  const token = url.searchParams.get("token") ?? "";
  const { storageId } = await files.acceptUpload(token, bytesOf(text), {
    ...(contentType !== undefined && { contentType }),
  });
  return { url, storageId };
}

async function openByUrl({ query, files }: TestRuntime, storageId: string) {
  const url = valueOf(await query("files:url", { id: storageId })) as string | null;
  return url === null ? null : files.open(url.split("/").at(-1) ?? "");
}

it("[ST1] what is uploaded is what is served, with its digest", async () => {
  const runtime = await openTestRuntime();
  const { url, storageId } = await upload(runtime, "hello files", "text/plain");
  expect(url.href).toMatch(`${CLOUD_URL}/api/storage/upload?token=`);
  const sha256 = createHash("sha256").update("hello files").digest("base64");
  expect(valueOf(await runtime.query("files:row", { id: storageId }))).toMatchObject({
    contentType: "text/plain",
    sha256,
    size: 11,
  });
  const blob = await openByUrl(runtime, storageId);
  expect(blob).toMatchObject({ size: 11, contentType: "text/plain", sha256 });
  expect(await new Response(blob?.stream()).text()).toBe("hello files");
});

it("[ST2] any range of a blob can be read", async () => {
  const runtime = await openTestRuntime();
  const text = "0123456789";
  const { storageId } = await upload(runtime, text);
  const blob = await openByUrl(runtime, storageId);
  await fc.assert(
    fc.asyncProperty(fc.nat(text.length), fc.nat(text.length), async (a, b) => {
      const [start, end] = [Math.min(a, b), Math.max(a, b)];
      const part = await new Response(blob?.stream({ start, end })).text();
      expect(part).toBe(text.slice(start, end));
    }),
    { numRuns: 30 },
  );
});

it("[ST3] an upload needs a token of ours that is not older than an hour", async () => {
  let now = 1_700_000_000_000;
  const runtime = await openTestRuntime({ now: () => now });
  const { url } = await upload(runtime, "x");
  const token = url.searchParams.get("token") ?? "";
  const accept = (given: string) => runtime.files.acceptUpload(given, bytesOf("x"), {});
  for (const forged of ["", "a.b.c", token.slice(0, -1), token.replace(/^\d+/, "9999999999999")]) {
    await expect(accept(forged)).rejects.toMatchObject({ code: "InvalidUploadToken" });
  }
  await accept(token);
  now += HOUR_MS;
  await expect(accept(token)).rejects.toMatchObject({ code: "InvalidUploadToken" });
});

it("[ST4] a refused body leaves nothing on the disk", async () => {
  const dataDir = await temporaryFolder();
  const { files } = await openTestRuntime({ dataDir });
  const store = (metadata: object) => files.store("", bytesOf("five", "s"), metadata);
  await expect(store({ sha256: "wrong" })).rejects.toMatchObject({ code: "Sha256Mismatch" });
  await expect(store({ sizeLimitBytes: 4 })).rejects.toMatchObject({ code: "FileTooLarge" });
  expect(await readdir(path.join(dataDir, "storage"))).toEqual([]);
  const sha256 = createHash("sha256").update("fives").digest("hex");
  await store({ sha256, sizeLimitBytes: 5 });
  expect(await readdir(path.join(dataDir, "storage"))).toHaveLength(1);
});

it("[ST5] a blob goes when the deletion is committed, and stays when it is not", async () => {
  const dataDir = await temporaryFolder();
  const runtime = await openTestRuntime({ dataDir });
  const { storageId: id } = await upload(runtime, "x");
  const blobs = () => readdir(path.join(dataDir, "storage"));
  expect(errorOf(await runtime.mutation("files:remove", { id, fail: true }))).toContain("deleting");
  expect(await blobs()).toHaveLength(1);
  expect(await openByUrl(runtime, id)).not.toBeNull();
  valueOf(await runtime.mutation("files:remove", { id }));
  expect(await blobs()).toEqual([]);
  expect(valueOf(await runtime.query("files:url", { id }))).toBeNull();
  expect(errorOf(await runtime.mutation("files:remove", { id }))).toContain("not found");
});

it("[ST6] what a crash left behind is swept when the store opens, and nothing else", async () => {
  const dataDir = await temporaryFolder();
  const before = await openTestRuntime({ dataDir });
  const { storageId } = await upload(before, "kept");
  await before.close();
  const orphan = "00000000-0000-4000-8000-000000000000";
  for (const name of [orphan, `${orphan}.partial`, "notes.txt"]) {
    await writeFile(path.join(dataDir, "storage", name), "left");
  }
  const after = await openTestRuntime({ dataDir });
  const left = await readdir(path.join(dataDir, "storage"));
  expect(left).toHaveLength(2);
  expect(left).toContain("notes.txt");
  const blob = await openByUrl(after, storageId);
  expect(await new Response(blob?.stream()).text()).toBe("kept");
});

it("[ST7] actions and mutations store and read files", async () => {
  const { action, mutation } = await openTestRuntime();
  const id = valueOf(await action("files:storeText", { text: "by an action" }));
  expect(valueOf(await action("files:readText", { id }))).toEqual({
    type: "text/plain",
    text: "by an action",
  });
  expect(valueOf(await mutation("files:storeInMutation", { text: "inside" }))).toMatchObject({
    text: "inside",
  });
});

it("[ST8] only the name of a blob opens one", async () => {
  const { files } = await openTestRuntime();
  for (const name of ["", "..", "../convex.sqlite3", "00000000-0000-4000-8000-000000000000"]) {
    expect(files.open(name)).toBeNull();
  }
});
