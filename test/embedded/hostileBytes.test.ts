import { brotliCompressSync, constants } from "node:zlib";

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { api } from "../fixtures/convex-projects/conformance/convex/_generated/api.js";
import {
  httpClient,
  reactiveClient,
  startTestEngine,
  type TestEngine,
} from "../support/convexEngine.ts";
import { connectRaw, frameHeader, upgradeRequest } from "../support/rawConnection.ts";
import { hello, openSyncSocket, type ServerMessage } from "../support/syncSocket.ts";

/** JSON text, since some of it cannot be written by `JSON.stringify`. */
const MALFORMED_VALUES: Record<string, string> = {
  "an int64 that is a number": '{"$integer":5}',
  "an int64 of one byte": '{"$integer":"AA=="}',
  "an int64 of twelve bytes": '{"$integer":"AAAAAAAAAAAAAAAA"}',
  "an int64 that is no base64": '{"$integer":"!!!!"}',
  "an int64 that is an object": '{"$integer":{"$integer":1}}',
  "a float that is an ordinary number": '{"$float":"AAAAAAAA8D8="}',
  "a float of one byte": '{"$float":"AA=="}',
  "bytes that are a number": '{"$bytes":7}',
  "bytes that are no base64": '{"$bytes":"!"}',
  "a set": '{"$set":[1]}',
  "a form nobody knows": '{"$what":1}',
  "a field that begins with a dollar": '{"$a":1,"b":2}',
  "a field with a control character": '{"a\\u0000b":1}',
  "a field that is not ASCII": '{"é":1}',
  "a field of 2,000 characters": `{"${"k".repeat(2_000)}":1}`,
  undefined: '{"$undefined":null}',
  "65 levels": "[".repeat(65) + "]".repeat(65),
  "900 levels": '{"a":'.repeat(900) + "1" + "}".repeat(900),
};

const TYPES = {
  query: "values:echo",
  mutation: "values:store",
  action: "values:echoAction",
} as const;
type Kind = keyof typeof TYPES;

/** The message that calls a function with these arguments (JSON text). */
function callFrame(kind: Kind, path: string, args: string): string {
  if (kind === "query") {
    const add = `{"type":"Add","queryId":0,"udfPath":"${path}","args":${args}}`;
    return `{"type":"ModifyQuerySet","baseVersion":0,"newVersion":1,"modifications":[${add}]}`;
  }
  const type = kind === "mutation" ? "Mutation" : "Action";
  return `{"type":"${type}","requestId":0,"udfPath":"${path}","args":${args}}`;
}

