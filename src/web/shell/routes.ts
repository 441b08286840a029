/** The page's addresses, both ways: path to route and route to path. Pure. */
export type Route =
  | { kind: "home" }
  | { kind: "session"; sessionId: string; inviteCode?: string }
  | { kind: "unknown" };

/** `path` is pathname plus search, as in a link. */
export function parseRoute(path: string): Route {
  const url = new URL(path, "http://page.invalid");
  if (url.pathname === "/") return { kind: "home" };
  const sessionId = /^\/s\/([A-Za-z0-9_-]{1,64})\/?$/.exec(url.pathname)?.[1];
  if (!sessionId) return { kind: "unknown" };
  const inviteCode = url.searchParams.get("invite");
  return { kind: "session", sessionId, ...(inviteCode && { inviteCode }) };
}

export function sessionPath(sessionId: string, inviteCode?: string): string {
  const path = `/s/${encodeURIComponent(sessionId)}`;
  return inviteCode ? `${path}?invite=${encodeURIComponent(inviteCode)}` : path;
}
