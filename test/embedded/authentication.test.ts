import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from "jose";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";

import { api } from "../fixtures/convex-projects/conformance/convex/_generated/api.js";
import {
  baseClient,
  httpClient,
  reactiveClient,
  startTestEngine,
  type TestEngine,
} from "../support/convexEngine.ts";

const ISSUER = "https://issuer.example";

describe("tokens, through stock clients", () => {
  let engine: TestEngine;
  let privateKey: CryptoKey;

  beforeAll(async () => {
    const pair = await generateKeyPair("ES256", { extractable: true });
    privateKey = pair.privateKey;
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: "k1", alg: "ES256" };
    engine = await startTestEngine({
      environment: { TEST_JWKS: `data:application/json,${JSON.stringify({ keys: [jwk] })}` },
    });
  });
  afterAll(() => engine.close());

  function token(subject: string, lifetimeSeconds = 3600, claims: object = {}): Promise<string> {
    const iat = Math.floor(Date.now() / 1000);
    return new SignJWT({ aud: "conformance", ...claims })
      .setProtectedHeader({ alg: "ES256", kid: "k1" })
      .setSubject(subject)
      .setIssuer(ISSUER)
      .setIssuedAt(iat)
      .setExpirationTime(iat + lifetimeSeconds)
      .sign(privateKey);
  }

  function watchMe() {
    const client = reactiveClient(engine.url);
    const seen: (string | null)[] = [];
    client.onUpdate(api.users.me, {}, (me) => seen.push(me));
    return { client, seen };
  }

  it("[EC9] an accepted token makes queries and mutations run as its holder", async () => {
    const { client, seen } = watchMe();
    await vi.waitFor(() => expect(seen).toEqual([null]));
    const changes: boolean[] = [];
    client.setAuth(
      () => token("ada"),
      (isAuthenticated) => changes.push(isAuthenticated),
    );
    await vi.waitFor(() => expect(seen).toEqual([null, "ada"]));
    expect(new Set(changes)).toEqual(new Set([true]));
    expect(await client.mutation(api.users.whoWrites, {})).toBe("ada");
  });

  it("[EC9] two users of the same query each see their own result", async () => {
    const [ada, bob] = [watchMe(), watchMe()];
    ada.client.setAuth(() => token("ada"));
    bob.client.setAuth(() => token("bob"));
    await vi.waitFor(() => expect([ada.seen.at(-1), bob.seen.at(-1)]).toEqual(["ada", "bob"]));
  });

  it("[EC9] a rejected token is fetched anew once, and a good one then works", async () => {
    const { client, seen } = watchMe();
    const asked: boolean[] = [];
    const changes: boolean[] = [];
    client.setAuth(
      async ({ forceRefreshToken }) => {
        asked.push(forceRefreshToken);
        return await token("ada", 3600, forceRefreshToken ? {} : { aud: "somebody else" });
      },
      (isAuthenticated) => changes.push(isAuthenticated),
    );
    await vi.waitFor(() => expect(seen.at(-1)).toBe("ada"));
    expect(asked.slice(0, 2)).toEqual([false, true]);
    expect(new Set(changes)).toEqual(new Set([true]));
  });

  it("[EC9] a token that stays bad ends unauthenticated, and the client still works", async () => {
    const { client } = watchMe();
    const changes: boolean[] = [];
    client.setAuth(
      () => token("ada", 3600, { aud: "somebody else" }),
      (isAuthenticated) => changes.push(isAuthenticated),
    );
    await vi.waitFor(() => expect(changes).toEqual([false]));
    expect(await client.query(api.users.me, {})).toBeNull();
  });

  it("[EC9] a token that is about to expire is refreshed without a break", async () => {
    const { client, seen } = watchMe();
    let fetched = 0;
    // A refresh is due ten seconds before the end, so this token is refreshed all the time.
    client.setAuth(() => token(`ada ${++fetched}`, 11));
    await vi.waitFor(() => expect(fetched).toBeGreaterThan(3));
    expect(seen.at(-1)).toMatch(/^ada/);
    expect(seen.slice(1)).not.toContain(null);
  });

  it("[EC9] clearing the token makes queries run as nobody again", async () => {
    const seen: unknown[] = [];
    const client = baseClient(engine.url, () => seen.push(client.localQueryResult("users:me", {})));
    client.subscribe("users:me", {});
    let fetched = 0;
    client.setAuth(
      () => token("ada").finally(() => fetched++),
      () => undefined,
    );
    await vi.waitFor(() => expect(seen.at(-1)).toBe("ada"));
    // The client asks for a fresh token at once, and would sign in with one that comes after the end.
    await vi.waitFor(() => expect(fetched).toBe(2));
    client.clearAuth();
    await vi.waitFor(() => expect(seen.at(-1)).toBeNull());
  });

  it("[EC9] new keys in the environment refuse the tokens of the old ones", async () => {
    const other = await startTestEngine();
    onTestFinished(() => other.close());
    const http = httpClient(other.url);
    http.setAuth(await token("ada"));
    await expect(http.query(api.users.me, {})).rejects.toThrow(/No auth provider/);
    await other.setEnvironment({ TEST_JWKS: await jwksOf(privateKey) });
    expect(await http.query(api.users.me, {})).toBe("ada");
    await other.setEnvironment({ TEST_JWKS: undefined });
    await expect(http.query(api.users.me, {})).rejects.toThrow(/No auth provider/);
  });

  it("[EC13] over HTTP a good token is believed, a forged one refused, and the admin key obeyed", async () => {
    const client = httpClient(engine.url);
    client.setAuth(await token("ada"));
    expect(await client.query(api.users.me, {})).toBe("ada");
    client.setAuth(`${await token("ada")}x`);
    await expect(client.query(api.users.me, {})).rejects.toThrow(/Unauthenticated/);
    const ask = async (authorization: string) => {
      const response = await fetch(`${engine.url}/api/query`, {
        method: "POST",
        headers: { authorization },
        body: JSON.stringify({ path: "messages:secret", args: {} }),
      });
      return await response.json();
    };
    expect(await ask(`Convex ${engine.adminKey}`)).toMatchObject({ value: "internal" });
    expect(await ask("Convex wrong")).toMatchObject({ code: "Unauthenticated" });
    const actingAs = Buffer.from('{"subject":"bob","issuer":"x","tokenIdentifier":"x|bob"}');
    const me = await fetch(`${engine.url}/api/query`, {
      method: "POST",
      headers: { authorization: `Convex ${engine.adminKey}:${actingAs.toString("base64")}` },
      body: JSON.stringify({ path: "users:me", args: {} }),
    });
    expect(await me.json()).toMatchObject({ value: "bob" });
  });

  it("an HTTP action runs as the holder of a good token", async () => {
    const me = async (headers: Record<string, string>) =>
      await (await fetch(`${engine.siteUrl}/me`, { headers })).text();
    expect(await me({ authorization: `Bearer ${await token("ada")}` })).toBe("ada");
    expect(await me({})).toBe("null");
  });

  async function jwksOf(key: CryptoKey): Promise<string> {
    const { kty, crv, x, y } = await exportJWK(key);
    const keys = [{ kty, crv, x, y, kid: "k1", alg: "ES256" }];
    return `data:application/json,${JSON.stringify({ keys })}`;
  }
});
