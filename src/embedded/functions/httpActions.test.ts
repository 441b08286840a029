import { expect, it } from "vitest";
import { ADMIN, openTestRuntime, SITE_URL, valueOf } from "../../../test/support/testRuntime.ts";
import type { Identity } from "./identity.ts";

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
