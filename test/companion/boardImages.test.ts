import { expect, it, vi } from "vitest";
import { IMAGE_TYPES } from "../../convex/contract/boardOps.ts";
import { MAX_IMAGE_BYTES } from "../../convex/contract/limits.ts";
import { PICTURES, png, pngHeader } from "../support/pictures.ts";
import { connectRaw } from "../support/rawConnection.ts";
import { MEMBER, startTestGateway } from "../support/testGateway.ts";
import type { TestGateway } from "../support/testGateway.ts";

/** Pictures of a board at the gateway: what is taken, who gets it back, and how. */

async function member() {
  const gateway = await startTestGateway();
  const { token, userId } = await gateway.guest();
  gateway.allow("s1", userId, MEMBER);
  return { gateway, token, userId };
}

async function add({ url }: TestGateway, token: string, bytes: Uint8Array, sessionId = "s1") {
  const response = await fetch(`${url}/sessions/${sessionId}/board/images`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
    body: Uint8Array.from(bytes),
  });
  const body = (await response.json()) as {
    imageId?: string;
    error?: { code: string; message: string };
  };
  return { status: response.status, ...body };
}

function look({ url }: TestGateway, token: string | undefined, imageId: string, sessionId = "s1") {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return fetch(`${url}/sessions/${sessionId}/board/images/${imageId}`, { headers });
}

it("[BO11] a picture of any kind comes back as it went in, and may run nothing", async () => {
  const { gateway, token } = await member();
  for (const type of IMAGE_TYPES) {
    const { status, imageId } = await add(gateway, token, PICTURES[type]);
    expect(status).toBe(201);
    const response = await look(gateway, token, imageId ?? "");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": type,
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "cache-control": "private, max-age=86400",
      vary: expect.stringContaining("Authorization") as string,
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(PICTURES[type])).toBe(true);
  }
});

const NO_PICTURES = [
  ["SVG", Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`)],
  ["HTML", Buffer.from("<!doctype html><script>alert(1)</script>")],
  ["a PDF", Buffer.from("%PDF-1.7\n")],
  ["a program", Buffer.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0)],
  ["a bitmap", Buffer.from("BM" + " ".repeat(60))],
  ["nothing", Buffer.alloc(0)],
] as const;

it("[BO12] what is no picture by its content is refused, whatever it is called", async () => {
  const { gateway, token } = await member();
  for (const [what, bytes] of NO_PICTURES) {
    const { status, error } = await add(gateway, token, bytes);
    expect([status, error?.code], what).toEqual([415, "DOCUMENT_TYPE_UNSUPPORTED"]);
    expect(error?.message).toContain("PNG");
  }
});

it("[BO12] a picture of exactly the limit passes, one byte more does not, and its sender sees why", async () => {
  const { gateway, token } = await member();
  const small = PICTURES["image/png"];
  const padded = (length: number) => Buffer.concat([small], length);
  expect((await add(gateway, token, padded(MAX_IMAGE_BYTES))).status).toBe(201);
  const over = await add(gateway, token, padded(MAX_IMAGE_BYTES + 1));
  expect([over.status, over.error?.code]).toEqual([413, "DOCUMENT_TOO_LARGE"]);
});

it("[BO12] a body that does not say its length is cut off at the limit", async () => {
  const { gateway, token } = await member();
  const raw = await connectRaw(gateway.port);
  raw.socket.write(
    "POST /sessions/s1/board/images HTTP/1.1\r\nHost: x\r\n" +
      `Authorization: Bearer ${token}\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  const chunk = Buffer.concat([PICTURES["image/png"]], 1024 * 1024);
  for (let i = 0; i <= 10; i++) {
    raw.socket.write(`${chunk.length.toString(16)}\r\n`);
    raw.socket.write(chunk);
    raw.socket.write("\r\n");
  }
  await vi.waitFor(() => expect(raw.received().toString()).toMatch(/^HTTP\/1\.1 413/));
});

it("[BO12] a picture with more pixels than a screen can take is refused by its header", async () => {
  const { gateway, token } = await member();
  const bomb = await add(gateway, token, pngHeader(30_000, 30_000));
  expect([bomb.status, bomb.error?.code]).toEqual([413, "DOCUMENT_TOO_LARGE"]);
  const cut = await add(gateway, token, PICTURES["image/jpeg"].subarray(0, 100));
  expect([cut.status, cut.error?.code]).toEqual([422, "DOCUMENT_BROKEN"]);
});

it("[BO12] observers, strangers and the signed-out put nothing on a board, nor does anyone on one that has ended", async () => {
  const { gateway, token, userId } = await member();
  const bytes = png(3, 3);
  gateway.allow("s1", userId, { ...MEMBER, role: "observer" });
  expect((await add(gateway, token, bytes)).error?.code).toBe("FORBIDDEN");
  gateway.allow("s1", userId, { ...MEMBER, sessionState: "ended" });
  expect((await add(gateway, token, bytes)).error?.code).toBe("SESSION_ENDED");
  gateway.allow("s1", userId, null);
  expect((await add(gateway, token, bytes)).error?.code).toBe("NOT_FOUND");
  expect((await add(gateway, "none", bytes)).error?.code).toBe("UNAUTHENTICATED");
});

it("[BO11] only members see a picture, on its own board alone; all else looks like nothing", async () => {
  const { gateway, token, userId } = await member();
  const { imageId = "" } = await add(gateway, token, png(3, 3));
  gateway.allow("s2", userId, MEMBER);
  const stranger = await gateway.guest("Bob");
  const statusOf = async (...[who, id, session]: [string | undefined, string, string?]) =>
    (await look(gateway, who, id, session)).status;
  expect(await statusOf(token, imageId)).toBe(200);
  expect(await statusOf(token, imageId, "s2")).toBe(404);
  expect(await statusOf(token, "image7")).toBe(404);
  expect(await statusOf(stranger.token, imageId)).toBe(404);
  expect(await statusOf(stranger.token, imageId, "s3")).toBe(404);
  expect(await statusOf(undefined, imageId)).toBe(401);
  gateway.allow("s1", userId, { ...MEMBER, role: "observer", sessionState: "ended" });
  expect(await statusOf(token, imageId)).toBe(200);
  gateway.allow("s1", userId, null);
  expect(await statusOf(token, imageId)).toBe(404);
});

it("[BO12] a client that leaves in the middle leaves no picture behind", async () => {
  const { gateway, token } = await member();
  const raw = await connectRaw(gateway.port);
  raw.socket.write(
    "POST /sessions/s1/board/images HTTP/1.1\r\nHost: x\r\n" +
      `Authorization: Bearer ${token}\r\nContent-Length: 100000\r\n\r\n`,
  );
  raw.socket.write(PICTURES["image/png"]);
  await vi.waitFor(() => expect(gateway.gateway.stats().connections).toBeGreaterThan(0));
  raw.socket.destroy();
  await vi.waitFor(() => expect(gateway.logLines.join("")).toContain("503"));
  expect((await look(gateway, token, "image0")).status).toBe(404);
});
