import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { forgeTokens } from "../support/forgedTokens.ts";
import { createFakeClock } from "../support/fakeClock.ts";
import { startTestGateway } from "../support/testGateway.ts";
import type { TestGateway } from "../support/testGateway.ts";

type Reply = {
  status: number;
  headers: Headers;
  body: {
    token: string;
    userId: string;
    refreshToken: string;
    error: { code: string; message: string };
    requestId: string;
  };
};

async function post(
  { url }: TestGateway,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(url + path, { method: "POST", body: text, headers });
  const reply = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: reply === "" ? {} : JSON.parse(reply),
  };
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

/** What fetch will not say: a Host and an Origin of one's own. */
function rawGet(port: number, path: string, headers: Record<string, string>) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }>(
    (resolve, reject) => {
      const sent = request({ port, host: "127.0.0.1", path, headers }, (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0, headers: response.headers });
      });
      sent.on("error", reject).end();
    },
  );
}

it("[ID1] a guest gets a token, a refresh token and when the token ends", async () => {
  const gateway = await startTestGateway();
  const { status, body } = await post(gateway, "/auth/guest", { name: "  Ada " });
  expect(status).toBe(201);
  const claims = await gateway.tokens.verifyStudent(body.token);
  expect(claims).toMatchObject({ userId: body.userId, name: "Ada" });
  expect(body).toMatchObject({ expiresAt: claims?.expiresAt });
});

it("[ID5] an account is registered, signed into, and its password checked", async () => {
  const gateway = await startTestGateway();
  const account = { name: "Ada", email: "ada@school.example", password: "long enough" };
  const { status, body } = await post(gateway, "/auth/register", account);
  expect(status).toBe(201);
  const again = await post(gateway, "/auth/register", account);
  expect([again.status, again.body.error.code]).toEqual([409, "CONFLICT"]);
  const signedIn = await post(gateway, "/auth/login", account);
  expect([signedIn.status, signedIn.body.userId]).toEqual([200, body.userId]);
  const wrong = await post(gateway, "/auth/login", { ...account, password: "other" });
  const unknown = await post(gateway, "/auth/login", { ...account, email: "x@school.example" });
  expect(wrong.status).toBe(401);
  expect(wrong.body.error).toEqual(unknown.body.error);
});

it("[ID5] a guest who registers stays the same person; a dead login cannot", async () => {
  const gateway = await startTestGateway();
  const { token, userId } = await gateway.guest();
  const account = { name: "Ada", email: "a@b.example", password: "long enough" };
  const { body } = await post(gateway, "/auth/register", account, bearer(token));
  expect(body.userId).toBe(userId);
  await post(gateway, "/auth/logout", {}, bearer(token));
  const other = { ...account, email: "c@b.example" };
  expect((await post(gateway, "/auth/register", other, bearer(token))).status).toBe(401);
});

it("[ID7] a refresh token works once, and its reuse ends the login", async () => {
  const gateway = await startTestGateway();
  const first = await gateway.guest();
  const second = await post(gateway, "/auth/refresh", { refreshToken: first.refreshToken });
  expect(second.status).toBe(200);
  expect(second.body.userId).toBe(first.userId);
  const { refreshToken } = second.body;
  expect((await post(gateway, "/auth/refresh", { refreshToken: first.refreshToken })).status).toBe(
    401,
  );
  expect((await post(gateway, "/auth/refresh", { refreshToken })).status).toBe(401);
});

it("[ID8] logging out is safe to repeat and needs a genuine token", async () => {
  const gateway = await startTestGateway();
  const { token, refreshToken } = await gateway.guest();
  for (let i = 0; i < 2; i++) {
    expect((await post(gateway, "/auth/logout", "", bearer(token))).status).toBe(204);
  }
  expect((await post(gateway, "/auth/refresh", { refreshToken })).status).toBe(401);
  expect((await post(gateway, "/auth/logout", "")).status).toBe(401);
});

