/**
 * Finds the public key that a token names, wherever the provider keeps its keys: behind OIDC discovery, at a
 * JWKS address, or in a `data:` URI. Keys are cached and fetched anew when a token names one that is not
 * known (rotation), but at most once per cooldown, so forged key ids cannot make us hammer the provider.
 */
import { createLocalJWKSet, createRemoteJWKSet, type JWTVerifyGetKey } from "jose";
import { z } from "zod";

import { canonicalIssuer, type AuthProvider } from "./authProviders.ts";

const REFETCH_COOLDOWN_MS = 5_000;
const KEYS_MAX_AGE_MS = 10 * 60_000;
const FETCH_TIMEOUT_MS = 5_000;

const vDiscovery = z.object({ issuer: z.string(), jwks_uri: z.url() });
const vJwks = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });

/** The provider could not be asked for its keys; the same token may be good a moment later. */
export class KeysUnavailableError extends Error {
  override readonly name = "KeysUnavailableError";
}

export type ProviderKeys = (provider: AuthProvider) => Promise<JWTVerifyGetKey>;

/** Key lookup for all providers, with one cache. Make a new one when the code (and so the config) changes. */
export function createProviderKeys(): ProviderKeys {
  const known = new Map<string, Promise<JWTVerifyGetKey>>();
  return (provider) => {
    let keys = known.get(provider.keysUrl);
    if (keys === undefined) {
      keys = keySource(provider);
      known.set(provider.keysUrl, keys);
      // A failed discovery is not remembered: the next token asks again.
      keys.catch(() => known.delete(provider.keysUrl));
    }
    return keys;
  };
}

async function keySource(provider: AuthProvider): Promise<JWTVerifyGetKey> {
  if (provider.keysUrl.startsWith("data:")) {
    const jwks = await fetchJson(provider.keysUrl, vJwks);
    return createLocalJWKSet(jwks);
  }
  const url = provider.kind === "oidc" ? await discoverKeysUrl(provider) : provider.keysUrl;
  return createRemoteJWKSet(new URL(url), {
    cooldownDuration: REFETCH_COOLDOWN_MS,
    cacheMaxAge: KEYS_MAX_AGE_MS,
    timeoutDuration: FETCH_TIMEOUT_MS,
  });
}

async function discoverKeysUrl(provider: AuthProvider): Promise<string> {
  const discovery = await fetchJson(provider.keysUrl, vDiscovery);
  if (canonicalIssuer(discovery.issuer) !== provider.issuer) {
    throw new KeysUnavailableError(
      `${provider.keysUrl} speaks for ${discovery.issuer}, not for ${provider.issuer}`,
    );
  }
  return discovery.jwks_uri;
}

async function fetchJson<T>(url: string, schema: z.ZodType<T>): Promise<T> {
  const shown = url.startsWith("data:") ? "the data: URI" : url;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return schema.parse(await response.json());
  } catch (cause) {
    throw new KeysUnavailableError(`Could not read the keys at ${shown}`, { cause });
  }
}
