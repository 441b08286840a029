import { expect, it } from "vitest";
import {
  ADMIN,
  openTestRuntime,
  SITE_URL,
  valueOf,
  writeProject,
} from "../../../../test/support/testRuntime.ts";
import { bundleFunctions } from "../build/bundle.ts";
import type { Identity } from "../identity.ts";

async function ask(path: string, init: RequestInit = {}, identity: Identity = { kind: "none" }) {
  const runtime = await openTestRuntime();
  const response = await runtime.runner.runHttpAction(new Request(SITE_URL + path, init), identity);
  return { response, text: await response.text(), runtime };
}

it("[FH1] a route is found by path and method and may run mutations", async () => {
  const { response, text, runtime } = await ask("/messages", {
    method: "POST",
    body: JSON.stringify({ body: "by HTTP" }),
  });
  expect(response.status).toBe(201);
  expect(JSON.parse(text)).toHaveProperty("id");
  expect(valueOf(await runtime.query("messages:count", {}, ADMIN))).toBe(1);
});

it("[FH1] a prefix route sees the whole address, headers and the caller", async () => {
  const identity: Identity = { kind: "user", attributes: { subject: "ada" } };
  const { response, text } = await ask("/echo/a/b?c=d", { headers: { "x-sent": "yes" } }, identity);
  expect(text).toBe("/echo/a/b?c=d ada");
  expect(response.headers.get("x-seen")).toBe("yes");
});

it("[FH2] a response may be written while it is read", async () => {
  expect((await ask("/stream")).text).toBe("one two three");
});

it("[FH6] a response may be given a body whose status has none; it is not sent", async () => {
  const { runner } = await openTestRuntime();
  const sent: [number, string][] = [];
  for (const status of [202, 204, 205, 304]) {
    const request = new Request(`${SITE_URL}/status/${String(status)}`);
    const response = await runner.runHttpAction(request, { kind: "none" });
    sent.push([response.status, await response.text()]);
  }
  expect(sent).toEqual([
    [202, "a body"],
    [204, ""],
    [205, ""],
    [304, ""],
  ]);
});

it.each([
  ["/none", "GET"],
  ["/messages", "GET"],
])("[FH3] %s %s leads nowhere", async (path, method) => {
  expect((await ask(path, { method })).response.status).toBe(404);
});

it("[FH4] a handler that throws answers 500 with its error", async () => {
  const { response, text } = await ask("/fails");
  expect(response.status).toBe(500);
  expect(JSON.parse(text)).toMatchObject({
    code: expect.stringMatching(/^\[Request ID: \w+\] Server Error$/) as string,
    trace: expect.stringContaining("Uncaught Error: http boom") as string,
  });
});

it("[FH5] a token that was not accepted shows when the handler asks who calls", async () => {
  const { text } = await ask("/echo/x", {}, { kind: "unknown", reason: "bad token" });
  expect(JSON.parse(text)).toMatchObject({ trace: expect.stringContaining("bad token") as string });
});

const BODIES = {
  "http.ts": `
    import { httpActionGeneric as httpAction, httpRouter } from "convex/server";
    const http = httpRouter();
    const route = (path, handler) =>
      http.route({ path, method: "POST", handler: httpAction(async (_, request) => handler(request)) });
    const upper = () => new TransformStream({ transform(part, controller) {
      controller.enqueue(new TextEncoder().encode(new TextDecoder().decode(part).toUpperCase()));
    } });
    route("/upper", (request) => new Response(request.body.pipeThrough(upper())));
    route("/size", async (request) => Response.json((await request.arrayBuffer()).byteLength));
    route("/endless", () => {
      let parts = 0;
      return new Response(new ReadableStream({ pull(controller) {
        controller.enqueue(new Uint8Array(65536).fill(parts++));
      } }));
    });
    route("/hoards", () => new Response(new ReadableStream({ start(controller) {
      controller.enqueue(new Uint8Array([1]));
      setTimeout(() => { for (const kept = []; ; ) kept.push(new Array(1_000_000).fill(kept.length)); }, 200);
    } })));
    route("/waits", (request) => new Promise((resolve) =>
      request.signal.addEventListener("abort", () => { globalThis.gone = true; resolve(new Response()); })));
    route("/gone", () => Response.json(globalThis.gone === true));
    route("/nothing", () => "no response");
    export default http;`,
};

function readerOf({ body }: Response): ReadableStreamDefaultReader<Uint8Array> {
  if (body === null) throw new Error("The response has no body.");
  return body.getReader();
}

async function openBodies() {
  const functionsDir = await writeProject(BODIES);
  const { runner } = await openTestRuntime({ bundle: await bundleFunctions({ functionsDir }) });
  return async (path: string, init: RequestInit = {}) =>
    await runner.runHttpAction(
      new Request(SITE_URL + path, { method: "POST", duplex: "half", ...init }),
      { kind: "none" },
    );
}

it("[FH7] a request is read while it is sent, and a response while it is written", async () => {
  const ask = await openBodies();
  const sending = new TransformStream<Uint8Array, Uint8Array>();
  const writer = sending.writable.getWriter();
  const response = await ask("/upper", { body: sending.readable });
  const reader = readerOf(response);
  for (const [sent, got] of [
    ["one", "ONE"],
    ["two", "TWO"],
  ] as const) {
    await writer.write(new TextEncoder().encode(sent));
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toBe(got); // before the next part is sent
  }
  await writer.close();
  expect((await reader.read()).done).toBe(true);
  const large = await ask("/size", { body: new Uint8Array(3_000_000) });
  expect(await large.json()).toBe(3_000_000);
});

it("[FH7] an endless response is written no further than it is read", async () => {
  const ask = await openBodies();
  const reader = readerOf(await ask("/endless"));
  const first = await reader.read();
  await (await ask("/gone")).text(); // time to write ahead, had it been allowed to
  let last = first.value?.[0] ?? -1;
  for (let n = 0; n < 20; n++) last = (await reader.read()).value?.[0] ?? -1;
  expect(last).toBe(20);
  await reader.cancel();
});

it("[FH7] a response whose action is lost breaks off; the next request gets a new thread", async () => {
  const ask = await openBodies();
  const broken = await ask("/hoards");
  await expect(broken.arrayBuffer()).rejects.toThrow(/out of memory/);
  expect(await (await ask("/size", { body: "abc" })).json()).toBe(3);
});

it("[FH8] a handler is told when its client has gone", async () => {
  const ask = await openBodies();
  const client = new AbortController();
  const waiting = ask("/waits", { signal: client.signal });
  client.abort();
  await waiting;
  await expect.poll(async () => await (await ask("/gone")).json()).toBe(true);
});

it("[FH4] what is no response is an error", async () => {
  const response = await (await openBodies())("/nothing");
  expect(response.status).toBe(500);
  expect(await response.text()).toContain("An HTTP action must return a Response.");
});
