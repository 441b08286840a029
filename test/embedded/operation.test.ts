import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";

import type { EngineLog } from "../../src/embedded/engineLog.ts";
import { api } from "../fixtures/convex-projects/conformance/convex/_generated/api.js";
import {
  CONFORMANCE_PROJECT,
  httpClient,
  reactiveClient,
  startTestEngine,
  type TestEngine,
} from "../support/convexEngine.ts";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "engine-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A copy of the conformance project that a test may change. */
function projectCopy(): { convex: string; write(file: string, text: string): void } {
  const folder = temporaryFolder();
  cpSync(CONFORMANCE_PROJECT, folder, { recursive: true });
  symlinkSync(
    new URL("../../node_modules", import.meta.url).pathname,
    join(folder, "node_modules"),
  );
  const convex = join(folder, "convex");
  return { convex, write: (file, text) => writeFileSync(join(convex, file), text) };
}

const eventsOf = <T extends EngineLog["type"]>(engine: TestEngine, type: T) =>
  engine.events.filter((event): event is Extract<EngineLog, { type: T }> => event.type === type);

describe("functions that do not return", () => {
  let engine: TestEngine;

  beforeAll(async () => {
    engine = await startTestEngine();
  });
  afterAll(() => engine.close());

  it("a looping query or mutation ends with the documented error, and others are served again", async () => {
    const client = reactiveClient(engine.url);
    const timedOut = expect.objectContaining({
      message: expect.stringContaining("timed out (maximum duration: 1s)") as string,
    }) as Error;
    for (const loop of [
      () => client.query(api.loops.inQuery, {}),
      () => client.query(api.loops.afterRead, {}),
      () => client.mutation(api.loops.inMutation, {}),
    ]) {
      const failed = loop().catch((error: unknown) => error);
      const other = httpClient(engine.url).query(api.messages.count, {});
      expect(await failed).toEqual(timedOut);
      expect(await other).toBe(0);
    }
    expect(eventsOf(engine, "restarted")).toEqual([]);
  });

  it("[RA4] a looping action holds up nobody, not even other actions", async () => {
    const own = await startTestEngine();
    onTestFinished(() => own.close()); // which ends the loop
    const client = reactiveClient(own.url);
    void client.action(api.loops.inAction, {}).catch(() => undefined);
    await client.mutation(api.messages.send, { room: "loop", body: "one" });
    expect(await client.action(api.actions.sendTwice, { room: "loop" })).toBe(3);
    expect(eventsOf(own, "restarted")).toEqual([]);
  });

  it("[RA4] a looping HTTP action costs nobody but itself", async () => {
    const own = await startTestEngine();
    onTestFinished(() => own.close()); // which ends the loop
    const looping = fetch(`${own.siteUrl}/loop`).catch(() => undefined);
    const client = reactiveClient(own.url);
    await client.mutation(api.messages.send, { room: "loop", body: "one" });
    expect(await client.action(api.actions.sendTwice, { room: "loop" })).toBe(3);
    expect(await (await fetch(`${own.siteUrl}/me`)).text()).toEqual(expect.any(String));
    expect(eventsOf(own, "restarted")).toEqual([]);
    await own.close();
    await looping;
  });

  it("a query that takes longer than a second of its own time fails, a shorter one does not", async () => {
    const client = reactiveClient(engine.url);
    expect(await client.query(api.loops.slow, { rounds: 1000 })).toEqual(expect.any(Number));
    await expect(client.query(api.loops.slow, { rounds: 3e9 })).rejects.toThrow(/timed out/);
  });
});

describe("code that changes while the engine runs", () => {
  it("[ES3] is loaded live; broken code and a schema that the data does not fit change nothing", async () => {
    const project = projectCopy();
    project.write("tsconfig.json", "{}"); // no type check: it has a test of its own
    rmSync(join(project.convex, "tsconfig.json"));
    const engine = await startTestEngine({ functionsDir: project.convex, watch: true });
    onTestFinished(() => engine.close());
    const client = reactiveClient(engine.url);
    const seen: unknown[] = [];
    client.onUpdate(api.users.me, {}, (value) => seen.push(value));
    await client.mutation(api.messages.send, { room: "r", body: "text" });

    const me = (value: string) => `
      import { query } from "./_generated/server.js";
      export const me = query({ args: {}, handler: async () => ${value} });`;
    project.write("users.ts", me('"second"'));
    await vi.waitFor(() => expect(seen).toEqual([null, "second"]));

    project.write("users.ts", me("}"));
    await vi.waitFor(() =>
      expect(eventsOf(engine, "reloadFailed")).toMatchObject([
        { code: "FUNCTIONS_INVALID", message: expect.stringContaining("users.ts") as string },
      ]),
    );
    project.write("users.ts", me('"third"'));
    await vi.waitFor(() => expect(seen.at(-1)).toBe("third"));

    const schema = (body: string) => `
      import { defineSchema, defineTable } from "convex/server";
      import { v } from "convex/values";
      export default defineSchema({
        messages: defineTable({ room: v.string(), body: ${body}, order: v.number() })
          .index("by_room_and_order", ["room", "order"]),
        counters: defineTable({ name: v.string(), count: v.number() }).index("by_name", ["name"]),
        values: defineTable({ value: v.any() }),
        files: defineTable({ storageId: v.id("_storage") }),
      });`;
    project.write("schema.ts", schema("v.number()"));
    await vi.waitFor(() =>
      expect(eventsOf(engine, "reloadFailed").at(-1)).toMatchObject({
        code: "SCHEMA_MISMATCH",
        message: expect.stringContaining("messages") as string,
      }),
    );
    expect(await client.query(api.messages.list, { room: "r" })).toMatchObject([{ body: "text" }]);
    expect(seen).toEqual([null, "second", "third"]);
  });

  it("type errors are shown while the code runs", async () => {
    const project = projectCopy();
    const engine = await startTestEngine({ functionsDir: project.convex, watch: true });
    onTestFinished(() => engine.close());
    project.write(
      "users.ts",
      `import { query } from "./_generated/server.js";
       const text: number = "wrong";
       export const me = query({ args: {}, handler: async () => text });`,
    );
    const client = httpClient(engine.url);
    await expect.poll(() => client.query(api.users.me, {})).toBe("wrong");
    await vi.waitFor(() =>
      expect(eventsOf(engine, "typeErrors")[0]?.output).toContain("users.ts(2,14): error TS2322"),
    );
  });
});

