/**
 * From a socket with a genuine token to a socket in a room, and out again. Whether its owner may be
 * there is watched for as long as it lives: loss of membership, logout, the session's end and the
 * token's end close it within a second, a new role reaches the room through the principal (GW13).
 *
 *   waiting ─ access granted ─► admitted ─ access lost, expiry ─► closed
 *      └── refused, ADMISSION_TIMEOUT_MS, peer gone ─────────────────┘
 */
import type { CloseName } from "../../protocol/closeCodes.ts";
import type { GatewaySocket } from "../../protocol/gatewaySocket.ts";
import type { Principal, PrincipalWatch, Role, SessionSettings } from "../../protocol/principal.ts";
import type { Clock } from "../../util/clock.ts";
import type { StudentClaims } from "../identity/tokens.ts";
import { ADMISSION_TIMEOUT_MS } from "./socketLimits.ts";

/** Somebody's standing in a session, as Convex tells it. */
export interface Access {
  readonly role: Role;
  readonly sessionState: "active" | "ended";
  readonly settings: SessionSettings;
}

/** Tells the standing now and at each change; null means none. Returns the function that stops it. */
export type WatchAccess = (
  who: { sessionId: string; userId: string; loginId: string },
  onAccess: (access: Access | null) => void,
) => () => void;

export type SocketHandler = (socket: GatewaySocket, principal: PrincipalWatch) => void;

/** Watches over `socket` until it closes; calls `enter` once, when its owner has proved welcome. */
export function admit(deps: {
  socket: GatewaySocket;
  claims: StudentClaims;
  sessionId: string;
  watchAccess: WatchAccess;
  /** Whether the login is still alive; asked only to tell somebody who lost access why. */
  isLoginLive: () => Promise<boolean>;
  enter: SocketHandler;
  clock: Clock;
}): void {
  const { socket, claims, sessionId, clock } = deps;
  const listeners = new Set<(principal: Principal) => void>();
  let principal: Principal | undefined;
  let isLeaving = false;

  async function refuse(access: Access | null): Promise<void> {
    isLeaving = true;
    socket.close(access === null ? await whyNone() : "sessionEnded");
  }

  async function whyNone(): Promise<CloseName> {
    try {
      if (!(await deps.isLoginLive())) return "unauthenticated";
    } catch {
      return "overloaded"; // Convex cannot be asked: whoever comes back will be told then
    }
    return principal === undefined ? "notFound" : "forbidden";
  }

  function onAccess(access: Access | null): void {
    if (isLeaving) return;
    if (access?.sessionState !== "active") {
      void refuse(access);
      return;
    }
    const { role, settings } = access;
    const { userId, loginId, name, expiresAt } = claims;
    const isNew = principal === undefined;
    principal = { userId, loginId, name, sessionId, role, settings, expiresAt };
    if (isNew) {
      cancelDeadline();
      deps.enter(
        socket,
        watchOf(() => principal, principal, listeners),
      );
    } else {
      for (const listener of listeners) listener(principal);
    }
  }

  const cancelDeadline = clock.after(ADMISSION_TIMEOUT_MS, () => socket.close("overloaded"));
  const lifeMs = Math.max(0, claims.expiresAt - clock.now());
  const cancelExpiry = clock.after(lifeMs, () => socket.close("unauthenticated"));
  const { userId, loginId } = claims;
  const stopWatching = deps.watchAccess({ sessionId, userId, loginId }, onAccess);
  socket.onClose(() => {
    isLeaving = true;
    for (const stop of [cancelDeadline, cancelExpiry, stopWatching]) stop();
    listeners.clear();
  });
}

function watchOf(
  latest: () => Principal | undefined,
  first: Principal,
  listeners: Set<(principal: Principal) => void>,
): PrincipalWatch {
  return {
    current: () => latest() ?? first,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