it("[V2.1.2] [ID3] 200 forged tokens open no route that asks for one", async () => {
  const gateway = await startTestGateway();
  const person = { userId: "u", loginId: "l", name: "Ada" };
  for (const { flaw, token } of await forgeTokens(gateway.ring, person, 200)) {
    const logout = await post(gateway, "/auth/logout", "", bearer(token));
    expect([flaw, logout.status, logout.body.error.code]).toEqual([flaw, 401, "UNAUTHENTICATED"]);
    const upload = await post(gateway, "/sessions/s1/documents", "", bearer(token));
    expect([flaw, upload.status]).toEqual([flaw, 401]);
  }
});

it.each([
  ["/auth/guest", {}, "name"],
  ["/auth/guest", { name: "   " }, "name"],
  ["/auth/guest", { name: "x".repeat(81) }, "name"],
  ["/auth/guest", "not json", "JSON"],
  ["/auth/guest", [], "body"],
  ["/auth/register", { name: "A", email: "no", password: "long enough" }, "email"],
  ["/auth/register", { name: "A", email: "a@b.example", password: "short" }, "password"],
  ["/auth/login", { email: "a@b.example", password: "x".repeat(257) }, "password"],
  ["/auth/refresh", { refreshToken: 7 }, "refreshToken"],
  ["/auth/guest", { name: "x".repeat(20_000) }, "larger than"],
])("[GW2] %s with %j is refused with what is wrong", async (path, body, what) => {
  const { status, body: reply } = await post(await startTestGateway(), path, body);
  expect([status, reply.error.code]).toEqual([400, "INVALID_INPUT"]);
  expect(reply.error.message).toContain(what);
  expect(reply.requestId).toBeTypeOf("string");
});

it("[GW8] the 121st guest of a minute is told to wait, and how long", async () => {
  const clock = createFakeClock(Date.now());
  const gateway = await startTestGateway({ clock });
  const enter = () => post(gateway, "/auth/guest", { name: "Ada" });
  for (let i = 0; i < 120; i++) expect((await enter()).status).toBe(201);
  const { status, headers, body } = await enter();
  expect([status, headers.get("Retry-After"), body.error.code]).toEqual([
    429,
    "1",
    "LIMIT_EXCEEDED",
  ]);
  await clock.advance(1_000);
  expect((await enter()).status).toBe(201);
});

it("[GW8] guesses at one account's password are slowed wherever they come from", async () => {
  const gateway = await startTestGateway({
    trustedProxyHops: 1,
    clock: createFakeClock(Date.now()),
  });
  const guess = (i: number) =>
    post(
      gateway,
      "/auth/login",
      { email: "Ada@school.example", password: "guess" },
      { "X-Forwarded-For": `203.0.113.${i}` },
    );
  const replies = await Promise.all(Array.from({ length: 12 }, (_, i) => guess(i)));
  expect(replies.filter(({ status }) => status === 429)).toHaveLength(2);
});

it("[GW3] only our own page and configured ones may use the API from a browser", async () => {
  const gateway = await startTestGateway({ allowedOrigins: ["https://school.example"] });
  const { port } = gateway;
  const from = (origin: string) =>
    rawGet(port, "/config.json", { origin, host: `127.0.0.1:${port}` });
  expect((await from("https://school.example")).headers["access-control-allow-origin"]).toBe(
    "https://school.example",
  );
  expect((await from(`http://127.0.0.1:${port}`)).status).toBe(200);
  for (const origin of [
    "https://evil.example",
    "null",
    "http://127.0.0.1:1",
    "https://school.example.evil.example",
  ]) {
    const refused = await from(origin);
    expect([origin, refused.status]).toEqual([origin, 403]);
    expect(refused.headers["access-control-allow-origin"]).toBeUndefined();
  }
});

it("[GW5] /healthz tells what runs, or 503 with the reason", async () => {
  const gateway = await startTestGateway();
  const healthy = await fetch(`${gateway.url}/healthz`);
  expect(await healthy.json()).toEqual({
    status: "ok",
    convex: "embedded",
    model: "extractive",
    version: "1.2.3",
  });
  gateway.setReadiness({ isReady: false, reason: "Convex cannot be reached" });
  const ill = await fetch(`${gateway.url}/healthz`);
  expect(ill.status).toBe(503);
  expect(await ill.json()).toMatchObject({ reason: "Convex cannot be reached" });
});

