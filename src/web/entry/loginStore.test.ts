import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { freshToken, readLogin, saveLogin, type Login } from "./loginStore.ts";

const HOUR = 3_600_000;
const login = (token: string, expiresAt: number): Login => ({
  token,
  userId: "u1",
  expiresAt,
  refreshToken: `refresh of ${token}`,
});

const refreshes: string[] = [];
let answer: () => Promise<Response>;

beforeEach(() => {
  const stored = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  });
  refreshes.length = 0;
  answer = () =>
    Promise.resolve(Response.json(login(`t${refreshes.length + 1}`, Date.now() + HOUR)));
  vi.stubGlobal("fetch", (_path: string, { body }: { body: string }) => {
    refreshes.push((JSON.parse(body) as { refreshToken: string }).refreshToken);
    return answer();
  });
  vi.useFakeTimers({ toFake: ["setTimeout"] });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("[WP3] a token that is still good is used without asking the server", async () => {
  saveLogin(login("t1", Date.now() + HOUR));
  expect(await freshToken()).toBe("t1");
  expect(refreshes).toEqual([]);
});

it("[WP3] many who need a new token at once share one refresh", async () => {
  saveLogin(login("t1", Date.now() + 1_000));
  expect(await Promise.all([freshToken(), freshToken(), freshToken(true)])).toEqual([
    "t2",
    "t2",
    "t2",
  ]);
  expect(refreshes).toEqual(["refresh of t1"]);
});

it("[WP3] a refused refresh ends the login", async () => {
  saveLogin(login("t1", 0));
  const error = { code: "UNAUTHENTICATED", message: "Please sign in again." };
  answer = () => Promise.resolve(Response.json({ error }, { status: 401 }));
  expect(await freshToken()).toBeNull();
  expect(readLogin()).toBeUndefined();
});

it("[WP3] a missing network and a failing server sign nobody out", async () => {
  saveLogin(login("t1", 0));
  const good = answer;
  const bad = [
    () => Promise.reject(new TypeError("Failed to fetch")),
    () => Promise.resolve(new Response("bad gateway", { status: 502 })),
  ];
  answer = () => (bad.shift() ?? good)();
  const token = freshToken();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await token).toBe("t4");
  expect(readLogin()?.token).toBe("t4");
});

it("[WP3] a stored login that is none counts as none", () => {
  localStorage.setItem("lectern.login", "{broken");
  expect(readLogin()).toBeUndefined();
  localStorage.setItem("lectern.login", JSON.stringify({ token: 7 }));
  expect(readLogin()).toBeUndefined();
});
