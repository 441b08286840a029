import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { MAX_DOCUMENT_BYTES } from "../../convex/contract/limits.ts";
import { connectRaw } from "../support/rawConnection.ts";
import { MEMBER, startTestGateway } from "../support/testGateway.ts";
import type { TestGateway } from "../support/testGateway.ts";

const fixture = (name: string) => readFileSync(join("test/fixtures/documents", name));

async function member() {
  const gateway = await startTestGateway();
  const { token, userId } = await gateway.guest();
  gateway.allow("s1", userId, MEMBER);
  return { gateway, token, userId };
}

async function upload(
  { url }: TestGateway,
  token: string,
  files: { name: string; bytes: Uint8Array<ArrayBuffer>; field?: string }[],
) {
  const form = new FormData();
  for (const { name, bytes, field } of files)
    form.append(field ?? "files", new Blob([bytes]), name);
  const response = await fetch(`${url}/sessions/s1/documents`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
    body: form,
  });
  const body = (await response.json()) as {
    documentIds?: string[];
    error?: { code: string; message: string };
  };
  return { status: response.status, headers: response.headers, ...body };
}

const text = (length: number) => new Uint8Array(Buffer.alloc(length, "a"));

it("[V4.1.1] [UP1] several files stream in, each with its type, size and hash", async () => {
  const { gateway, token, userId } = await member();
  const pdf = new Uint8Array(fixture("introduction-to-r.pdf"));
  const md = new Uint8Array(fixture("semantic-versioning.md"));
  const { status, documentIds } = await upload(gateway, token, [
    { name: "R.pdf", bytes: pdf },
    { name: "semver.md", bytes: md },
  ]);
  expect([status, documentIds]).toEqual([202, ["document0", "document1"]]);
  expect(gateway.registered).toEqual([{ sessionId: "s1", userId, names: ["R.pdf", "semver.md"] }]);
  expect([...gateway.stored.values()]).toEqual([
    {
      mediaType: "application/pdf",
      sizeBytes: pdf.length,
      sha256: createHash("sha256").update(pdf).digest("hex"),
    },
    {
      mediaType: "text/markdown",
      sizeBytes: md.length,
      sha256: createHash("sha256").update(md).digest("hex"),
    },
  ]);
});

it("[UP2] a file of exactly the limit passes, one byte more is refused, and the client sees why", async () => {
  const { gateway, token } = await member();
  const fits = await upload(gateway, token, [{ name: "a.txt", bytes: text(MAX_DOCUMENT_BYTES) }]);
  expect(fits.status).toBe(202);
  const bytes = text(MAX_DOCUMENT_BYTES + 1);
  const over = await upload(gateway, token, [{ name: "a.txt", bytes }]);
  expect([over.status, over.error?.code]).toEqual([413, "DOCUMENT_TOO_LARGE"]);
  expect(over.error?.message).toContain("a.txt");
  expect(gateway.registered).toHaveLength(1);
});

it("[UP2] a body that announces too much is refused before it is sent", async () => {
  const { gateway, token } = await member();
  const raw = await connectRaw(gateway.port);
  raw.socket.write(
    "POST /sessions/s1/documents HTTP/1.1\r\nHost: x\r\n" +
      `Authorization: Bearer ${token}\r\nContent-Type: multipart/form-data; boundary=b\r\n` +
      `Content-Length: ${20 * MAX_DOCUMENT_BYTES}\r\n\r\n`,
  );
  await vi.waitFor(() => expect(raw.received().toString()).toMatch(/^HTTP\/1\.1 413/));
});

it("[UP2] one bad file among several means none is registered", async () => {
  const { gateway, token } = await member();
  const elf = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0);
  const { status, error } = await upload(gateway, token, [
    { name: "good.txt", bytes: text(100_000) },
    { name: "bad.pdf", bytes: elf },
    { name: "more.txt", bytes: text(3_000_000) },
  ]);
  expect([status, error?.code]).toEqual([415, "DOCUMENT_TYPE_UNSUPPORTED"]);
  expect(error?.message).toContain("bad.pdf");
  expect(gateway.registered).toHaveLength(0);
});