describe("an engine that is sent nonsense", () => {
  let engine: TestEngine;
  let port: number;

  beforeAll(async () => {
    engine = await startTestEngine();
    port = Number(new URL(engine.url).port);
  });
  afterAll(() => engine.close());

  /** No fault of the engine's own was reported, and who behaves is served. */
  async function expectUnharmed(): Promise<void> {
    expect(await httpClient(engine.url).query(api.values.echo, { value: 1 })).toBe(1);
    expect(engine.events.filter(({ type }) => type !== "function")).toEqual([]);
  }

  /** What a call over a socket came to: "failed", "succeeded", or how the socket ended. */
  async function outcomeOf(kind: Kind, path: string, args: string): Promise<string> {
    const { say, first, closed } = await openSyncSocket(engine.url);
    say(hello(), callFrame(kind, path, args));
    const answer =
      kind === "query" ? "Transition" : `${kind[0]!.toUpperCase()}${kind.slice(1)}Response`;
    const ended = closed.then(({ reason }) => `closed ${reason}`);
    return await Promise.race([first(answer).then(callSucceeded), ended]);
  }

  function callSucceeded(message: ServerMessage): string {
    const { type, success, modifications } = message;
    if (type !== "Transition") return success === true ? "succeeded" : "failed";
    return (modifications as { type: string }[])[0]?.type === "QueryUpdated"
      ? "succeeded"
      : "failed";
  }

  it.each(Object.entries(MALFORMED_VALUES))(
    "[HO1] %s is an error of the call, over sockets and HTTP",
    async (_, value) => {
      for (const kind of ["query", "mutation", "action"] as const) {
        expect([kind, await outcomeOf(kind, TYPES[kind], `[{"value":${value}}]`)]).toEqual([
          kind,
          "failed",
        ]);
        const body = `{"path":"${TYPES[kind]}","args":{"value":${value}}}`;
        const response = await fetch(`${engine.url}/api/${kind}`, { method: "POST", body });
        expect(await response.json()).toMatchObject({ status: "error" });
      }
      // And where a type is asked for, before the function sees it.
      const args = `[{"name":"x","amount":${value}}]`;
      expect(await outcomeOf("mutation", "counters:add", args)).toBe("failed");
      await expectUnharmed();
    },
  );

  it.each([
    ["no arguments", "[]"],
    ["two of them", '[{"value":1},{"value":2}]'],
    ["a string", '["x"]'],
    ["null", "[null]"],
    ["a prototype", '[{"__proto__":{"value":1}}]'],
    ["one that is too many", '[{"value":1,"more":2}]'],
  ])("[HO1] arguments that are none are an error of the call: %s", async (_, args) => {
    for (const kind of ["query", "mutation", "action"] as const) {
      expect(await outcomeOf(kind, TYPES[kind], args)).toBe("failed");
    }
    await expectUnharmed();
  });

  it("[HO1] a value named like a prototype stays a value", async () => {
    const value = JSON.parse('{"constructor":{"prototype":{"polluted":1}}}') as never;
    expect(await httpClient(engine.url).query(api.values.echo, { value })).toEqual(value);
    expect(
      await outcomeOf("mutation", "values:store", '[{"value":{"__proto__":{"polluted":1}}}]'),
    ).toBe("succeeded");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    await expectUnharmed();
  });

  const PATHS = ["", ":", "::", "../x:y", "__proto__:x", "values:__proto__", "values:constructor"];
  it.each([...PATHS, "toString:toString", "_generated/api:api", "values:echo:x", "\u0000"])(
    "[HO1] a path that leads nowhere is an error of the call: %j",
    async (path) => {
      expect(await outcomeOf("mutation", JSON.stringify(path).slice(1, -1), "[{}]")).toBe("failed");
      await expectUnharmed();
    },
  );

  it("[HO1] made-up ids, cursors, page sizes and journals are errors of the call", async () => {
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.base64String({ maxLength: 80 }),
      fc.stringMatching(/^[0-9a-z]{31,37}$/),
      fc.constant("a".repeat(1_000_000)),
    );
    const options = { numItems: 2, cursor: null };
    const odd = fc.oneof(text, fc.double(), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(text, odd, async (made, anything) => {
        const args = (paginationOpts: object) => [{ room: "x", paginationOpts }];
        const calls: [string, object[], string | null][] = [
          ["values:read", [{ id: made }], null],
          ["messages:page", args({ ...options, cursor: made }), null],
          ["messages:page", args({ ...options, endCursor: made }), null],
          ["messages:page", args({ ...options, numItems: anything }), null],
          ["messages:page", args(options), made],
        ];
        const { say, first } = await openSyncSocket(engine.url);
        const modifications = calls.map(([udfPath, args, journal], queryId) => ({
          ...{ type: "Add", queryId, udfPath, args, journal },
        }));
        say(hello(), { type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications });
        const { modifications: results } = await first("Transition");
        for (const { type, value } of results as { type: string; value?: object | null }[]) {
          // An id may be right by chance, and names nothing; a size may be one that a page can have.
          if (type === "QueryUpdated") expect(value === null || "page" in value!).toBe(true);
        }
      }),
      { numRuns: 8 },
    );
    await expectUnharmed();
  });

  it.each([
    ["3 million levels", "[".repeat(3_000_000) + "]".repeat(3_000_000)],
    ["brackets that never close", "[".repeat(10_000_000)],
  ])("[HO6] %s end the socket or the request, not the engine", async (_, value) => {
    const { say, received, closed } = await openSyncSocket(engine.url);
    say(hello(), callFrame("mutation", "values:store", `[{"value":${value}}]`));
    await closed;
    expect(received).toMatchObject([{ type: "FatalError" }]);
    const body = `{"path":"values:store","args":{"value":${value}}}`;
    const response = await fetch(`${engine.url}/api/mutation`, { method: "POST", body });
    expect(response.status).toBe(400);
    await expectUnharmed();
  });

  it("[HO2] valid messages with something wrong end in an error, and honest clients notice nothing", async () => {
    const honest = reactiveClient(engine.url);
    const seen: number[] = [];
    const name = crypto.randomUUID();
    honest.onUpdate(api.counters.read, { name }, (count) => seen.push(count));
    const valid = [
      JSON.stringify(hello()),
      callFrame("query", "values:echo", '[{"value":{"$integer":"BQAAAAAAAAA="}}]'),
      callFrame("mutation", "counters:add", '[{"name":"hostile","amount":1}]'),
      callFrame("action", "values:echoAction", '[{"value":[1,{"a":"b"}]}]'),
      '{"type":"Authenticate","baseVersion":0,"tokenType":"User","value":"e30.e30.e30"}',
      '{"type":"Event","eventType":"ClientConnect","event":{}}',
    ];
    let mutations = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(mutated(fc.constantFrom(...valid)), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (frames, greets) => {
          const { socket, say } = await openSyncSocket(engine.url);
          if (greets) say(hello());
          for (const frame of frames) socket.send(frame.bytes, { binary: frame.isBinary });
          // The engine answers a ping only after what came before it was read.
          const read = new Promise((resolve) => {
            socket.once("pong", resolve);
            socket.once("close", resolve);
          });
          socket.ping();
          await read;
          socket.terminate();
          if (++mutations % 20 === 0) await honest.mutation(api.counters.add, { name, amount: 1 });
        },
      ),
      { numRuns: 120 },
    );
    expect(seen.at(-1)).toBe(Math.floor(mutations / 20));
    expect(honest.connectionState().connectionCount).toBe(1);
    await expectUnharmed();
  });

  it("[HO2] frames that are cut, torn into pieces, reserved or endless close that socket alone", async () => {
    const streams: Buffer[] = [
      Buffer.concat([frameHeader(1, 1_000_000_000)]), // larger than may be
      Buffer.from([0xf1, 0x80, 0, 0, 0, 0]), // reserved bits
      Buffer.from([0x83, 0x80, 0, 0, 0, 0]), // an opcode that does not exist
      Buffer.from([0x81, 0x01, 0x7b]), // not masked
      Buffer.from([0x80, 0x80, 0, 0, 0, 0]), // the rest of a message that never began
      Buffer.from([0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0]), // a ping that is too long
      Buffer.concat(
        Array.from({ length: 40_000 }, (_, i) =>
          Buffer.from([i === 0 ? 1 : 0, 0x81, 0, 0, 0, 0, 32]),
        ),
      ),
      Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]), // not UTF-8
    ];
    for (const stream of streams) {
      const connection = await connectRaw(port);
      connection.socket.write(upgradeRequest("/api/1.48.0/sync", port));
      await vi.waitFor(() => expect(connection.received().toString()).toContain("101 Switching"));
      connection.socket.write(stream);
      await connection.closed;
    }
    await expectUnharmed();
  });

  it("[HO2] any version may be named in the address of a socket, none does harm", async () => {
    for (const version of ["0.0.1", "999999999999.0.0", "x".repeat(2_000), "%00", "__proto__"]) {
      const { say, first } = await openSyncSocket(engine.url, { version });
      say(hello(), callFrame("query", "values:echo", '[{"value":1}]'));
      expect(callSucceeded(await first("Transition"))).toBe("succeeded");
    }
    await expectUnharmed();
  });

  it("[HO4] tokens that are none are refused and told why", async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const tokens = [
      ..."|.|..|e30.e30.e30".split("|"),
      "x".repeat(1_000_000),
      `${part({ alg: "none" })}.${part({ iss: 5, sub: {}, aud: [[]] })}.`,
      `${part({ alg: "RS256" })}.${part({ iss: `https://a${"/".repeat(40_000)}x` })}.x`,
      `${part({ alg: "RS256", kid: "../../etc" })}.${part({ iss: "https://issuer.example" })}.x`,
    ];
    for (const value of tokens) {
      const { say, received, closed } = await openSyncSocket(engine.url);
      say(hello(), { type: "Authenticate", baseVersion: 0, tokenType: "User", value });
      await closed;
      expect(received).toMatchObject([{ type: "AuthError", authUpdateAttempted: true }]);
    }
    for (const authorization of [
      "Bearer",
      "Bearer x",
      "Convex",
      "Convex :",
      "Basic eDp5",
      ":",
      "Convex x:e30=",
    ]) {
      const body = JSON.stringify({ path: "values:echo", args: { value: 1 } });
      const options = { method: "POST", body, headers: { authorization } };
      expect((await fetch(`${engine.url}/api/query`, options)).status).toBe(401);
    }
    await expectUnharmed();
  });

  describe("over HTTP", () => {
    const post = (path: string, body: RequestInit["body"], headers: Record<string, string> = {}) =>
      fetch(`${engine.url}${path}`, {
        method: "POST",
        body,
        headers,
        duplex: "half",
      } as RequestInit);

    it.each([
      ["no JSON", "{", 400],
      ["nothing", "", 400],
      ["another shape", '{"path":5}', 400],
      ["a path of 2,000 characters", JSON.stringify({ path: "x".repeat(2_000), args: {} }), 400],
      ["a format nobody knows", '{"path":"values:echo","args":{},"format":"xml"}', 400],
      ["bytes that are no UTF-8", Buffer.from([0xff, 0xfe, 0x00]), 400],
      ["more than 32 MiB", "x".repeat(33 * 1024 * 1024), 413],
    ])("[HO5] a body of %s is refused", async (_, body, status) => {
      expect((await post("/api/query", body)).status).toBe(status);
      await expectUnharmed();
    });

    it("[HO5] a body without a length is cut off when it is too long", async () => {
      let sent = 0;
      const endless = new ReadableStream({
        pull(controller) {
          sent += 1_000_000;
          controller.enqueue(new Uint8Array(1_000_000));
        },
      });
      const answer = await post("/api/query", endless).then(
        ({ status }) => status,
        () => "cut off",
      );
      expect([413, "cut off"]).toContain(answer);
      expect(sent).toBeLessThan(100_000_000);
      await expectUnharmed();
    });

    it("[HO5] a Brotli bomb from somebody without the key is refused, however often it comes", async () => {
      const params = { [constants.BROTLI_PARAM_QUALITY]: 0 };
      const bomb = brotliCompressSync(Buffer.alloc(40 * 1024 * 1024, " "), { params });
      const answers = await Promise.all(
        Array.from({ length: 2 }, () =>
          post("/api/deploy2/start_push", new Uint8Array(bomb), { "content-encoding": "br" }),
        ),
      );
      for (const { status } of answers) expect([400, 401]).toContain(status);
      await expectUnharmed();
    });

    it("[HO5] headers that are huge, many or malformed are refused before anybody reads them", async () => {
      for (const head of [
        `GET /version HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(100_000)}\r\n\r\n`,
        `GET /version HTTP/1.1\r\nHost: x\r\n${"X: y\r\n".repeat(20_000)}\r\n`,
        `GET /${"x".repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
        "GET /version HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /api/query HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST /api/query HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET /version HTTP/9.9\r\n\r\n",
        "\u0000\u0001\u0002\r\n\r\n",
        `GET /api/1.48.0/sync HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX: ${"y".repeat(50_000)}\r\n\r\n`,
      ]) {
        const connection = await connectRaw(port);
        connection.socket.write(head);
        await connection.closed;
        expect(connection.received().toString()).toMatch(/^HTTP\/1.1 4\d\d/);
      }
      await expectUnharmed();
    });

    it("[HO5] an upgrade that is none is refused", async () => {
      for (const headers of [
        { "Sec-WebSocket-Key": "short" },
        { "Sec-WebSocket-Version": "5" },
        { Upgrade: "h2c" },
      ] as Record<string, string>[]) {
        const connection = await connectRaw(port);
        connection.socket.write(upgradeRequest("/api/1.48.0/sync", port, headers));
        await vi.waitFor(() =>
          expect(connection.received().toString()).toMatch(/^HTTP\/1.1 4\d\d/),
        );
      }
      await expectUnharmed();
    });

    it("[HO5] a body that breaks off is nobody's fault but the sender's", async () => {
      const uploadUrl = await httpClient(engine.url).mutation(api.files.uploadUrl, {});
      const { pathname, search } = new URL(uploadUrl);
      for (const path of [
        "/api/query",
        "/api/deploy2/start_push",
        `${pathname}${search}`,
        "/http/echo",
      ]) {
        const { socket } = await connectRaw(port);
        socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{`);
        await expectUnharmed(); // answered after the request above has begun
        socket.destroy();
      }
      await expectUnharmed();
    });

    it("[HO5] hundreds of requests that never end keep nobody out", async () => {
      const slow = await Promise.all(Array.from({ length: 300 }, () => connectRaw(port)));
      slow.forEach(({ socket }, i) => {
        socket.write(
          i % 2 === 0
            ? "GET /version HTTP/1.1\r\nX-Slow"
            : 'POST /api/query HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n{"path":',
        );
      });
      await expectUnharmed();
      for (const { socket } of slow) socket.destroy();
    });
  });
});

