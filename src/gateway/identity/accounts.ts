/**
 * The ways in: as a guest with a name, by making an account, with its password. Each ends in a login
 * (logins.ts). Knows nothing of HTTP; storage is a port.
 */
import { appError } from "../../../convex/contract/errors.ts";
import type { Logins, SignedIn } from "./logins.ts";
import type { Passwords } from "./passwords.ts";
import type { StudentClaims } from "./tokens.ts";

/** The durable side, in Convex. Errors are coded (contract/errors.ts). */
export interface AccountStore {
  createGuest(name: string): Promise<string>;
  /** Makes an account, or turns guest `guestId` into one. @throws CONFLICT if the address is taken */
  register(account: {
    name: string;
    email: string;
    passwordHash: string;
    guestId?: string;
  }): Promise<string>;
  findCredential(
    email: string,
  ): Promise<{ userId: string; passwordHash: string; name: string } | null>;
}

export interface Accounts {
  enterAsGuest(name: string): Promise<SignedIn>;
  /** `guest` is who asks, if they are already in: they stay the same person. @throws CONFLICT */
  register(
    account: { name: string; email: string; password: string },
    guest?: StudentClaims,
  ): Promise<SignedIn>;
  /** @throws UNAUTHENTICATED, the same for a wrong password and an unknown address */
  logIn(email: string, password: string): Promise<SignedIn>;
}

export function createAccounts(deps: {
  store: AccountStore;
  logins: Logins;
  passwords: Passwords;
}): Accounts {
  const { store, logins, passwords } = deps;
  return {
    enterAsGuest: async (name) => logins.open({ userId: await store.createGuest(name), name }),
    async register({ name, email, password }, guest) {
      const userId = await store.register({
        name,
        email,
        passwordHash: await passwords.hash(password),
        ...(guest === undefined ? {} : { guestId: guest.userId }),
      });
      return logins.open({ userId, name });
    },
    async logIn(email, password) {
      const found = await store.findCredential(email);
      const isRight = await passwords.verify(password, found?.passwordHash ?? null);
      if (found === null || !isRight) {
        throw appError("UNAUTHENTICATED", "The e-mail address or the password is wrong.");
      }
      return logins.open(found);
    },
  };
}