it("[GW5] /config.json names Convex on the host that the browser itself used", async () => {
  const { url, port } = await startTestGateway();
  const config = (await (await fetch(`${url}/config.json`)).json()) as { convexUrl: string };
  expect(config.convexUrl).toBe("http://127.0.0.1:3210");
  const { status } = await rawGet(port, "/config.json", { host: "a b<script>" });
  expect(status).toBeLessThan(500);
});

it("[ID2] the JWKS holds the public key of new tokens", async () => {
  const gateway = await startTestGateway();
  const response = await fetch(`${gateway.url}/.well-known/jwks.json`);
  expect(await response.json()).toEqual(gateway.tokens.jwks());
});

it("[GW7] metrics are for this machine, and not for what a proxy on it passes on", async () => {
  const { url } = await startTestGateway();
  await fetch(`${url}/healthz`);
  const text = await (await fetch(`${url}/metrics`)).text();
  expect(text).toContain('lectern_http_request_seconds_count{route="/healthz",status="200"} 1');
  const passedOn = await fetch(`${url}/metrics`, { headers: { "X-Forwarded-For": "1.2.3.4" } });
  expect(passedOn.status).toBe(404);
});

it("[GW7] with METRICS_HOST they are told on that address alone", async () => {
  const open = await startTestGateway({ metricsHost: "0.0.0.0" });
  expect((await fetch(`${open.url}/metrics`)).status).toBe(200);
  const elsewhere = await startTestGateway({ metricsHost: "10.1.2.3" });
  expect((await fetch(`${elsewhere.url}/metrics`)).status).toBe(404);
});

it("[GW2] every answer has a request id, a harmless one of the caller's is kept, and it is logged", async () => {
  const gateway = await startTestGateway();
  const own = await fetch(`${gateway.url}/nowhere`, {
    headers: { "X-Request-Id": "trace-123456" },
  });
  expect(own.headers.get("X-Request-Id")).toBe("trace-123456");
  expect(await own.json()).toMatchObject({
    error: { code: "NOT_FOUND" },
    requestId: "trace-123456",
  });
  const made = await fetch(`${gateway.url}/nowhere`, { headers: { "X-Request-Id": "a b" } });
  expect(made.headers.get("X-Request-Id")).toMatch(/^[\w-]{36}$/);
  expect(gateway.logLines.join("")).toContain('"requestId":"trace-123456"');
});

it("[GW2] neither tokens nor passwords nor names nor queries reach the log", async () => {
  const gateway = await startTestGateway();
  const account = { name: "Zebedee", email: "zeb@school.example", password: "hunter2hunter2" };
  const { body } = await post(gateway, "/auth/register?invite=SECRETCODE", account);
  await post(gateway, "/auth/logout", "", bearer(body.token));
  const log = gateway.logLines.join("");
  expect(log).toContain("/auth/register");
  for (const secret of [
    "Zebedee",
    "zeb@",
    "hunter2",
    "SECRETCODE",
    body.token,
    body.refreshToken,
  ]) {
    expect(log).not.toContain(secret);
  }
});

/** The directives of a policy by name. */
function policyOf({ headers }: Response): Map<string, string> {
  const policy = headers.get("Content-Security-Policy") ?? "";
  return new Map(
    policy.split("; ").map((directive) => {
      const [name = "", ...sources] = directive.split(" ");
      return [name, sources.join(" ")];
    }),
  );
}