/** A text with a few bytes changed, cut, doubled or exchanged; now and then unchanged. */
function mutated(texts: fc.Arbitrary<string>): fc.Arbitrary<{ bytes: Buffer; isBinary: boolean }> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    how: fc.constantFrom("flip", "cut", "double", "insert", "token"),
    byte: fc.nat(255),
    token: fc.constantFrom(
      "null",
      "-1",
      "1e400",
      '"',
      "{}",
      "[",
      "\\u0000",
      "__proto__",
      "$integer",
    ),
  });
  return fc
    .record({ text: texts, changes: fc.array(change, { maxLength: 4 }), isBinary: fc.nat(9) })
    .map(({ text, changes, isBinary }) => {
      let bytes = Buffer.from(text);
      for (const { at, how, byte, token } of changes) {
        const index = Math.floor(at * bytes.length);
        const [before, after] = [bytes.subarray(0, index), bytes.subarray(index)];
        if (how === "flip") bytes = Buffer.concat([before, Buffer.from([byte]), after.subarray(1)]);
        else if (how === "cut") bytes = Buffer.from(before);
        else if (how === "double") bytes = Buffer.concat([before, after, after]);
        else bytes = Buffer.concat([before, Buffer.from(how === "insert" ? [byte] : token), after]);
      }
      return { bytes, isBinary: isBinary === 0 };
    });
}
