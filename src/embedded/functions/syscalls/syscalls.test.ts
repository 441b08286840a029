/** System calls beyond reading and writing, probed by the fixture's meta.ts. */
import { createLocalJWKSet, jwtVerify } from "jose";
import { expect, it } from "vitest";
import {
  CLOUD_URL,
  errorOf,
  openTestRuntime,
  valueOf,
  writeProject,
} from "../../../../test/support/testRuntime.ts";
import { bundleFunctions } from "../build/bundle.ts";
import { openSigningKey } from "../signingKey.ts";
import { signToken } from "../signToken.ts";

it("[FS1] a function handle can be stored and called later", async () => {
  const { query, mutation } = await openTestRuntime();
  const handle = valueOf(await query("meta:handle"));
  expect(handle).toMatch(/^function:\/\/.+#meta:viaHandle$/);
  expect(valueOf(await mutation("meta:callHandle", { handle }))).toBe("handled it");
  expect(errorOf(await mutation("meta:callHandle", { handle: "function://x" }))).toContain(
    "Could not find function",
  );
});

it("[FS2] a function's own tokens verify against the deployment's keys", async () => {
  const { mutation } = await openTestRuntime();
  const token = valueOf(
    await mutation("meta:token", { claims: { room: 1 }, expiresInSeconds: 60 }),
  );
  expect((token as string).split(".")).toHaveLength(3);
  const key = openSigningKey(null);
  const services = { signingKey: key, cloudUrl: CLOUD_URL };
  const signed = signToken(services, { room: 1 }, 60, Date.now());
  const keys = createLocalJWKSet(key.jwks as unknown as Parameters<typeof createLocalJWKSet>[0]);
  const { payload } = await jwtVerify(signed, keys, { issuer: CLOUD_URL });
  expect(payload).toMatchObject({ room: 1 });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
});

it.each([
  [{ claims: { iss: "me" }, expiresInSeconds: 60 }, '"iss"'],
  [{ claims: { convexThing: 1 }, expiresInSeconds: 60 }, '"convexThing"'],
  [{ claims: {}, expiresInSeconds: 3601 }, "3600"],
])("[FS2] %j is refused", async (args, message) => {
  const { mutation } = await openTestRuntime();
  expect(errorOf(await mutation("meta:token", args))).toContain(message);
});

it("[FS3] a function knows its name, its use of the limits and the request", async () => {
  const { query, runner } = await openTestRuntime();
  const about = valueOf(await query("meta:about"));
  expect(about).toMatchObject({
    functionName: "meta:about",
    metrics: { databaseQueries: { used: 1, remaining: 4095 } },
  });
  const outcome = await runner.runMutation({
    path: "meta:request",
    args: [{}],
    identity: { kind: "none" },
    request: { ip: "203.0.113.9", userAgent: "test" },
  });
  expect(valueOf(outcome)).toMatchObject({ ip: "203.0.113.9", userAgent: "test" });
});

it("[FS4] an action finds the nearest vectors", async () => {
  const { action, mutation } = await openTestRuntime();
  for (const [text, embedding] of [
    ["right", [1, 0, 0]],
    ["up", [0, 1, 0]],
    ["almost right", [0.9, 0.1, 0]],
  ] as const) {
    valueOf(await mutation("meta:addNote", { text, embedding: [...embedding] }));
  }
  const found = valueOf(await action("meta:nearest", { vector: [1, 0, 0] })) as {
    _score: number;
  }[];
  expect(found).toHaveLength(2);
  expect(found[0]?._score).toBeCloseTo(1);
});

it("[PG14] a function may ask for one page, and so may each function that it calls", async () => {
  const { mutation, query } = await openTestRuntime();
  valueOf(await mutation("messages:send", { channel: "general", author: "Ada", body: "hello" }));
  expect(valueOf(await query("meta:nestedPages", { depth: 2 }))).toBe(5);
});

it("[FS5] documented limits end in documented errors", async () => {
  const { mutation, query } = await openTestRuntime();
  expect(errorOf(await mutation("meta:limited"))).toContain(
    "Too many functions scheduled by this mutation (limit: 1000)",
  );
  expect(await query("meta:twoPages")).toMatchObject({
    errorData: { paginationError: "MultiplePaginatedDatabaseQueries" },
  });
});

const PAGES = {
  "pages.ts": `
    import { queryGeneric as query } from "convex/server";
    export const page = query({
      handler: async (ctx, options) => (await ctx.db.query("notes").paginate(options)).isDone,
    });`,
};

it("[PG6] no cursor is the start; a cursor that is no text is one of another query", async () => {
  const bundle = await bundleFunctions({ functionsDir: await writeProject(PAGES) });
  const { query } = await openTestRuntime({ bundle });
  expect(valueOf(await query("pages:page", { numItems: 1 }))).toBe(true);
  for (const cursor of [5, {}, "made up"]) {
    const refused = errorOf(await query("pages:page", { numItems: 1, cursor }));
    expect(refused).toContain("InvalidCursor");
  }
});
