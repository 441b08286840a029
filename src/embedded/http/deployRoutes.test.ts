import { brotliCompressSync, constants } from "node:zlib";

import { beforeEach, describe, expect, it } from "vitest";

import { startHttpEdge, type HttpEdge } from "../../../test/support/httpEdge.ts";

describe("the stock command line", () => {
  let edge: HttpEdge;

  beforeEach(async () => {
    edge = await startHttpEdge();
  });

  it("is answered only with the admin key", async () => {
    const body = { adminKey: "local|secret", version: "1.48.0" };
    expect((await edge.post("/api/get_config_hashes", body)).status).toBe(200);
    expect((await edge.post("/api/get_config_hashes", { adminKey: "x" })).status).toBe(403);
    expect((await edge.post("/api/get_config_hashes", {})).status).toBe(403);
  });

  it("may send a compressed push, but not a bomb", async () => {
    const push = {
      ...{ adminKey: "local|secret", dryRun: true, functions: "convex/" },
      appDefinition: {
        ...{ definition: null, schema: null, changedModules: [], unchangedModuleHashes: [] },
        udfServerVersion: "1.48.0",
      },
    };
    const send = (body: Buffer) =>
      fetch(`${edge.url}/api/deploy2/start_push`, {
        method: "POST",
        body,
        headers: { "content-encoding": "br", authorization: "Convex local|secret" },
      });
    const good = JSON.stringify({ ...push, componentDefinitions: [], nodeDependencies: [] });
    expect((await send(brotliCompressSync(good))).status).toBe(200);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 0 };
    const bomb = brotliCompressSync(Buffer.alloc(300 * 1024 * 1024, " "), { params });
    expect((await send(bomb)).status).toBe(400);
    expect((await send(Buffer.from("not brotli"))).status).toBe(400);
  });
});
