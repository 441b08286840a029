// @vitest-environment node
// What the real client throws, made by a server that misbehaves.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import OpenAI from "openai";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { ERRORS } from "./errors.ts";
import { modelErrorOf } from "./modelErrors.ts";

/** A client of a server that gives every request the same reply. */
async function clientOf(reply: (response: ServerResponse) => void): Promise<OpenAI> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      reply(response);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return new OpenAI({ apiKey: "k", baseURL: `http://127.0.0.1:${String(port)}/v1`, maxRetries: 0 });
}

const ask = { model: "m", messages: [{ role: "user" as const, content: "?" }] };

async function errorOf(reply: (response: ServerResponse) => void): Promise<unknown> {
  const client = await clientOf(reply);
  return await client.chat.completions.create(ask).then(
    () => undefined,
    (error: unknown) => error,
  );
}

const saying = (status: number, error: object, headers: Record<string, string> = {}) => {
  return (response: ServerResponse) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify({ error }));
  };
};

it.each([
  [401, { message: "wrong key" }, "MODEL_AUTH_FAILED"],
  [403, { message: "not yours" }, "MODEL_AUTH_FAILED"],
  [429, { message: "slow down" }, "MODEL_RATE_LIMITED"],
  [429, { message: "pay", code: "insufficient_quota" }, "MODEL_AUTH_FAILED"],
  [400, { message: "too long", code: "context_length_exceeded" }, "MODEL_CONTEXT_TOO_LONG"],
  [
    400,
    { message: "This model's maximum context length is 8192 tokens" },
    "MODEL_CONTEXT_TOO_LONG",
  ],
  [400, { message: "no", code: "content_filter" }, "MODEL_REFUSED"],
  [404, { message: "no such model" }, "INTERNAL"],
  [500, { message: "oops" }, "MODEL_UNAVAILABLE"],
  [503, { message: "overloaded" }, "MODEL_UNAVAILABLE"],
])("[ME1] status %i with %o is %s", async (status, error, code) => {
  expect(modelErrorOf(await errorOf(saying(status, error)))).toMatchObject({ code });
});

it("[ME1] says how long the provider wants to be left alone, within reason", async () => {
  const after = async (headers: Record<string, string>) =>
    modelErrorOf(await errorOf(saying(429, {}, headers))).retryAfterMs;
  expect(await after({ "retry-after": "7" })).toBe(7_000);
  expect(await after({ "retry-after-ms": "250" })).toBe(250);
  expect(await after({ "retry-after": "99999" })).toBe(600_000);
  expect(await after({ "retry-after": "soon" })).toBeUndefined();
  expect(await after({})).toBeUndefined();
});

it("[ME2] a server that hangs up, and one that is not there, is unavailable", async () => {
  const hungUp = await errorOf((response) => response.destroy());
  expect(modelErrorOf(hungUp).code).toBe("MODEL_UNAVAILABLE");
  const nobody = new OpenAI({ apiKey: "k", baseURL: "http://127.0.0.1:9/v1", maxRetries: 0 });
  await expect(nobody.chat.completions.create(ask)).rejects.toSatisfy(
    (error) => modelErrorOf(error).code === "MODEL_UNAVAILABLE",
  );
});

it("[ME2] a stream that is cut in the middle is told apart", async () => {
  const client = await clientOf((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const delta = { id: "1", choices: [{ index: 0, delta: { content: "Half" } }] };
    response.write(`data: ${JSON.stringify(delta)}\n\n`, () => response.destroy());
  });
  const read = async () => {
    const stream = await client.chat.completions.create({ ...ask, stream: true });
    const chunks = stream[Symbol.asyncIterator]();
    while ((await chunks.next()).done !== true);
  };
  await expect(read()).rejects.toSatisfy(
    (error) => modelErrorOf(error).code === "MODEL_STREAM_CUT",
  );
});

it("[ME3] output that cannot be parsed is invalid output", () => {
  const thrown = (make: () => unknown): unknown => {
    try {
      make();
    } catch (error) {
      return error;
    }
    return undefined;
  };
  expect(modelErrorOf(thrown(() => JSON.parse("{"))).code).toBe("MODEL_OUTPUT_INVALID");
  expect(modelErrorOf(thrown(() => z.string().parse(1))).code).toBe("MODEL_OUTPUT_INVALID");
});

it("[ME1] whatever is thrown gets a code that exists and a sentence of ours", () => {
  const anything = fc.oneof(
    fc.anything(),
    fc.string().map((text) => new Error(text)),
  );
  fc.assert(
    fc.property(anything, (thrown) => {
      const { code, message, retryable } = modelErrorOf(thrown);
      expect(message).toBe(ERRORS[code].sentence);
      expect(retryable).toBe(ERRORS[code].isRetryable);
    }),
  );
});
