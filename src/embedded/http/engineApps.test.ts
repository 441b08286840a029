import { mkdtempSync, rmSync } from "node:fs";
import { request as nodeRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

import { ConvexHttpClient } from "convex/browser";
import { anyApi } from "convex/server";
import { ConvexError } from "convex/values";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { FakeFunctions } from "../../../test/support/fakeFunctions.ts";
import { KeysUnavailableError } from "../auth/providerKeys.ts";
import { InvalidTokenError } from "../auth/verifyToken.ts";
import type { Identity } from "../functions/identity.ts";
import { openSigningKey } from "../functions/signingKey.ts";
import { openFileStore, type FileStore } from "../storage/fileStore.ts";
import type { Database } from "../store/database.ts";
import { openDatabase } from "../store/openDatabase.ts";
import { mainApp, siteApp, type EngineAppsDeps } from "./engineApps.ts";
import { openHttpServer, type HttpServer } from "./httpServer.ts";
import { EnvironmentVariables } from "../admin/environmentVariables.ts";
import type { Pushes } from "../push/pushes.ts";
import { Imports } from "../snapshots/imports.ts";
import { Exports } from "../snapshots/exports.ts";
import { FunctionLogHistory } from "../admin/functionLogHistory.ts";

describe("the HTTP edge", () => {
  let functions: FakeFunctions;
  let directory: string;
  let database: Database;
  let files: FileStore;
  let main: HttpServer;
  let site: HttpServer;
  let url: string;
  let errors: unknown[];
  let httpAction: (request: Request, identity: Identity) => Promise<Response>;

  beforeEach(async () => {
    functions = new FakeFunctions();
    functions.queries["a:get"] = ({ read }) => read("x");
    functions.queries["a:echo"] = ({ call }) => call.args[0] ?? null;
    functions.queries["a:me"] = ({ identity }) => JSON.stringify(identity());
    functions.mutations["a:set"] = ({ write }, args) => {
      write("x", (args as { to: number }).to);
      return "set";
    };
    functions.actions["a:act"] = (args) => Promise.resolve(args);
    httpAction = (request) => Promise.resolve(new Response(request.url));
    errors = [];
    directory = mkdtempSync(join(tmpdir(), "http-edge-"));
    database = openDatabase({ path: ":memory:" });
    main = await openHttpServer("127.0.0.1", 0);
    site = await openHttpServer("127.0.0.1", 0);
    url = `http://127.0.0.1:${main.port}`;
    files = await openFileStore({ directory, database, cloudUrl: url });
    const deps: EngineAppsDeps = {
      runner: {
        runQuery: (call) => functions.runQuery(call),
        runMutation: (call) => functions.runMutation(call),
        runAction: (call) => functions.runAction(call),
        runHttpAction: (request, identity) => httpAction(request, identity),
        runInlineQuery: (_query, args) =>
          functions.runQuery({ path: "a:echo", args, identity: { kind: "admin" } }),
        find: (path) => {
          const kind =
            path in functions.mutations
              ? "mutation"
              : path in functions.actions
                ? "action"
                : "query";
          return {
            path,
            component: "",
            kind,
            visibility: "public",
            environment: "isolate",
            args: null,
            returns: null,
          };
        },
      },
      auth: {
        adminKey: "local|secret",
        verifyToken: (token) => {
          if (token === "down") return Promise.reject(new KeysUnavailableError("no network"));
          if (token !== "good") return Promise.reject(new InvalidTokenError("forged"));
          return Promise.resolve({ attributes: { subject: "ada" }, expiresAt: Infinity });
        },
      },
      adminKey: "local|secret",
      variables: new EnvironmentVariables({}, { database, apply: () => Promise.resolve() }),
      logHistory: new FunctionLogHistory(0),
      imports: await Imports.open({
        ...{ database, files, directory: join(directory, "imports") },
        onError: (error) => errors.push(error),
      }),
      exports: await Exports.open({
        ...{ database, files, directory: join(directory, "exports") },
        onError: (error) => errors.push(error),
      }),
      cloudUrl: url,
      siteUrl: `http://127.0.0.1:${site.port}`,
      latestTs: functions.latestTs,
      pushes: { start: () => Promise.resolve({}) } as unknown as Pushes,
      files,
      signingKey: openSigningKey(null),
      instanceName: "local",
      onError: (error) => errors.push(error),
    };
    main.serve(mainApp(deps));
    site.serve(siteApp(deps));
  });

  afterEach(async () => {
    main.terminate();
    site.terminate();
    await Promise.all([main.close(), site.close()]);
    await files.close();
    await database.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body), headers });

  describe("functions", () => {
    it("the stock HTTP client queries, mutates, acts and reads consistently", async () => {
      const client = new ConvexHttpClient(url, { logger: false });
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
      functions.runMutation = () => Promise.resolve({ ...failure, errorData: { code: "NO" } });
      functions.runAction = () => Promise.resolve(failure);
      const client = new ConvexHttpClient(url, { logger: false });
      const thrown = await client.mutation(anyApi["a"]!["set"]!, {}).catch((e: unknown) => e);
      expect(thrown).toBeInstanceOf(ConvexError);
      expect(thrown).toMatchObject({ data: { code: "NO" } });
      await expect(client.action(anyApi["a"]!["act"]!, {})).rejects.toThrow("failed");
    });

    it("who asks is taken from the Authorization header, and a bad one is refused", async () => {
      const me = async (authorization?: string) => {
        const headers: Record<string, string> =
          authorization === undefined ? {} : { authorization };
        const response = await post("/api/query", { path: "a:me" }, headers);
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
      expect(errors).toEqual([]);
    });

    it("without a format values come as plain JSON", async () => {
      const encoded = {
        big: { $integer: "BQAAAAAAAAA=" },
        bytes: { $bytes: "AQI=" },
        nan: { $float: "AAAAAAAA+H8=" },
        list: [1, null],
      };
      const ask = async (format?: string) => {
        const response = await post("/api/query", { path: "a:echo", args: encoded, format });
        return ((await response.json()) as { value: unknown }).value;
      };
      expect(await ask()).toEqual({ big: "5", bytes: "AQI=", nan: "NaN", list: [1, null] });
      expect(await ask("convex_encoded_json")).toEqual(encoded);
    });

    it("queries can be asked by GET, in batches, and any function by its path", async () => {
      await post("/api/function", { path: "a:set", args: { to: 7 } });
      const args = encodeURIComponent('{"n":1}');
      const byGet = await fetch(`${url}/api/query?path=a:echo&args=${args}`);
      expect(await byGet.json()).toMatchObject({ status: "success", value: { n: 1 } });
      const batch = await post("/api/query_batch", {
        queries: [{ path: "a:get" }, { path: "a:echo", args: [{ n: 2 }] }],
      });
      expect(await batch.json()).toMatchObject({ results: [{ value: 7 }, { value: { n: 2 } }] });
      const run = await post("/api/run/a/act", { args: { n: 3 } });
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
      const response = await fetch(`${url}${path}`, { method: "POST", body });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        code: expect.any(String) as string,
        message: expect.any(String) as string,
      });
      expect(errors).toEqual([]);
    });

    it("a body beyond the limit is refused before it is read", async () => {
      const answer = await new Promise<number | undefined>((resolve, reject) => {
        const headers = { "content-length": 1024 ** 3 };
        const request = nodeRequest(`${url}/api/query`, { method: "POST", headers }, (response) => {
          resolve(response.statusCode);
          request.destroy();
        });
        request.on("error", reject);
        request.write("{");
      });
      expect(answer).toBe(413);
    });

    it("a fault of the engine is told without its details, and reported", async () => {
      functions.runQuery = () => Promise.reject(new Error("disk on fire"));
      const response = await post("/api/query", { path: "a:get" });
      expect(response.status).toBe(500);
      expect(await response.text()).not.toContain("fire");
      expect(errors).toHaveLength(1);
    });

    it("any page may ask, with credentials", async () => {
      const response = await fetch(`${url}/api/query`, {
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

  describe("files", () => {
    async function upload(body: string, headers: Record<string, string> = {}) {
      const response = await fetch(files.uploadUrl(""), { method: "POST", body, headers });
      const answer = (await response.json()) as { storageId?: string; code?: string };
      return { status: response.status, ...answer };
    }

    async function uploadedUrl(body: string): Promise<string> {
      const { storageId } = await upload(body, { "content-type": "text/x-test" });
      const tx = database.begin("query");
      const { readStoredFile } = await import("../storage/storedFiles.ts");
      const file = readStoredFile(tx, storageId!);
      tx.close();
      return files.url(file!.uuid);
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
      expect([
        response.status,
        await response.text(),
        response.headers.get("content-range"),
      ]).toEqual([status, body, contentRange]);
    });

    it("a body whose digest differs, and a token that was not given, are refused", async () => {
      const sha256 = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
      expect(await upload("hello", { digest: `sha-256=${sha256}` })).toMatchObject({ status: 200 });
      expect(await upload("hallo", { digest: `sha-256=${sha256}` })).toMatchObject({
        ...{ status: 400, code: "DigestMismatch" },
      });
      expect(await upload("hello", { digest: "md5=x" })).toMatchObject({ status: 400 });
      const forged = await fetch(`${url}/api/storage/upload?token=x`, { method: "POST" });
      expect(forged.status).toBe(401);
    });

    it("an address that names no file is not found", async () => {
      for (const name of ["x", "..%2F..%2Fetc%2Fpasswd", crypto.randomUUID()]) {
        expect((await fetch(`${url}/api/storage/${name}`)).status).toBe(404);
      }
    });
  });

  describe("HTTP actions", () => {
    it("get the request as it was sent, on the site origin and below /http of the main one", async () => {
      httpAction = async (request) =>
        new Response(`${request.method} ${request.url} ${await request.text()}`, {
          status: 201,
          headers: { "x-got": request.headers.get("x-sent") ?? "" },
        });
      const init = { method: "PUT", body: "body", headers: { "x-sent": "yes" } };
      const siteUrl = `http://127.0.0.1:${site.port}`;
      const bySite = await fetch(`${siteUrl}/path/x?q=1`, init);
      expect([bySite.status, bySite.headers.get("x-got")]).toEqual([201, "yes"]);
      expect(await bySite.text()).toBe(`PUT ${siteUrl}/path/x?q=1 body`);
      const byMain = await fetch(`${url}/http/path/x?q=1`, init);
      expect(await byMain.text()).toBe(`PUT ${url}/path/x?q=1 body`);
    });

    it("say the type of their answer themselves, or nobody does", async () => {
      const type = async (body: ConstructorParameters<typeof Response>[0], init?: ResponseInit) => {
        httpAction = () => Promise.resolve(new Response(body, init));
        return (await fetch(`http://127.0.0.1:${site.port}/`)).headers.get("content-type");
      };
      expect(await type(new ArrayBuffer(3))).toBeNull();
      expect(await type(new Blob(["x"]).stream())).toBeNull();
      expect(await type(null)).toBeNull();
      expect(await type("text")).toBe("text/plain;charset=UTF-8");
      const headers = { "content-type": "image/png" };
      expect(await type(new ArrayBuffer(3), { headers })).toBe("image/png");
    });

    it("see the scheme that a proxy received", async () => {
      const siteUrl = `http://127.0.0.1:${site.port}/x`;
      const response = await fetch(siteUrl, { headers: { "x-forwarded-proto": "https" } });
      expect(await response.text()).toBe(siteUrl.replace("http", "https"));
    });

    it("are told that a token was bad instead of never being called", async () => {
      httpAction = (_, identity) => Promise.resolve(Response.json(identity));
      const as = async (authorization: string) =>
        await (
          await fetch(`http://127.0.0.1:${site.port}/`, { headers: { authorization } })
        ).json();
      expect(await as("Bearer good")).toMatchObject({ kind: "user" });
      expect(await as("Bearer bad")).toEqual({ kind: "unknown", reason: "forged" });
      expect(await as("Basic eDp5")).toMatchObject({ kind: "unknown" });
    });

    it("stream: the first part is there before the second is made", async () => {
      const steps = Promise.withResolvers<undefined>();
      httpAction = () => {
        const encoder = new TextEncoder();
        const body = new ReadableStream<Uint8Array>({
          async start(controller) {
            controller.enqueue(encoder.encode("first"));
            await steps.promise;
            controller.enqueue(encoder.encode("second"));
            controller.close();
          },
        });
        return Promise.resolve(new Response(body));
      };
      const response = await fetch(`http://127.0.0.1:${site.port}/`);
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      expect(await reader.read()).toEqual({ done: false, value: "first" });
      steps.resolve(undefined);
      expect(await reader.read()).toEqual({ done: false, value: "second" });
      expect((await reader.read()).done).toBe(true);
    });
  });

  describe("the stock command line", () => {
    it("is answered only with the admin key", async () => {
      const body = { adminKey: "local|secret", version: "1.48.0" };
      expect((await post("/api/get_config_hashes", body)).status).toBe(200);
      expect((await post("/api/get_config_hashes", { adminKey: "x" })).status).toBe(401);
      expect((await post("/api/get_config_hashes", {})).status).toBe(401);
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
        fetch(`${url}/api/deploy2/start_push`, {
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

  it("says what it is", async () => {
    for (const path of ["/", "/version", "/instance_name", "/instance_version"]) {
      expect((await fetch(`${url}${path}`)).status).toBe(200);
    }
    expect(await (await fetch(`${url}/.well-known/jwks.json`)).json()).toMatchObject({
      keys: [{ alg: "ES256" }],
    });
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
  });

  it("a port in use is refused by its number", async () => {
    await expect(openHttpServer("127.0.0.1", main.port)).rejects.toMatchObject({
      code: "PORT_TAKEN",
      message: expect.stringContaining(String(main.port)) as string,
    });
  });
});
