import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";

import { api } from "../fixtures/convex-projects/conformance/convex/_generated/api.js";
import { CONFORMANCE_PROJECT, reactiveClient, startTestEngine } from "../support/convexEngine.ts";
import { startTcpProxy } from "../support/tcpProxy.ts";

const port = (address: string) => Number(new URL(address).port);

describe("clients whose connection breaks", () => {
  it("[EC4] a socket that dies between commit and answer: one execution, the first answer", async () => {
    const engine = await startTestEngine();
    onTestFinished(() => engine.close());
    const proxy = await startTcpProxy(port(engine.url));
    onTestFinished(() => proxy.close());
    const client = reactiveClient(proxy.address);
    const witness = reactiveClient(engine.url);
    await client.query(api.counters.read, { name: "a" });
    for (let round = 1; round <= 5; round++) {
      proxy.muteServer();
      const answer = client.mutation(api.counters.add, { name: "a", amount: 1 });
      await expect.poll(() => witness.query(api.counters.read, { name: "a" })).toBe(round);
      proxy.cut();
      expect(await answer).toBe(round);
    }
    expect(await witness.query(api.counters.read, { name: "a" })).toBe(5);
    expect(proxy.connections()).toBe(6);
  });

  it("[EC4] mutations that were on their way when the socket died take effect in order, once", async () => {
    const engine = await startTestEngine();
    onTestFinished(() => engine.close());
    const proxy = await startTcpProxy(port(engine.url));
    onTestFinished(() => proxy.close());
    const client = reactiveClient(proxy.address);
    const bodies = Array.from({ length: 60 }, (_, i) => `message ${i}`);
    const sent = bodies.map((body) => client.mutation(api.messages.send, { room: "r", body }));
    const cuts = [sent[5], sent[20], sent[40]].map((done) => done?.then(() => proxy.cut()));
    await Promise.all([...sent, ...cuts]);
    const stored = await reactiveClient(engine.url).query(api.messages.list, { room: "r" });
    expect(stored.map(({ body }) => body)).toEqual(bodies);
  });

  it("an action that was in flight is rejected, and its writes stand", async () => {
    const engine = await startTestEngine();
    onTestFinished(() => engine.close());
    const proxy = await startTcpProxy(port(engine.url));
    onTestFinished(() => proxy.close());
    const client = reactiveClient(proxy.address);
    await client.query(api.messages.count, {});
    proxy.muteServer();
    const failed = client.action(api.actions.sendTwice, { room: "r" }).catch((e: unknown) => e);
    await expect
      .poll(
        async () =>
          (await reactiveClient(engine.url).query(api.messages.list, { room: "r" })).length,
      )
      .toBe(2);
    proxy.cut();
    expect(await failed).toMatchObject({
      message: expect.stringContaining("Connection lost") as string,
    });
    expect(await client.query(api.messages.list, { room: "r" })).toHaveLength(2);
  });
});

describe("an engine that is killed and started again", () => {
  let data: string;

  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), "engine-restart-"));
    return () => {
      rmSync(data, { recursive: true, force: true });
    };
  });

  /** The engine as a process, on the same data each time. */
  async function startProcess(): Promise<{
    child: ChildProcess;
    port: number;
    kill(): Promise<void>;
  }> {
    const cli = new URL("../../src/embedded/cli.ts", import.meta.url).pathname;
    const functions = join(CONFORMANCE_PROJECT, "convex");
    const args = [cli, "--functions", functions, "--data", data, "--port", "0", "--site-port", "0"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    let output = "";
    const address = await new Promise<string>((resolve, reject) => {
      child.on("exit", () => reject(new Error("the engine ended")));
      child.stdout.on("data", (part: Buffer) => {
        output += part.toString();
        const found = /Convex functions: (\S+)/.exec(output)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    return {
      child,
      port: port(address),
      kill: () =>
        new Promise((resolve) => {
          child.on("exit", () => resolve());
          child.kill("SIGKILL");
        }),
    };
  }

  it("[EC5] clients reconnect, timestamps rise, and what was answered is not done again", async () => {
    const first = await startProcess();
    const proxy = await startTcpProxy(first.port);
    onTestFinished(() => proxy.close());
    const client = reactiveClient(proxy.address);
    const counts: number[] = [];
    client.onUpdate(api.counters.read, { name: "a" }, (count) => counts.push(count));
    expect(await client.mutation(api.counters.add, { name: "a", amount: 1 })).toBe(1);

    // This one commits, but its answer is lost together with the engine.
    const witness = reactiveClient(`http://127.0.0.1:${first.port}`);
    proxy.muteServer();
    const answer = client.mutation(api.counters.add, { name: "a", amount: 1 });
    await expect.poll(() => witness.query(api.counters.read, { name: "a" })).toBe(2);
    await first.kill();
    const second = await startProcess();
    proxy.retarget(second.port);
    proxy.cut();

    expect(await answer).toBe(2);
    expect(await client.mutation(api.counters.add, { name: "a", amount: 1 })).toBe(3);
    await vi.waitFor(() => expect(counts.at(-1)).toBe(3));
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });
});
