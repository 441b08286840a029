/**
 * From a socket with a genuine token to a socket in a room, and out again. Whether its owner may be
 * there is watched for as long as it lives: loss of membership, logout, the session's end and the
 * token's end close it within a second, a new role reaches the room through the principal (GW13).
 *
 *   waiting ─ access granted ─► admitted ─ access lost, expiry ─► closed
 *      └── refused, ADMISSION_TIMEOUT_MS, peer gone ─────────────────┘
 */
import type { CloseName } from "../../protocol/closeCodes.ts";
import type { CloseListener, GatewaySocket } from "../../protocol/gatewaySocket.ts";
import type {
  Principal,
  PrincipalListener,
  PrincipalWatch,
  Role,
  SessionSettings,
} from "../../protocol/principal.ts";
import type { Clock } from "../../util/clock.ts";
import type { Credentials } from "../identity/rememberTokens.ts";
import type { Expiries, Expiring } from "./expiries.ts";
import { ADMISSION_TIMEOUT_MS } from "./socketLimits.ts";

/** Somebody's standing in a session, as Convex tells it. */
export interface Access {
  readonly name: string;
  readonly role: Role;
  readonly sessionState: "active" | "ended";
  readonly settings: SessionSettings;
}

/** Tells `watcher` the standing now and at each change, null for none, until it is stopped. */
export type WatchAccess = (
  who: { sessionId: string; userId: string; loginId: string },
  watcher: { take(access: Access | null): void },
) => { stop(): void };

export type SocketHandler = (socket: GatewaySocket, principal: PrincipalWatch) => void;

/** What all admissions of a gateway have in common. */
export interface AdmissionDesk {
  readonly watchAccess: WatchAccess;
  /** Whether the token's login is still alive; asked only to tell somebody who lost access why. */
  readonly isLoginLive: (token: string) => Promise<boolean>;
  readonly expiries: Expiries;
  readonly clock: Clock;
}

/** Watches over `socket` until it closes; calls `enter` once, when its owner has proved welcome. */
export class Admission implements PrincipalWatch, Expiring, CloseListener {
  readonly #desk: AdmissionDesk;
  readonly #socket: GatewaySocket;
  readonly #credentials: Credentials;
  readonly #sessionId: string;
  /** Undefined once it was called. */
  #enter: ((principal: PrincipalWatch) => void) | undefined;
  #cancelDeadline: (() => void) | undefined;
  readonly #watch: { stop(): void };
  #principal: Principal | undefined;
  #listener: PrincipalListener | undefined;
  #isLeaving = false;

  constructor(
    desk: AdmissionDesk,
    newcomer: { socket: GatewaySocket; credentials: Credentials; sessionId: string },
    enter: (principal: PrincipalWatch) => void,
  ) {
    const { socket, credentials, sessionId } = newcomer;
    this.#desk = desk;
    this.#socket = socket;
    this.#credentials = credentials;
    this.#sessionId = sessionId;
    this.#enter = enter;
    this.#cancelDeadline = desk.clock.after(ADMISSION_TIMEOUT_MS, () => socket.close("overloaded"));
    desk.expiries.add(this);
    const { userId, loginId } = credentials.claims;
    this.#watch = desk.watchAccess({ sessionId, userId, loginId }, this);
    socket.onClose(this);
  }

  take(access: Access | null): void {
    if (this.#isLeaving) return;
    if (access?.sessionState !== "active") {
      this.#isLeaving = true;
      void this.#refuse(access);
      return;
    }
    const { name, role, settings } = access; // a token has the name of when it was issued
    const { userId, loginId, expiresAt } = this.#credentials.claims;
    const sessionId = this.#sessionId;
    this.#principal = { userId, loginId, name, sessionId, role, settings, expiresAt };
    this.#cancelDeadline?.();
    this.#cancelDeadline = undefined;
    const enter = this.#enter;
    if (enter === undefined) {
      this.#listener?.principalChanged(this.#principal);
      return;
    }
    this.#enter = undefined; // what it holds was for the way in
    enter(this);
  }

  async #refuse(access: Access | null): Promise<void> {
    this.#socket.close(access === null ? await this.#whyNone() : "sessionEnded");
  }

  async #whyNone(): Promise<CloseName> {
    try {
      if (!(await this.#desk.isLoginLive(this.#credentials.token))) return "unauthenticated";
    } catch {
      return "overloaded"; // Convex cannot be asked: whoever comes back will be told then
    }
    return this.#principal === undefined ? "notFound" : "forbidden";
  }

  get expiresAt(): number {
    return this.#credentials.claims.expiresAt;
  }

  expire(): void {
    this.#socket.close("unauthenticated");
  }

  /** @throws before anybody was let in */
  current(): Principal {
    if (this.#principal === undefined) throw new Error("nobody was let in yet");
    return this.#principal;
  }

  onChange(listener: PrincipalListener): void {
    this.#listener = listener;
  }

  closed(): void {
    this.#isLeaving = true;
    this.#cancelDeadline?.();
    this.#desk.expiries.delete(this);
    this.#watch.stop();
    this.#listener = undefined;
  }
}
