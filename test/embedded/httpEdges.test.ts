import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ConvexError } from "convex/values";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { api } from "../fixtures/convex-projects/conformance/convex/_generated/api.js";
import {
  CONFORMANCE_PROJECT,
  httpClient,
  startTestEngine,
  type TestEngine,
} from "../support/convexEngine.ts";

describe("an engine, over HTTP", () => {
  let engine: TestEngine;

  beforeAll(async () => {
    engine = await startTestEngine({ environment: { GREETING: "hello" } });
  });
  afterAll(() => engine.close());

  it("[EC13] the stock HTTP client runs every kind of function, with values and errors intact", async () => {
    const client = httpClient(engine.url);
    const room = crypto.randomUUID();
    await client.mutation(api.messages.send, { room, body: "hello" });
    expect(await client.query(api.messages.list, { room })).toMatchObject([{ body: "hello" }]);
    expect(await client.action(api.actions.sendTwice, { room })).toBe(3);
    expect(await client.query(api.values.echo, { value: [1n, -0, NaN] })).toEqual([1n, -0, NaN]);
    for (const failed of [
      client.query(api.errors.inQuery, { data: { code: "NO" } }),
      client.mutation(api.errors.inMutation, { data: { code: "NO" } }),
      client.action(api.errors.inAction, { data: { code: "NO" } }),
    ].map((promise) => promise.catch((error: unknown) => error))) {
      const error = await failed;
      expect(error).toBeInstanceOf(ConvexError);
      expect(error).toMatchObject({ data: { code: "NO" } });
    }
  });

  it("[EC13] mutations of one HTTP client run in order", async () => {
    const client = httpClient(engine.url);
    const room = crypto.randomUUID();
    const bodies = Array.from({ length: 10 }, (_, i) => `message ${i}`);
    await Promise.all(bodies.map((body) => client.mutation(api.messages.send, { room, body })));
    const stored = await client.query(api.messages.list, { room });
    expect(stored.map(({ body }) => body)).toEqual(bodies);
  });

  it("[EC13] consistent queries see one moment", async () => {
    const client = httpClient(engine.url);
    const name = crypto.randomUUID();
    /* eslint-disable @typescript-eslint/no-deprecated -- clients in the field use it */
    expect(await client.consistentQuery(api.counters.read, { name })).toBe(0);
    await httpClient(engine.url).mutation(api.counters.add, { name, amount: 1 });
    expect(await client.consistentQuery(api.counters.read, { name })).toBe(0);
    /* eslint-enable @typescript-eslint/no-deprecated */
    expect(await client.query(api.counters.read, { name })).toBe(1);
  });

  it("functions see the environment, and what it is changed to", async () => {
    const client = httpClient(engine.url);
    const read = (name: string) => client.action(api.actions.environment, { name });
    expect(await read("GREETING")).toBe("hello");
    expect(await read("PATH")).toBeNull();
    await engine.setEnvironment({ GREETING: "good day", OTHER: "x" });
    expect([await read("GREETING"), await read("OTHER")]).toEqual(["good day", "x"]);
    await engine.setEnvironment({ OTHER: undefined });
    expect(await read("OTHER")).toBeNull();
    expect(await read("CONVEX_SITE_URL")).toBe(engine.siteUrl);
    expect(await read("CONVEX_CLOUD_URL")).toBe(engine.url);
  });

  describe("files", () => {
    async function upload(body: string): Promise<string> {
      const client = httpClient(engine.url);
      const response = await fetch(await client.mutation(api.files.uploadUrl, {}), {
        ...{ method: "POST", body, headers: { "content-type": "text/x-test" } },
      });
      return ((await response.json()) as { storageId: string }).storageId;
    }

    it("[EC15] an upload is served by its URL, whole and in part, until it is deleted", async () => {
      const client = httpClient(engine.url);
      const storageId = (await upload("hello world")) as never;
      expect(await client.query(api.files.metadata, { storageId })).toMatchObject({
        ...{ size: 11, contentType: "text/x-test" },
        sha256: "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=",
      });
      const url = (await client.query(api.files.url, { storageId }))!;
      expect(await (await fetch(url)).text()).toBe("hello world");
      const part = await fetch(url, { headers: { range: "bytes=6-" } });
      expect([part.status, await part.text()]).toEqual([206, "world"]);
      await client.mutation(api.files.remove, { storageId });
      expect(await client.query(api.files.url, { storageId })).toBeNull();
      expect((await fetch(url)).status).toBe(404);
    });

    it("[EC15] a large upload arrives whole", async () => {
      const body = "0123456789abcdef".repeat(1024 * 1024);
      const client = httpClient(engine.url);
      const storageId = (await upload(body)) as never;
      const url = (await client.query(api.files.url, { storageId }))!;
      expect((await (await fetch(url)).text()) === body).toBe(true);
    });
  });

  describe("HTTP actions", () => {
    it("[EC15] get what was sent and answer what they say", async () => {
      const response = await fetch(`${engine.siteUrl}/echo?x=1`, {
        ...{ method: "POST", body: "loud", headers: { "x-sent": "yes" } },
      });
      expect([response.status, await response.text()]).toEqual([201, "LOUD"]);
      expect(response.headers.get("x-url")).toBe(`${engine.siteUrl}/echo?x=1`);
      expect(response.headers.get("x-got")).toBe("yes");
      const below = await fetch(`${engine.url}/http/files/a/b`);
      expect(await below.text()).toBe("/files/a/b");
    });

    it("[EC15] stream their answers", async () => {
      const response = await fetch(`${engine.siteUrl}/stream`);
      expect(await response.text()).toBe("part 1\npart 2\npart 3\n");
    });

    it("an unknown path is 404, HEAD is GET without a body, and an error is 500", async () => {
      expect((await fetch(`${engine.siteUrl}/nowhere`)).status).toBe(404);
      const head = await fetch(`${engine.siteUrl}/files/x`, { method: "HEAD" });
      expect([head.status, await head.text()]).toEqual([200, ""]);
      expect((await fetch(`${engine.siteUrl}/fail`)).status).toBe(500);
    });
  });

  it("stock `convex codegen` generates the files that are committed", async () => {
    const copy = mkdtempSync(join(tmpdir(), "codegen-"));
    onTestFinished(() => {
      rmSync(copy, { recursive: true, force: true });
    });
    cpSync(CONFORMANCE_PROJECT, copy, { recursive: true });
    const generated = join(copy, "convex", "_generated");
    rmSync(generated, { recursive: true });
    const modules = new URL("../../node_modules", import.meta.url).pathname;
    symlinkSync(modules, join(copy, "node_modules"));
    const command = [join(modules, "convex", "bin", "main.js"), "codegen"];
    const child = spawn(
      process.execPath,
      [...command, "--url", engine.url, "--admin-key", engine.adminKey],
      { cwd: copy, stdio: ["ignore", "pipe", "pipe"] },
    );
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (part: Buffer) => (output += part.toString()));
    }
    const exitCode = await new Promise((resolve) => child.on("close", resolve));
    expect(exitCode, output).toBe(0);
    const committed = join(CONFORMANCE_PROJECT, "convex", "_generated");
    expect(readdirSync(generated)).toEqual(readdirSync(committed));
    for (const file of readdirSync(committed)) {
      expect(readFileSync(join(generated, file), "utf8"), file).toBe(
        readFileSync(join(committed, file), "utf8"),
      );
    }
  });
});
