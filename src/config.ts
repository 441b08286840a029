/**
 * The only reader of the environment. Turns variables into one frozen `Config` or a `ConfigError`
 * that names every variable at fault and says what it must be (CF1). Decides nothing else: what a
 * default address means once ports are bound is main.ts's business. Values of secrets are never
 * repeated in a message (CF3). An empty variable counts as unset, as in `.env` files (CF2).
 */
import { z } from "zod";

export type LogLevel = "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";

/** Which model answers: none (the extractive tutor) or one that speaks Chat Completions. */
export type ModelConfig =
  | { readonly kind: "extractive" }
  | {
      readonly kind: "model";
      readonly name: string;
      readonly baseUrl: string | undefined; // undefined: OpenAI's own address
      readonly apiKey: string | undefined; // undefined: a local server that asks for none
    };

export interface Config {
  readonly host: string;
  readonly port: number; // 0: any free one
  readonly convexPort: number;
  readonly convexSitePort: number;
  readonly dataDir: string;
  readonly convexUrl: string | undefined; // undefined: the embedded Convex
  readonly publicUrl: string | undefined;
  readonly publicConvexUrl: string | undefined;
  readonly allowedOrigins: readonly string[];
  readonly model: ModelConfig;
  readonly metricsHost: string | undefined; // undefined: loopback
  readonly logLevel: LogLevel;
  readonly trustedProxyHops: number;
  readonly redisUrl: string | undefined; // undefined: this companion is the only one
  readonly legacyUrlTokens: boolean; // whether legacy sockets may carry their token in the URL
  readonly keys: string | undefined; // JSON text or a file's path; undefined: DATA_DIR/keys.json
}

/** What a start cannot go on with; the message has one line per variable at fault. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Used when a key is given but no MODEL_NAME: small, cheap, and knows tools and JSON schemas. */
const DEFAULT_OPENAI_MODEL = "gpt-4.1-mini";

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
const SECRETS = new Set(["MODEL_API_KEY", "OPENAI_API_KEY", "LECTERN_KEYS", "REDIS_URL"]);

const port = (fallback: number) => wholeNumber(fallback, 65_535, "a port, 0 to 65535");
const httpUrl = z
  .string()
  .refine((text) => isHttpUrl(text), "must be an address such as https://lectern.example")
  .transform((text) => text.replace(/\/+$/, ""))
  .optional();
const hostName = (text: string) =>
  /^([A-Za-z0-9._-]+|[0-9a-fA-F.]*:[0-9a-fA-F.:]*:[0-9a-fA-F.:]*)$/.test(text);
const HOST_RULE = "must be a host name or an IP address, without a port or scheme";

const environment = z.object({
  HOST: z.string().refine(hostName, HOST_RULE).default("127.0.0.1"),
  PORT: port(3000),
  CONVEX_PORT: port(3210),
  CONVEX_SITE_PORT: port(3211),
  DATA_DIR: z.string().default(".lectern"),
  CONVEX_URL: httpUrl,
  PUBLIC_URL: httpUrl,
  PUBLIC_CONVEX_URL: httpUrl,
  ALLOWED_ORIGINS: z
    .string()
    .transform((text) => text.split(",").map((part) => part.trim()))
    .refine((origins) => origins.every(isOrigin), {
      message: "must be origins such as https://school.example, separated by commas",
    })
    .default([]),
  MODEL_BASE_URL: httpUrl,
  MODEL_NAME: z.string().optional(),
  MODEL_API_KEY: z.string().optional(),
  OPENAI_API_KEY: z.string().optional(),
  METRICS_HOST: z.string().refine(hostName, HOST_RULE).optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`).default("info"),
  TRUSTED_PROXY_HOPS: wholeNumber(0, 5, "a number of proxies, 0 to 5"),
  REDIS_URL: z
    .string()
    .refine(
      isRedisUrl,
      "must be an address such as redis://:password@redis.example:6379, or rediss:// for TLS",
    )
    .optional(),
  LEGACY_URL_TOKENS: z.enum(["0", "1"], "must be 1 (allowed) or 0").default("0"),
  LECTERN_KEYS: z.string().optional(),
});

/**
 * Reads `file` (where it exists) into the environment with Node's own loader, which lets variables
 * that are already set win, and parses the whole.
 * @throws ConfigError when the file is there but unreadable, or a variable is bad
 */
export function loadConfig(file = ".env"): Config {
  try {
    process.loadEnvFile(file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) {
      throw new ConfigError(`${file} cannot be read: ${String(error)}`);
    }
  }
  return parseConfig(process.env);
}

/** Parses variables. Pure. @throws ConfigError naming each bad variable and what it must be */
export function parseConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(variables)
      .map(([name, value]) => [name, value?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => describe(issue, given)).join("\n"));
  }
  const values = parsed.data;
  return Object.freeze({
    host: values.HOST,
    port: values.PORT,
    convexPort: values.CONVEX_PORT,
    convexSitePort: values.CONVEX_SITE_PORT,
    dataDir: values.DATA_DIR,
    convexUrl: values.CONVEX_URL,
    publicUrl: values.PUBLIC_URL,
    publicConvexUrl: values.PUBLIC_CONVEX_URL,
    allowedOrigins: values.ALLOWED_ORIGINS,
    model: chooseModel(values),
    metricsHost: values.METRICS_HOST,
    logLevel: values.LOG_LEVEL,
    trustedProxyHops: values.TRUSTED_PROXY_HOPS,
    redisUrl: values.REDIS_URL,
    legacyUrlTokens: values.LEGACY_URL_TOKENS === "1",
    keys: values.LECTERN_KEYS,
  });
}

function chooseModel(values: z.infer<typeof environment>): ModelConfig {
  const { MODEL_BASE_URL: baseUrl, MODEL_NAME: name } = values;
  const apiKey = values.MODEL_API_KEY ?? values.OPENAI_API_KEY;
  if (baseUrl === undefined && apiKey === undefined) {
    if (name === undefined) return { kind: "extractive" };
    throw new ConfigError(
      "MODEL_NAME needs OPENAI_API_KEY (or MODEL_API_KEY), or MODEL_BASE_URL for a server of your own",
    );
  }
  if (baseUrl !== undefined && name === undefined) {
    throw new ConfigError("MODEL_NAME must name the model to ask for at MODEL_BASE_URL");
  }
  return { kind: "model", name: name ?? DEFAULT_OPENAI_MODEL, baseUrl, apiKey };
}

function describe(issue: z.core.$ZodIssue, given: Record<string, string | undefined>): string {
  const name = String(issue.path[0]);
  const value = SECRETS.has(name) ? "" : ` (it is ${JSON.stringify(given[name])})`;
  return `${name} ${issue.message}${value}`;
}

function wholeNumber(fallback: number, max: number, what: string) {
  return z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) <= max, `must be ${what}`)
    .transform(Number)
    .default(fallback);
}

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "";
}

function isRedisUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === "") return false;
  return /^\/?\d{0,5}$/.test(url.pathname) && url.search === "" && url.hash === "";
}

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.parse(text)?.origin === text;
}
