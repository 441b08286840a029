import { fileURLToPath } from "node:url";

import { ConvexHttpClient } from "convex/browser";
import { anyApi } from "convex/server";
import { afterAll, beforeAll, expect, it } from "vitest";

import { baseClient, reactiveClient, startTestEngine } from "../support/convexEngine.ts";
import type { TestEngine } from "../support/convexEngine.ts";

const FUNCTIONS = fileURLToPath(
  new URL("../fixtures/convex-projects/components/convex", import.meta.url),
);

/** What the stock client offers to Convex's own tools. */
interface OperatorClient {
  setAdminAuth(key: string): void;
  subscribe(path: string, args: object, options: { componentPath: string }): unknown;
}

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine({ functionsDir: FUNCTIONS, environment: { GREETING: "hello" } });
});
afterAll(() => engine.close());

async function post(body: object, key?: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${engine.url}/api/function`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      ...(key === undefined ? {} : { Authorization: `Convex ${key}` }),
    },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}

it("[EC16] a query over components is live: a write inside one arrives", async () => {
  const client = reactiveClient(engine.url);
  const seen: unknown[] = [];
  client.onUpdate(anyApi["app"]!["counts"]!, { name: "live" }, (value) => seen.push(value));
  await expect.poll(() => seen.at(-1)).toMatchObject([0, 0, expect.any(Number)]);
  await client.mutation(anyApi["app"]!["addToBoth"]!, { name: "live", by: 3 });
  await expect.poll(() => seen.at(-1)).toMatchObject([3, 6, expect.any(Number)]);
});

it("[EC17] the operator calls a component's function by its path, nobody else does", async () => {
  const call = { componentPath: "counter", path: "public:get", args: { name: "nothing" } };
  expect(await post(call, engine.adminKey)).toMatchObject({ status: "success", value: 0 });
  expect(await post(call)).toMatchObject({ status: "error" });
  expect(await post({ ...call, componentPath: null, path: "counter::public:get" })).toMatchObject({
    status: "error",
    errorMessage: expect.stringContaining("Could not find public function") as string,
  });
});

it("[EC17] over the socket as well", async () => {
  const query = new Promise((resolve) => {
    const client = baseClient(engine.url, () => {
      const value = client.localQueryResult("public:get", { name: "nothing" });
      if (value !== undefined) resolve(value);
    });
    const operator = client as unknown as OperatorClient;
    operator.setAdminAuth(engine.adminKey);
    operator.subscribe("public:get", { name: "nothing" }, { componentPath: "counter" });
  });
  expect(await query).toBe(0);
});

it("[EC17] a client cannot name a component in a path", async () => {
  const client = new ConvexHttpClient(engine.url, { logger: false });
  await expect(
    client.query("counter::public:get" as never, { name: "a" } as never),
  ).rejects.toThrow(/Could not find public function/);
});
