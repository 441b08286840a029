import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from "jose";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { canonicalIssuer, parseAuthProviders } from "./authProviders.ts";
import { createProviderKeys, KeysUnavailableError } from "./providerKeys.ts";
import { createTokenVerifier, InvalidTokenError, type TokenVerifier } from "./verifyToken.ts";

type Key = { privateKey: CryptoKey; jwk: JWK };

async function key(alg: string, kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } };
}

function dataUri(...keys: Key[]): string {
  const jwks = JSON.stringify({ keys: keys.map(({ jwk }) => jwk) });
  return `data:application/json;base64,${Buffer.from(jwks).toString("base64")}`;
}

function verifierFor(...providers: object[]): TokenVerifier {
  return createTokenVerifier(parseAuthProviders({ providers }), createProviderKeys(), Date.now);
}

it("[HO4] what an unsigned token claims costs no more than its length", () => {
  // With a pattern for the trailing slashes each of these took seconds.
  const issuer = `https://a${"/".repeat(48_000)}`;
  for (let i = 0; i < 1_000; i++) expect(canonicalIssuer(`${issuer}x`)).toBe(`${issuer}x`);
  expect(canonicalIssuer(issuer)).toBe("https://a");
});

describe("tokens of a custom JWT provider", () => {
  const issuer = "https://issuer.example";
  let good: Key;
  let stranger: Key;
  let verify: TokenVerifier;

  beforeAll(async () => {
    [good, stranger] = await Promise.all([key("ES256", "k1"), key("ES256", "k1")]);
    verify = verifierFor({
      ...{ type: "customJwt", issuer, algorithm: "ES256", applicationID: "app" },
      jwks: dataUri(good),
    });
  });

  function token(
    claims: JWTPayload = {},
    { by = good, header = {} }: { by?: Key; header?: object } = {},
  ): Promise<string> {
    const iat = Math.floor(Date.now() / 1000);
    return new SignJWT({ sub: "ada", iss: issuer, aud: "app", iat, exp: iat + 60, ...claims })
      .setProtectedHeader({ alg: "ES256", kid: "k1", ...header })
      .sign(by.privateKey);
  }

  it("a good token names its holder", async () => {
    const { attributes } = await verify(
      await token({ name: "Ada", picture: "p", role: "teacher", org: { id: 7, at: { hq: true } } }),
    );
    expect(attributes).toEqual({
      ...{ tokenIdentifier: `${issuer}|ada`, subject: "ada", issuer },
      ...{ name: "Ada", pictureUrl: "p", role: "teacher", "org.id": 7, "org.at.hq": true },
    });
  });

  it("a claim cannot pose as the identifier", async () => {
    const { attributes } = await verify(
      await token({ tokenIdentifier: "x|root", subject: "root" }),
    );
    expect(attributes).toMatchObject({ tokenIdentifier: `${issuer}|ada`, subject: "ada" });
  });

  it("expiry counts with a tolerance of five seconds", async () => {
    const now = Math.floor(Date.now() / 1000);
    expect((await verify(await token({ exp: now + 60 }))).expiresAt).toBe((now + 65) * 1000);
    await expect(verify(await token({ exp: now - 3 }))).resolves.toBeDefined();
    await expect(verify(await token({ exp: now - 7 }))).rejects.toThrow(InvalidTokenError);
  });

  it.each([
    ["another issuer", { iss: "https://other.example" }],
    ["no issuer", { iss: undefined }],
    ["another audience", { aud: "other" }],
    ["no subject", { sub: undefined }],
    ["no expiry", { exp: undefined }],
    ["not yet valid", { nbf: Math.floor(Date.now() / 1000) + 60 }],
  ])("a token with %s is refused", async (_, claims) => {
    await expect(verify(await token(claims as JWTPayload))).rejects.toThrow(InvalidTokenError);
  });

  it("a token of one of several audiences is accepted", async () => {
    await expect(verify(await token({ aud: ["x", "app"] }))).resolves.toBeDefined();
  });

  it("a token signed by someone else is refused", async () => {
    await expect(verify(await token({}, { by: stranger }))).rejects.toThrow(InvalidTokenError);
  });

  it("a token without a key id, or with an unknown one, is refused", async () => {
    for (const kid of [undefined, "k9"]) {
      const forged = await token({}, { header: { kid } });
      await expect(verify(forged)).rejects.toThrow(InvalidTokenError);
    }
  });

  it("an unsigned token and one signed with the public key as a secret are refused", async () => {
    const [header, body] = (await token()).split(".") as [string, string];
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    await expect(verify(`${part({ alg: "none", kid: "k1" })}.${body}.`)).rejects.toThrow(
      InvalidTokenError,
    );
    const confused = await new SignJWT({ sub: "ada", iss: issuer, aud: "app", exp: 9e9 })
      .setProtectedHeader({ alg: "HS256", kid: "k1" })
      .sign(Buffer.from(JSON.stringify(good.jwk)));
    await expect(verify(confused)).rejects.toThrow(InvalidTokenError);
    await expect(verify(`${header}.${body}`)).rejects.toThrow(InvalidTokenError);
    await expect(verify("nonsense")).rejects.toThrow(InvalidTokenError);
  });

  it("an algorithm that the provider did not name is refused", async () => {
    const rsa = await key("RS256", "k1");
    const picky = verifierFor({
      ...{ type: "customJwt", issuer, algorithm: "ES256", jwks: dataUri(rsa) },
    });
    const signed = await token({}, { by: rsa, header: { alg: "RS256" } });
    await expect(picky(signed)).rejects.toThrow(InvalidTokenError);
  });

  it("an issuer is compared with scheme added and without the slash at its end", async () => {
    const verifier = verifierFor({
      ...{ type: "customJwt", issuer: "issuer.example/", algorithm: "ES256" },
      jwks: dataUri(good),
    });
    await expect(verifier(await token())).resolves.toBeDefined();
  });
});