it("[GW4] the page may run only its own scripts and reach only this gateway and Convex", async () => {
  const pageFolder = mkdtempSync(join(tmpdir(), "lectern-page-"));
  onTestFinished(() => rmSync(pageFolder, { recursive: true }));
  writeFileSync(join(pageFolder, "index.html"), "<!doctype html><title>Lectern</title>");
  const { url } = await startTestGateway({ pageFolder });
  const page = await fetch(url);
  const policy = policyOf(page);
  expect(policy.get("script-src")).toBe("'self'");
  // Convex is on this host, which a browser may call by either name.
  const convex = ["127.0.0.1:3210", "localhost:3210"];
  const reached = ["http", "ws"].flatMap((scheme) => convex.map((host) => `${scheme}://${host}`));
  expect(policy.get("connect-src")).toBe(["'self'", ...reached].join(" "));
  for (const nothing of ["object-src", "base-uri", "frame-ancestors"]) {
    expect([nothing, policy.get(nothing)]).toEqual([nothing, "'none'"]);
  }
  expect(policy.get("default-src")).toBe("'self'");
  expect(page.headers.get("X-Frame-Options")).toBe("DENY");
});

it("[GW4] every other answer may do nothing, whatever it answers", async () => {
  const gateway = await startTestGateway();
  const { url } = gateway;
  const { token } = await gateway.guest();
  const answers = await Promise.all([
    fetch(`${url}/healthz`),
    fetch(`${url}/config.json`),
    fetch(`${url}/metrics`),
    fetch(`${url}/.well-known/jwks.json`),
    fetch(`${url}/nowhere`),
    fetch(`${url}/healthz`, { headers: { Origin: "https://evil.example" } }),
    fetch(`${url}/auth/guest`, { method: "POST", body: '{"name":"Ada"}' }),
    fetch(`${url}/auth/guest`, { method: "POST", body: "no JSON" }),
    fetch(`${url}/auth/logout`, { method: "POST", headers: bearer(token) }),
    fetch(`${url}/sessions/s1/documents`, { method: "POST" }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([
    ...[200, 200, 200, 200, 404, 403, 201, 400, 204, 401],
  ]);
  for (const answer of answers) {
    expect([answer.url, Object.fromEntries(policyOf(answer))]).toEqual([
      answer.url,
      { "default-src": "'none'", "frame-ancestors": "'none'" },
    ]);
    expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
  }
});

it("[GW6] the page is served with its policy, for its own addresses and no others", async () => {
  const pageFolder = mkdtempSync(join(tmpdir(), "lectern-page-"));
  onTestFinished(() => rmSync(pageFolder, { recursive: true }));
  mkdirSync(join(pageFolder, "assets"));
  writeFileSync(join(pageFolder, "index.html"), "<!doctype html><title>Lectern</title>");
  writeFileSync(join(pageFolder, "assets", "main-abc.js"), "let x;".repeat(1_000));
  writeFileSync(join(pageFolder, "favicon.svg"), "<svg/>");
  const { url } = await startTestGateway({ pageFolder });
  const page = await fetch(`${url}/s/k57abc?invite=1`);
  expect(await page.text()).toContain("Lectern");
  const policy = page.headers.get("Content-Security-Policy");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("connect-src 'self' http://127.0.0.1:3210");
  expect(policy).toContain("ws://127.0.0.1:3210");
  expect(page.headers.get("Referrer-Policy")).toBe("no-referrer");
  expect(page.headers.get("Cache-Control")).toBe("no-cache");
  const etag = page.headers.get("ETag") ?? "";
  expect((await fetch(url, { headers: { "If-None-Match": etag } })).status).toBe(304);
  const script = await fetch(`${url}/assets/main-abc.js`);
  expect(script.headers.get("Cache-Control")).toContain("immutable");
  expect(script.headers.get("Content-Encoding")).toBe("gzip");
  expect(await script.text()).toHaveLength(6_000);
  expect((await fetch(`${url}/favicon.svg`)).headers.get("Content-Type")).toBe("image/svg+xml");
  for (const path of ["/s/", "/assets", "/..%2f..%2fpackage.json", "/s/a/b", "/index.htm"]) {
    expect([path, (await fetch(url + path)).status]).toEqual([path, 404]);
  }
  const visit = await fetch(`${url}/nowhere`, { headers: { Accept: "text/html,*/*;q=0.8" } });
  expect([visit.status, await visit.text()]).toEqual([404, expect.stringContaining("Lectern")]);
  expect(visit.headers.get("Content-Security-Policy")).toBe(policy);
});
