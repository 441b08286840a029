/**
 * Who is signed in on this browser: the access token, its expiry, and the refresh token, kept in
 * localStorage so that every tab shares one login. Refreshing rotates the refresh token, and the
 * server revokes a login whose old token comes back, so tabs take turns under a lock and look
 * first whether another tab has already done it (rule WP3).
 */
import { z } from "zod";
import { HttpProblem } from "../shell/httpProblem.ts";
import { requestRefresh } from "./authRequests.ts";

const zLogin = z.object({
  token: z.string(),
  userId: z.string(),
  expiresAt: z.number(), // ms since epoch, of the access token
  refreshToken: z.string(),
});

export type Login = z.infer<typeof zLogin>;

const KEY = "lectern.login";
const MARGIN_MS = 60_000; // a token is renewed this long before it expires
const RETRY_MS = 2_000;

const listeners = new Set<() => void>();
let parsed: { text: string | null; login: Login | undefined } = { text: null, login: undefined };

/** The same object for as long as nothing changed, as `useSyncExternalStore` needs. */
export function readLogin(): Login | undefined {
  const text = localStorage.getItem(KEY);
  if (text !== parsed.text) {
    const result = text === null ? undefined : zLogin.safeParse(parseJson(text));
    parsed = { text, login: result?.data };
  }
  return parsed.login;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // someone else's entry: treated as no login
  }
}

export function saveLogin(login: Login | undefined): void {
  if (login) localStorage.setItem(KEY, JSON.stringify(login));
  else localStorage.removeItem(KEY);
  for (const listener of listeners) listener();
}

export function onLoginChange(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key === KEY || event.key === null) listener();
  };
  listeners.add(listener);
  addEventListener("storage", onStorage);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", onStorage);
  };
}

/**
 * A token that is good for at least a minute, or null when nobody is signed in (any more). Waits
 * out a missing network rather than signing the reader out. `mustBeNew` asks for another token
 * than the stored one, for when a server refused it.
 */
export async function freshToken(mustBeNew = false): Promise<string | null> {
  const before = readLogin();
  if (!before) return null;
  if (!mustBeNew && before.expiresAt - Date.now() > MARGIN_MS) return before.token;
  return await withRefreshLock(async () => {
    for (;;) {
      const login = readLogin();
      if (!login) return null;
      if (login.token !== before.token) return login.token; // another tab was faster
      const renewed = await tryRefresh(login);
      if (renewed !== undefined) return renewed;
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  });
}

/** Null when the login is over, undefined when the server cannot say now. */
async function tryRefresh(login: Login): Promise<string | null | undefined> {
  try {
    const next = await requestRefresh(login.refreshToken);
    saveLogin({ ...login, ...next });
    return next.token;
  } catch (error) {
    if (!(error instanceof HttpProblem) || error.status >= 500 || error.status === 429) {
      return undefined;
    }
    saveLogin(undefined);
    return null;
  }
}

let inThisTab: Promise<unknown> = Promise.resolve();

/** Web Locks exist only on https and localhost; elsewhere tabs still take turns within themselves. */
async function withRefreshLock<T>(task: () => Promise<T>): Promise<T> {
  if ("locks" in navigator) return await navigator.locks.request("lectern.refresh", task);
  const turn = inThisTab.then(task, task);
  inThisTab = turn;
  return await turn;
}