describe("keys that are fetched", () => {
  let server: Server;
  let base: string;
  let served: Key[];
  let keyRequests = 0;

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === "/.well-known/openid-configuration") {
        response.end(JSON.stringify({ issuer: base, jwks_uri: `${base}/keys` }));
      } else {
        keyRequests += 1;
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ keys: served.map(({ jwk }) => jwk) }));
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  async function token(by: Key, alg: string): Promise<string> {
    return await new SignJWT({ sub: "ada", iss: base, aud: "app" })
      .setProtectedHeader({ alg, kid: by.jwk.kid! })
      .setExpirationTime("1 minute")
      .sign(by.privateKey);
  }

  it("an OIDC provider is found by discovery", async () => {
    const rsa = await key("RS256", "r1");
    served = [rsa];
    const verify = verifierFor({ domain: base, applicationID: "app" });
    expect((await verify(await token(rsa, "RS256"))).attributes["subject"]).toBe("ada");
  });

  it("an OIDC token signed with another kind of algorithm is refused", async () => {
    const ec = await key("ES256", "e1");
    served = [ec];
    const verify = verifierFor({ domain: base, applicationID: "app" });
    await expect(verify(await token(ec, "ES256"))).rejects.toThrow(InvalidTokenError);
  });

  it("a rotated key is fetched, but unknown key ids do not cause a fetch each", async () => {
    const [first, second, forged] = await Promise.all(
      ["a", "b", "c"].map((id) => key("ES256", id)),
    );
    served = [first!];
    let now = Date.now();
    const realNow = Date.now;
    Date.now = () => now; // jose's cooldown reads the clock itself
    onTestFinished(() => void (Date.now = realNow));
    const verify = verifierFor({
      ...{ type: "customJwt", issuer: base, algorithm: "ES256", jwks: `${base}/keys` },
    });
    await verify(await token(first!, "ES256"));
    served = [second!];
    now += 6_000;
    await expect(verify(await token(second!, "ES256"))).resolves.toBeDefined();
    const before = keyRequests;
    for (let i = 0; i < 20; i++) {
      await expect(verify(await token(forged!, "ES256"))).rejects.toThrow(InvalidTokenError);
    }
    expect(keyRequests - before).toBeLessThanOrEqual(1);
  });

  it("keys that cannot be fetched are not the token's fault", async () => {
    const ec = await key("ES256", "e1");
    const closedPort = "http://127.0.0.1:1";
    const signed = await new SignJWT({ sub: "ada", iss: closedPort, aud: "app" })
      .setProtectedHeader({ alg: "ES256", kid: "e1" })
      .setExpirationTime("1 minute")
      .sign(ec.privateKey);
    const oidc = verifierFor({ domain: closedPort, applicationID: "app" });
    await expect(oidc(signed)).rejects.toThrow(KeysUnavailableError);
    const custom = verifierFor({
      ...{ type: "customJwt", issuer: closedPort, algorithm: "ES256", jwks: `${closedPort}/keys` },
    });
    await expect(custom(signed)).rejects.toThrow(KeysUnavailableError);
  });
});

it("an auth config that is wrong names the field", () => {
  expect(() => parseAuthProviders({ providers: [{ type: "customJwt", issuer: "x" }] })).toThrow(
    /providers\.0/,
  );
});
