import { expect, it, onTestFinished } from "vitest";

import { connectRaw } from "../../../test/support/rawConnection.ts";
import { openHttpServer } from "./httpServer.ts";

it("[HO5] headers and requests that never end are answered 408 and cut off", async () => {
  const limits = { headersWithinMs: 20, requestWithinMs: 40, checkEveryMs: 10 };
  const server = await openHttpServer("127.0.0.1", 0, limits);
  onTestFinished(() => {
    server.terminate();
    return server.close();
  });
  for (const unfinished of [
    "GET /version HTTP/1.1\r\nX-Slow",
    "POST /api/query HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n",
  ]) {
    const connection = await connectRaw(server.port);
    connection.socket.write(unfinished);
    await connection.closed;
    expect(connection.received().toString()).toMatch(/^HTTP\/1\.1 408/);
  }
});

it("a port in use is refused by its number", async () => {
  const server = await openHttpServer("127.0.0.1", 0);
  onTestFinished(() => server.close());
  await expect(openHttpServer("127.0.0.1", server.port)).rejects.toMatchObject({
    code: "PORT_TAKEN",
    message: expect.stringContaining(String(server.port)) as string,
  });
});
