import { request as nodeRequest } from "node:http";

import { ConvexHttpClient } from "convex/browser";
import { anyApi } from "convex/server";
import { ConvexError } from "convex/values";
import { beforeEach, describe, expect, it } from "vitest";

import { startHttpEdge, type HttpEdge } from "../../../test/support/httpEdge.ts";

describe("functions by HTTP", () => {
  let edge: HttpEdge;

  beforeEach(async () => {
    edge = await startHttpEdge();
    const { functions } = edge;
    functions.queries["a:get"] = ({ read }) => read("x");
    functions.queries["a:echo"] = ({ call }) => call.args[0] ?? null;
    functions.queries["a:me"] = ({ identity }) => JSON.stringify(identity());
    functions.mutations["a:set"] = ({ write }, args) => {
      write("x", (args as { to: number }).to);
      return "set";
    };
    functions.actions["a:act"] = (args) => Promise.resolve(args);
  });

  it("the stock HTTP client queries, mutates, acts and reads consistently", async () => {
    const client = new ConvexHttpClient(edge.url, { logger: false });
    const api = anyApi["a"]!;
    expect(await client.mutation(api["set"]!, { to: 1 })).toBe("set");
    expect(await client.query(api["get"]!, {})).toBe(1);
    expect(await client.action(api["act"]!, { n: 5n })).toEqual({ n: 5n });
    /* eslint-disable @typescript-eslint/no-deprecated -- clients in the field use it */
    expect(await client.consistentQuery(api["get"]!, {})).toBe(1);
    await client.mutation(api["set"]!, { to: 2 });
    expect(await client.consistentQuery(api["get"]!, {})).toBe(1);
    /* eslint-enable @typescript-eslint/no-deprecated */
    expect(await client.query(api["get"]!, {})).toBe(2);
  });

  it("errors come with the data that was thrown", async () => {
    const failure = { ok: false as const, errorMessage: "failed", logLines: [] };
    edge.functions.runMutation = () => Promise.resolve({ ...failure, errorData: { code: "NO" } });
    edge.functions.runAction = () => Promise.resolve(failure);
    const client = new ConvexHttpClient(edge.url, { logger: false });
    const thrown = await client.mutation(anyApi["a"]!["set"]!, {}).catch((e: unknown) => e);
    expect(thrown).toBeInstanceOf(ConvexError);
    expect(thrown).toMatchObject({ data: { code: "NO" } });
    await expect(client.action(anyApi["a"]!["act"]!, {})).rejects.toThrow("failed");
  });

  it("who asks is taken from the Authorization header, and a bad one is refused", async () => {
    const me = async (authorization?: string) => {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const response = await edge.post("/api/query", { path: "a:me" }, headers);
      const body = (await response.json()) as { value?: string; code?: string };
      return [response.status, body.value ?? body.code];
    };
    expect(await me()).toEqual([200, '{"kind":"none"}']);
    expect(await me("Bearer good")).toEqual([
      200,
      '{"kind":"user","attributes":{"subject":"ada"}}',
    ]);
    expect(await me("Convex local|secret")).toEqual([200, '{"kind":"admin"}']);
    expect(await me("Bearer bad")).toEqual([401, "Unauthenticated"]);
    expect(await me("Convex local|guess")).toEqual([401, "Unauthenticated"]);
    expect(await me("Basic eDp5")).toEqual([401, "Unauthenticated"]);
    expect(await me("Bearer down")).toEqual([503, "AuthProviderUnavailable"]);
    expect(edge.errors).toEqual([]);
  });

  it("without a format values come as plain JSON", async () => {
    const encoded = {
      big: { $integer: "BQAAAAAAAAA=" },
      bytes: { $bytes: "AQI=" },
      nan: { $float: "AAAAAAAA+H8=" },
      list: [1, null],
    };
    const ask = async (format?: string) => {
      const response = await edge.post("/api/query", { path: "a:echo", args: encoded, format });
      return ((await response.json()) as { value: unknown }).value;
    };
    expect(await ask()).toEqual({ big: "5", bytes: "AQI=", nan: "NaN", list: [1, null] });
    expect(await ask("convex_encoded_json")).toEqual(encoded);
  });

  it("queries can be asked by GET, in batches, and any function by its path", async () => {
    await edge.post("/api/function", { path: "a:set", args: { to: 7 } });
    const args = encodeURIComponent('{"n":1}');
    const byGet = await fetch(`${edge.url}/api/query?path=a:echo&args=${args}`);
    expect(await byGet.json()).toMatchObject({ status: "success", value: { n: 1 } });
    const batch = await edge.post("/api/query_batch", {
      queries: [{ path: "a:get" }, { path: "a:echo", args: [{ n: 2 }] }],
    });
    expect(await batch.json()).toMatchObject({ results: [{ value: 7 }, { value: { n: 2 } }] });
    const run = await edge.post("/api/run/a/act", { args: { n: 3 } });
    expect(await run.json()).toMatchObject({ status: "success", value: { n: 3 } });
  });

  it.each([
    ["no JSON", "/api/query", "{"],
    ["no path", "/api/query", "{}"],
    ["a format nobody knows", "/api/query", '{"path":"a:get","format":"xml"}'],
    ["arguments of the wrong kind", "/api/query", '{"path":"a:get","args":5}'],
    ["a timestamp of the future", "/api/query_at_ts", '{"path":"a:get","ts":"/////////38="}'],
    ["a malformed timestamp", "/api/query_at_ts", '{"path":"a:get","ts":"x"}'],
  ])("%s is a bad request", async (_, path, body) => {
    const response = await fetch(`${edge.url}${path}`, { method: "POST", body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: expect.any(String) as string,
      message: expect.any(String) as string,
    });
    expect(edge.errors).toEqual([]);
  });

  it("a body beyond the limit is refused before it is read", async () => {
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { "content-length": 1024 ** 3 };
      const request = nodeRequest(
        `${edge.url}/api/query`,
        { method: "POST", headers },
        (response) => {
          resolve(response.statusCode);
          request.destroy();
        },
      );
      request.on("error", reject);
      request.write("{");
    });
    expect(answer).toBe(413);
  });

  it("a fault of the engine is told without its details, and reported", async () => {
    edge.functions.runQuery = () => Promise.reject(new Error("disk on fire"));
    const response = await edge.post("/api/query", { path: "a:get" });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("fire");
    expect(edge.errors).toHaveLength(1);
  });

  it("any page may ask, with credentials", async () => {
    const response = await fetch(`${edge.url}/api/query`, {
      method: "OPTIONS",
      headers: {
        origin: "https://page.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "convex-client,content-type",
      },
    });
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": "https://page.example",
      "access-control-allow-credentials": "true",
      "access-control-allow-headers": "convex-client,content-type",
      "access-control-max-age": "86400",
    });
  });
});