describe("an engine that cannot start", () => {
  it("names the port that is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    for (const taken of [{ port }, { sitePort: port }]) {
      await expect(startTestEngine(taken)).rejects.toMatchObject({
        code: "PORT_TAKEN",
        message: expect.stringContaining(String(port)) as string,
      });
    }
  });

  it("names the data folder that another engine uses, and takes it when that one has closed", async () => {
    const dataDir = temporaryFolder();
    const first = await startTestEngine({ dataDir });
    await expect(startTestEngine({ dataDir })).rejects.toMatchObject({
      code: "DATA_DIR_LOCKED",
      message: expect.stringContaining(dataDir) as string,
    });
    await httpClient(first.url).mutation(api.counters.add, { name: "a", amount: 1 });
    await first.close();
    const second = await startTestEngine({ dataDir });
    onTestFinished(() => second.close());
    expect(second.adminKey).toBe(first.adminKey);
    expect(await httpClient(second.url).query(api.counters.read, { name: "a" })).toBe(1);
  });

  it("names the file whose code is wrong, and the folder that is missing", async () => {
    const project = projectCopy();
    project.write("users.ts", "export const x = ;");
    await expect(startTestEngine({ functionsDir: project.convex })).rejects.toMatchObject({
      code: "FUNCTIONS_INVALID",
      message: expect.stringContaining("users.ts") as string,
    });
    await expect(startTestEngine({ functionsDir: "/no/such/folder" })).rejects.toMatchObject({
      code: "FUNCTIONS_INVALID",
    });
  });

  it("names the document that does not fit the schema", async () => {
    const dataDir = temporaryFolder();
    const project = projectCopy();
    const first = await startTestEngine({ dataDir, functionsDir: project.convex });
    await httpClient(first.url).mutation(api.messages.send, { room: "r", body: "text" });
    await first.close();
    project.write(
      "schema.ts",
      `import { defineSchema, defineTable } from "convex/server";
       import { v } from "convex/values";
       export default defineSchema({ messages: defineTable({ room: v.number() }) });`,
    );
    await expect(startTestEngine({ dataDir, functionsDir: project.convex })).rejects.toMatchObject({
      code: "SCHEMA_MISMATCH",
      message: expect.stringMatching(/messages/) as string,
    });
  });
});

describe("the command line", () => {
  function run(...args: string[]) {
    const cli = new URL("../../src/embedded/cli.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, [cli, ...args]);
    onTestFinished(() => void child.kill("SIGKILL"));
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (part: Buffer) => (output += part.toString()));
    }
    const exit = new Promise<number | null>((resolve) => child.on("close", resolve));
    return { child, exit, output: () => output };
  }

  it("says what is wrong with its arguments and ends with 1", async () => {
    for (const [args, complaint] of [
      [["--functions", "x", "--port", "many"], "--port must be a number"],
      [["--functions", "x", "--cloud-origin", "here"], "--cloud-origin must be an address"],
      [["--nonsense"], "nonsense"],
      [["--functions", "/no/such/folder", "--data", ":memory:"], "FUNCTIONS_INVALID"],
    ] as const) {
      const { exit, output } = run(...args);
      expect(await exit).toBe(1);
      expect(output()).toContain(complaint);
    }
  });

  it("serves any project, reads its environment file, and ends with 0 on SIGTERM", async () => {
    const data = temporaryFolder();
    const envFile = join(data, "env");
    writeFileSync(envFile, 'GREETING="from the file"\n');
    const { child, exit, output } = run(
      ...["--functions", join(CONFORMANCE_PROJECT, "convex"), "--data", join(data, "data")],
      ...["--port", "0", "--site-port", "0", "--env-file", envFile, "--admin-key", "x|y"],
    );
    await vi.waitFor(() => expect(output()).toContain("HTTP actions"));
    const address = /Convex functions: (\S+)/.exec(output())![1]!;
    const client = httpClient(address);
    const greeting = await client.action(api.actions.environment, { name: "GREETING" });
    expect(greeting).toBe("from the file");
    child.kill("SIGTERM");
    expect(await exit).toBe(0);
  });
});
