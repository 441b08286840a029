/** Forged tokens against Convex itself: every public function, over HTTP and over the live socket. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ConvexClient } from "convex/browser";
import { expect, it, onTestFinished } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { startEmbeddedConvex } from "../../src/embedded/startEmbeddedConvex.ts";
import { makeKeyRing } from "../../src/gateway/identity/keyRing.ts";
import { createTokens } from "../../src/gateway/identity/tokens.ts";
import { functionsEnvironment } from "../../src/startConvex.ts";
import { systemClock } from "../../src/util/clock.ts";
import { forgeTokens } from "../support/forgedTokens.ts";
import type { ForgedToken } from "../support/forgedTokens.ts";

interface PublicFunction {
  readonly path: string;
  readonly kind: "query" | "mutation" | "action";
}

const CONVEX = join(process.cwd(), "convex");

async function publicFunctions(): Promise<PublicFunction[]> {
  const found: PublicFunction[] = [];
  for (const file of readdirSync(CONVEX, { recursive: true, encoding: "utf8" })) {
    if (!/^[^.]+\.ts$/.test(file) || file.startsWith("contract/")) continue;
    const module = (await import(join(CONVEX, file))) as Record<string, unknown>;
    for (const [key, value] of Object.entries(module)) {
      const marks = value as Partial<Record<"isPublic" | "isQuery" | "isMutation", true>>;
      if (typeof value !== "function" || marks.isPublic !== true) continue;
      const kind = marks.isQuery ? "query" : marks.isMutation ? "mutation" : "action";
      found.push({ path: `${file.slice(0, -".ts".length)}:${key}`, kind });
    }
  }
  return found;
}

/** A token without a login is genuine to Convex; the functions themselves refuse it. */
const isForged = ({ flaw }: ForgedToken) => flaw !== "no login";

async function startEngine() {
  const ring = makeKeyRing();
  const tokens = createTokens(ring, systemClock);
  const engine = await startEmbeddedConvex({
    functionsDir: "convex",
    dataDir: ":memory:",
    environment: functionsEnvironment(tokens, { kind: "extractive" }),
  });
  onTestFinished(() => engine.close());
  const call = async ({ path, kind }: PublicFunction, token: string, args: object) => {
    const response = await fetch(`${engine.url}/api/${kind}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
      body: JSON.stringify({ path, args, format: "json" }),
    });
    const text = await response.text();
    return { httpStatus: response.status, isSuccess: text.includes('"status":"success"') };
  };
  const addUser = async () => {
    const { token } = await tokens.issueService();
    const asService = async (path: string, args: object) => {
      const response = await fetch(`${engine.url}/api/mutation`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
        body: JSON.stringify({ path, args, format: "json" }),
      });
      return ((await response.json()) as { value: string }).value;
    };
    const userId = await asService("users/accounts:createGuest", { name: "Ada" });
    const login = { userId, refreshTokenHash: "hash", expiresAt: Date.now() + 3_600_000 };
    return { userId, loginId: await asService("users/logins:open", login), name: "Ada" };
  };
  return { engine, ring, tokens, call, ada: await addUser() };
}

it("[V2.1.2] [ID3] 200 forged tokens × every public function: none is accepted", async () => {
  const { ring, tokens, call, ada } = await startEngine();
  const me = { path: "users/profile:me", kind: "query" } as const;
  const genuine = await tokens.issueStudent(ada);
  expect(await call(me, genuine.token, {})).toEqual({ httpStatus: 200, isSuccess: true });
  const withoutLogin = (await forgeTokens(ring, ada, 24)).find((token) => !isForged(token));
  expect((await call(me, withoutLogin!.token, {})).isSuccess).toBe(false);

  const functions = await publicFunctions();
  expect(functions.length).toBeGreaterThan(40);
  const forged = (await forgeTokens(ring, ada, 210)).filter(isForged).slice(0, 200);
  expect(forged).toHaveLength(200);
  const accepted: string[] = [];
  const attempts = functions.flatMap((of) => forged.map((token) => ({ of, ...token })));
  const worker = async () => {
    for (let next = attempts.pop(); next !== undefined; next = attempts.pop()) {
      const { httpStatus, isSuccess } = await call(next.of, next.token, {});
      if (httpStatus !== 401 || isSuccess) accepted.push(`${next.of.path}: ${next.flaw}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  expect(accepted).toEqual([]);
});

it("[V2.1.2] [ID3] a live Convex client with a forged token is told that it is nobody", async () => {
  const { engine, ring, tokens, ada } = await startEngine();
  const identityOf = async (token: string) => {
    const client = new ConvexClient(engine.url, { logger: false });
    onTestFinished(() => client.close());
    return await new Promise<boolean>((resolve) => {
      client.setAuth(() => Promise.resolve(token), resolve);
      client.onUpdate(
        api.users.profile.me,
        {},
        () => undefined,
        () => undefined,
      );
    });
  };
  expect(await identityOf((await tokens.issueStudent(ada)).token)).toBe(true);
  const kinds = (await forgeTokens(ring, ada, 24)).filter(isForged);
  const believed = await Promise.all(
    kinds.map(async ({ flaw, token }) => ((await identityOf(token)) ? [flaw] : [])),
  );
  expect(believed.flat()).toEqual([]);
});
