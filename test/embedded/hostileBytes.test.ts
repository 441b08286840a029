import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import { api } from "../fixtures/convex-projects/conformance/convex/_generated/api.js";
import { callFrame, callOutcome } from "../support/callFrame.ts";
import { reactiveClient } from "../support/convexEngine.ts";
import { expectUnharmed } from "../support/expectUnharmed.ts";
import { useTestEngine } from "../support/useTestEngine.ts";
import { connectRaw, frameHeader, upgradeRequest } from "../support/rawConnection.ts";
import { hello, openSyncSocket } from "../support/syncSocket.ts";

describe("an engine that is sent nonsense over sockets", () => {
  const used = useTestEngine();

  it("[HO2] valid messages with something wrong end in an error, and honest clients notice nothing", async () => {
    const honest = reactiveClient(used.engine.url);
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
          const { socket, say } = await openSyncSocket(used.engine.url);
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
    await expectUnharmed(used.engine);
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
      const connection = await connectRaw(used.port);
      connection.socket.write(upgradeRequest("/api/1.48.0/sync", used.port));
      await vi.waitFor(() => expect(connection.received().toString()).toContain("101 Switching"));
      connection.socket.write(stream);
      await connection.closed;
    }
    await expectUnharmed(used.engine);
  });

  it("[HO2] any version may be named in the address of a socket, none does harm", async () => {
    for (const version of ["0.0.1", "999999999999.0.0", "x".repeat(2_000), "%00", "__proto__"]) {
      const { say, first } = await openSyncSocket(used.engine.url, { version });
      say(hello(), callFrame("query", "values:echo", '[{"value":1}]'));
      expect(callOutcome(await first("Transition"))).toBe("succeeded");
    }
    await expectUnharmed(used.engine);
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
      const { say, received, closed } = await openSyncSocket(used.engine.url);
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
      expect((await fetch(`${used.engine.url}/api/query`, options)).status).toBe(401);
    }
    await expectUnharmed(used.engine);
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
