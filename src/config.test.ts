import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { ConfigError, loadConfig, parseConfig } from "./config.ts";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

function messageOf(variables: Record<string, string>): string {
  try {
    parseConfig(variables);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error("no ConfigError was thrown");
}

it("[V1.1.4] [CF1] with nothing set the product starts on this machine alone, with no model", () => {
  expect(parseConfig({})).toEqual({
    host: "127.0.0.1",
    port: 3000,
    convexPort: 3210,
    convexSitePort: 3211,
    dataDir: ".lectern",
    convexUrl: undefined,
    publicUrl: undefined,
    publicConvexUrl: undefined,
    allowedOrigins: [],
    model: { kind: "extractive" },
    metricsHost: undefined,
    logLevel: "info",
    trustedProxyHops: 0,
    redisUrl: undefined,
    legacyUrlTokens: false,
    keys: undefined,
  });
});

it.each([
  ["PORT", "eighty", "a port"],
  ["PORT", "65536", "a port"],
  ["PORT", "-1", "a port"],
  ["CONVEX_PORT", "3.5", "a port"],
  ["CONVEX_SITE_PORT", "1e3", "a port"],
  ["HOST", "http://example", "a host name"],
  ["CONVEX_URL", "localhost:3210", "an address"],
  ["PUBLIC_URL", "ftp://school.example", "an address"],
  ["PUBLIC_CONVEX_URL", "https://x.example?a=1", "an address"],
  ["ALLOWED_ORIGINS", "https://a.example/, https://b.example", "origins"],
  ["ALLOWED_ORIGINS", "*", "origins"],
  ["MODEL_BASE_URL", "127.0.0.1", "an address"],
  ["METRICS_HOST", "0.0.0.0:9100", "a host name"],
  ["LOG_LEVEL", "loud", "one of fatal, error"],
  ["TRUSTED_PROXY_HOPS", "many", "a number of proxies"],
  ["LEGACY_URL_TOKENS", "yes", "1 (allowed)".replace(/[()]/g, "\\$&")],
])("[V1.1.4] [CF1] a bad %s (%s) is named with what it must be", (name, value, rule) => {
  const message = messageOf({ [name]: value });
  expect(message).toMatch(new RegExp(`^${name} must be ${rule}`));
  expect(message).toContain(JSON.stringify(value));
});

it("[V1.1.4] [CF1] every bad variable is named at once", () => {
  const lines = messageOf({ PORT: "x", LOG_LEVEL: "y", CONVEX_URL: "z" }).split("\n");
  expect(lines.map((line) => line.split(" ")[0]).sort()).toEqual([
    "CONVEX_URL",
    "LOG_LEVEL",
    "PORT",
  ]);
});

it("[CF2] an empty or blank variable counts as unset, and spaces around a value are ignored", () => {
  const config = parseConfig({ PORT: "", CONVEX_URL: "  ", HOST: " 0.0.0.0 " });
  expect(config).toMatchObject({ port: 3000, convexUrl: undefined, host: "0.0.0.0" });
});

it.each(["localhost:6379", "http://localhost", "redis://localhost/boards"])(
  "[V1.1.4] [CF1] [CF3] a bad REDIS_URL (%s) is named with what it must be, and not repeated",
  (value) => {
    const message = messageOf({ REDIS_URL: value });
    expect(message).toMatch(/^REDIS_URL must be an address such as redis:/);
    expect(message).not.toContain(value);
  },
);

it("[CF3] whatever is wrong, the value of a secret is in no message", () => {
  const name = fc.constantFrom("PORT", "LOG_LEVEL", "CONVEX_URL", "MODEL_BASE_URL");
  fc.assert(
    fc.property(name, fc.uuid(), (bad, secret) => {
      const variables = { MODEL_API_KEY: secret, OPENAI_API_KEY: secret, LECTERN_KEYS: secret };
      expect(messageOf({ ...variables, [bad]: "not valid at all" })).not.toContain(secret);
    }),
  );
});

it("[CF4] a key alone means OpenAI's own address and a small model", () => {
  const { model } = parseConfig({ OPENAI_API_KEY: "k" });
  expect(model).toEqual({ kind: "model", name: "gpt-4.1-mini", baseUrl: undefined, apiKey: "k" });
});

it("[CF4] a server of one's own needs the model's name and no key", () => {
  expect(messageOf({ MODEL_BASE_URL: "http://127.0.0.1:11434/v1" })).toMatch(/^MODEL_NAME must/);
  const { model } = parseConfig({
    MODEL_BASE_URL: "http://127.0.0.1:11434/v1/",
    MODEL_NAME: "llama",
  });
  expect(model).toEqual({
    kind: "model",
    name: "llama",
    baseUrl: "http://127.0.0.1:11434/v1",
    apiKey: undefined,
  });
});

it("[CF4] a model's name with nowhere to ask it is a mistake, not the extractive tutor", () => {
  expect(messageOf({ MODEL_NAME: "gpt" })).toMatch(/^MODEL_NAME needs OPENAI_API_KEY/);
});

it("[V1.1.4] [CF5] a .env file is read where it exists, and variables that are set win", () => {
  const folder = mkdtempSync(join(tmpdir(), "lectern-config-"));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, ".env");
  writeFileSync(file, "TRUSTED_PROXY_HOPS=2\nMETRICS_HOST=10.0.0.1\n");
  process.env["METRICS_HOST"] = "10.0.0.9";
  cleanups.push(() => {
    delete process.env["METRICS_HOST"];
    delete process.env["TRUSTED_PROXY_HOPS"];
  });
  expect(loadConfig(file)).toMatchObject({ trustedProxyHops: 2, metricsHost: "10.0.0.9" });
  expect(() => loadConfig(join(folder, "missing"))).not.toThrow();
  expect(() => loadConfig(folder)).toThrow(ConfigError); // a folder is there but cannot be read
});