it("[UP2] more than ten files at once are refused", async () => {
  const { gateway, token } = await member();
  const files = Array.from({ length: 11 }, (_, i) => ({ name: `${i}.txt`, bytes: text(10) }));
  const { status, error } = await upload(gateway, token, files);
  expect([status, error?.code]).toEqual([429, "LIMIT_EXCEEDED"]);
});

it.each([
  ["no file at all", [], "INVALID_INPUT"],
  ["another field", [{ name: "a.txt", bytes: text(3), field: "file" }], "INVALID_INPUT"],
  ["an empty file", [{ name: "a.txt", bytes: text(0) }], "DOCUMENT_BROKEN"],
])("[UP2] %s is refused", async (_what, files, code) => {
  const { gateway, token } = await member();
  const { status, error } = await upload(gateway, token, files);
  expect([status < 500, error?.code]).toEqual([true, code]);
});

it("[UP2] a file's name loses folders and control characters, never its ending", async () => {
  const { gateway, token } = await member();
  const name = `../..\\etc/${"n".repeat(400)}\u0007.txt`;
  await upload(gateway, token, [{ name, bytes: text(10) }]);
  const shown = gateway.registered[0]?.names[0] ?? "";
  expect(shown).toMatch(/^n+ ?\.txt$/);
  expect(shown).toHaveLength(200);
});

it("[UP1] observers, strangers and the signed-out are refused before a byte is read", async () => {
  const { gateway, token, userId } = await member();
  const files = [{ name: "a.txt", bytes: text(10) }];
  gateway.allow("s1", userId, { ...MEMBER, role: "observer" });
  expect((await upload(gateway, token, files)).error?.code).toBe("FORBIDDEN");
  gateway.allow("s1", userId, null);
  expect((await upload(gateway, token, files)).error?.code).toBe("NOT_FOUND");
  await fetch(`${gateway.url}/auth/logout`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
  });
  expect((await upload(gateway, token, files)).error?.code).toBe("UNAUTHENTICATED");
  expect(gateway.stored.size).toBe(0);
});

it("[GW8] the 21st upload in a row is told to wait", async () => {
  const { gateway, token } = await member();
  const files = [{ name: "a.txt", bytes: text(10) }];
  for (let i = 0; i < 20; i++) expect((await upload(gateway, token, files)).status).toBe(202);
  const { status, headers } = await upload(gateway, token, files);
  expect(status).toBe(429);
  expect(Number(headers.get("Retry-After"))).toBeGreaterThan(0);
});

it("[UP4] a client that leaves in the middle leaves nothing behind", async () => {
  const { gateway, token } = await member();
  for (let i = 0; i < 5; i++) {
    const raw = await connectRaw(gateway.port);
    raw.socket.write(
      "POST /sessions/s1/documents HTTP/1.1\r\nHost: x\r\n" +
        `Authorization: Bearer ${token}\r\nContent-Type: multipart/form-data; boundary=b\r\n` +
        "Content-Length: 1000000\r\n\r\n" +
        '--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n' +
        "a".repeat(200_000),
    );
    await vi.waitFor(() => expect(raw.socket.bytesWritten).toBeGreaterThan(200_000));
    raw.socket.resetAndDestroy();
  }
  await vi.waitFor(() => expect(gateway.gateway.stats().connections).toBeLessThanOrEqual(1));
  await vi.waitFor(() =>
    expect(gateway.logLines.filter((line) => line.includes("/documents"))).toHaveLength(5),
  );
  expect([gateway.stored.size, gateway.registered.length]).toEqual([0, 0]);
});

it.each([
  ["no boundary", "multipart/form-data", "x"],
  ["not multipart", "application/json", "{}"],
  ["an end in the middle of a part", "multipart/form-data; boundary=b", "--b\r\nContent-Dispo"],
  ["no parts", "multipart/form-data; boundary=b", "--b--\r\n"],
  ["noise", "multipart/form-data; boundary=b", "\0\r\n--c--b"],
])("[UP2] a damaged form (%s) is refused, not waited for", async (_what, type, body) => {
  const { gateway, token } = await member();
  const response = await fetch(`${gateway.url}/sessions/s1/documents`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": type },
    body,
  });
  expect(response.status).toBe(400);
});
