/** What takes longer than the stock provider's patience of 30 s, by the real clock. */
import { createServer, connect as dial, type AddressInfo, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { connect, rect, startBoards } from "../support/boardServer.ts";

const PATIENCE_MS = 30_000;
const TICK_MS = 100;

/** A line that lets through so many bytes a second towards the client, and no more wait in it. */
async function startThinLine(targetUrl: string, bytesPerSecond: number): Promise<string> {
  const sockets = new Set<Socket>();
  const piece = Math.ceil((bytesPerSecond * TICK_MS) / 1_000);
  const server = createServer((client) => {
    const upstream = dial(Number(new URL(targetUrl).port), "127.0.0.1");
    client.pipe(upstream);
    upstream.pause();
    const ticks = setInterval(() => {
      const data: unknown = upstream.read(Math.min(piece, upstream.readableLength));
      if (Buffer.isBuffer(data)) client.write(data);
    }, TICK_MS);
    upstream.on("readable", () => undefined); // reads ahead only as far as a stream's buffer goes
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        clearInterval(ticks);
        client.destroy();
        upstream.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** How often the provider has lost its connection. */
function countLosses({ provider }: ReturnType<typeof connect>): () => number {
  let losses = 0;
  provider.on("connection-close", () => losses++);
  return () => losses;
}

it("[WB15] [WB18] a first sync and a silence longer than 30 s cost no connection", async () => {
  const { server, rooms } = await startBoards();
  const points = "M 1 2 ".repeat(3_000);
  await rooms.draw("session", () =>
    Array.from({ length: 75 }, (_, i) => ({
      type: "add",
      object: rect(`o${i}`, { kind: "path", points }),
    })),
  );
  const startedAt = Date.now();
  const slow = connect(await startThinLine(server.url, 30_000), "ada");
  const quiet = connect(server.url, "bob");
  quiet.provider.awareness.setLocalState(null);
  const losses = [countLosses(slow), countLosses(quiet)];
  await expect.poll(() => slow.provider.synced, { timeout: 150_000, interval: 500 }).toBe(true);
  expect(slow.objects.size).toBe(75);
  expect(Date.now() - startedAt).toBeGreaterThan(PATIENCE_MS); // else it has shown nothing
  expect(losses.map((count) => count())).toEqual([0, 0]);
});
