import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { api } from "../fixtures/convex-projects/conformance/convex/_generated/api.js";
import { callFrame, callOutcome, type Kind } from "../support/callFrame.ts";
import { httpClient } from "../support/convexEngine.ts";
import { expectUnharmed } from "../support/expectUnharmed.ts";
import { useTestEngine } from "../support/useTestEngine.ts";
import { hello, openSyncSocket } from "../support/syncSocket.ts";

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

describe("an engine whose functions are called with nonsense", () => {
  const used = useTestEngine();

  /** What a call over a socket came to: "failed", "succeeded", or how the socket ended. */
  async function outcomeOf(kind: Kind, path: string, args: string): Promise<string> {
    const { say, first, closed } = await openSyncSocket(used.engine.url);
    say(hello(), callFrame(kind, path, args));
    const answer =
      kind === "query" ? "Transition" : `${kind[0]!.toUpperCase()}${kind.slice(1)}Response`;
    const ended = closed.then(({ reason }) => `closed ${reason}`);
    return await Promise.race([first(answer).then(callOutcome), ended]);
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
        const response = await fetch(`${used.engine.url}/api/${kind}`, { method: "POST", body });
        expect(await response.json()).toMatchObject({ status: "error" });
      }
      // And where a type is asked for, before the function sees it.
      const args = `[{"name":"x","amount":${value}}]`;
      expect(await outcomeOf("mutation", "counters:add", args)).toBe("failed");
      await expectUnharmed(used.engine);
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
    await expectUnharmed(used.engine);
  });

  it("[HO1] a value named like a prototype stays a value", async () => {
    const value = JSON.parse('{"constructor":{"prototype":{"polluted":1}}}') as never;
    expect(await httpClient(used.engine.url).query(api.values.echo, { value })).toEqual(value);
    expect(
      await outcomeOf("mutation", "values:store", '[{"value":{"__proto__":{"polluted":1}}}]'),
    ).toBe("succeeded");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    await expectUnharmed(used.engine);
  });

  const PATHS = ["", ":", "::", "../x:y", "__proto__:x", "values:__proto__", "values:constructor"];
  it.each([...PATHS, "toString:toString", "_generated/api:api", "values:echo:x", "\u0000"])(
    "[HO1] a path that leads nowhere is an error of the call: %j",
    async (path) => {
      expect(await outcomeOf("mutation", JSON.stringify(path).slice(1, -1), "[{}]")).toBe("failed");
      await expectUnharmed(used.engine);
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
        const { say, first } = await openSyncSocket(used.engine.url);
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
    await expectUnharmed(used.engine);
  });

  it.each([
    ["3 million levels", "[".repeat(3_000_000) + "]".repeat(3_000_000)],
    ["brackets that never close", "[".repeat(10_000_000)],
  ])("[HO6] %s end the socket or the request, not the engine", async (_, value) => {
    const { say, received, closed } = await openSyncSocket(used.engine.url);
    say(hello(), callFrame("mutation", "values:store", `[{"value":${value}}]`));
    await closed;
    expect(received).toMatchObject([{ type: "FatalError" }]);
    const body = `{"path":"values:store","args":{"value":${value}}}`;
    const response = await fetch(`${used.engine.url}/api/mutation`, { method: "POST", body });
    expect(response.status).toBe(400);
    await expectUnharmed(used.engine);
  });
});
