import { beforeEach, describe, expect, it } from "vitest";

import { startHttpEdge, type HttpEdge } from "../../../test/support/httpEdge.ts";
import { readStoredFile } from "../storage/storedFiles.ts";

describe("files by HTTP", () => {
  let edge: HttpEdge;

  beforeEach(async () => {
    edge = await startHttpEdge();
  });

  async function upload(body: string, headers: Record<string, string> = {}) {
    const response = await fetch(edge.files.uploadUrl(""), { method: "POST", body, headers });
    const answer = (await response.json()) as { storageId?: string; code?: string };
    return { status: response.status, ...answer };
  }

  async function uploadedUrl(body: string): Promise<string> {
    const { storageId } = await upload(body, { "content-type": "text/x-test" });
    const tx = edge.database.begin("query");
    const file = readStoredFile(tx, storageId!);
    tx.close();
    return edge.files.url(file!.uuid);
  }

  it("an uploaded body comes back with its type, size and digest", async () => {
    const response = await fetch(await uploadedUrl("hello"));
    expect(await response.text()).toBe("hello");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/x-test",
      "content-length": "5",
      digest: "sha-256=LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
      "cache-control": "private, max-age=2592000",
      "accept-ranges": "bytes",
    });
  });

  it("an empty body is a file too", async () => {
    expect(await (await fetch(await uploadedUrl(""))).text()).toBe("");
  });

  it.each([
    ["bytes=1-3", 206, "ell", "bytes 1-3/5"],
    ["bytes=3-", 206, "lo", "bytes 3-4/5"],
    ["bytes=-2", 206, "lo", "bytes 3-4/5"],
    ["bytes=0-99", 206, "hello", "bytes 0-4/5"],
    ["bytes=5-", 416, "", "bytes */5"],
    ["bytes=3-1", 416, "", "bytes */5"],
    ["bytes=-0", 416, "", "bytes */5"],
    ["bytes=0-1,3-4", 416, "", "bytes */5"],
    ["lines=1-2", 200, "hello", null],
  ])("Range: %s answers %i", async (range, status, body, contentRange) => {
    const response = await fetch(await uploadedUrl("hello"), { headers: { range } });
    expect([response.status, await response.text(), response.headers.get("content-range")]).toEqual(
      [status, body, contentRange],
    );
  });

  it("a body whose digest differs, and a token that was not given, are refused", async () => {
    const sha256 = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
    expect(await upload("hello", { digest: `sha-256=${sha256}` })).toMatchObject({ status: 200 });
    expect(await upload("hallo", { digest: `sha-256=${sha256}` })).toMatchObject({
      ...{ status: 400, code: "Sha256Mismatch" },
    });
    expect(await upload("hello", { digest: "md5=x" })).toMatchObject({ status: 400 });
    expect(await upload("hello", { "content-type": "nonsense" })).toMatchObject({
      ...{ status: 400, code: "BadHeader" },
    });
    const forged = await fetch(`${edge.url}/api/storage/upload?token=x`, { method: "POST" });
    expect(forged.status).toBe(401);
  });

  it("an address that names no file is not found", async () => {
    const statusOf = async (name: string) =>
      (await fetch(`${edge.url}/api/storage/${name}`)).status;
    expect(await statusOf(crypto.randomUUID())).toBe(404);
    expect(await statusOf("x")).toBe(400);
    expect(await statusOf("..%2F..%2Fetc%2Fpasswd")).toBe(400);
  });
});
