/**
 * Who is behind one socket: the identity now in force, how many times it was set, and until when the
 * token is good. Decides nothing about what an identity may do.
 */
import { checkAdminKey } from "../auth/adminKey.ts";
import type { TokenVerifier } from "../auth/verifyToken.ts";
import { NO_IDENTITY, type Identity } from "../functions/identity.ts";
import type { AuthenticateMessage } from "./clientMessages.ts";

export type SocketAuth = {
  /** The verifier of the code that is loaded now. */
  verifyToken: TokenVerifier;
  adminKey: string;
};

export class SocketIdentity {
  readonly #auth: SocketAuth;
  readonly #now: () => number;
  #identity: Identity = NO_IDENTITY;
  #version = 0;
  #expiresAt = Infinity;

  constructor(auth: SocketAuth, now: () => number) {
    this.#auth = auth;
    this.#now = now;
  }

  get current(): Identity {
    return this.#identity;
  }

  /** Rises by one with every accepted Authenticate. */
  get version(): number {
    return this.#version;
  }

  get isExpired(): boolean {
    return this.#now() >= this.#expiresAt;
  }

  /**
   * Takes on the identity that the message proves. A wrong admin key makes a stranger, whom every
   * call tells so: a tool whose socket is closed would rather wait for ever.
   * @throws InvalidTokenError if it proves none; the old identity stays
   * @throws KeysUnavailableError if the provider cannot be asked now
   */
  async authenticate(message: AuthenticateMessage): Promise<void> {
    const { identity, expiresAt } = await this.#prove(message);
    this.#identity = identity;
    this.#expiresAt = expiresAt;
    this.#version += 1;
  }

  async #prove(message: AuthenticateMessage): Promise<{ identity: Identity; expiresAt: number }> {
    switch (message.tokenType) {
      case "None":
        return { identity: NO_IDENTITY, expiresAt: Infinity };
      case "User": {
        const { attributes, expiresAt } = await this.#auth.verifyToken(message.value);
        return { identity: { kind: "user", attributes }, expiresAt };
      }
      case "Admin": {
        const claim = checkAdminKey(message.value, this.#auth.adminKey);
        if (claim === null) return { identity: { kind: "stranger" }, expiresAt: Infinity };
        const actingAs = message.impersonating ?? claim.actingAs;
        const identity: Identity =
          actingAs === undefined ? { kind: "admin" } : { kind: "admin", actingAs };
        return { identity, expiresAt: Infinity };
      }
    }
  }
}
