/**
 * Who one stock client is signed in as: it signs in, becomes somebody else and signs out, with tokens that
 * run out while it is at work. Knows at any moment whom the server may take it for: the user whom it has
 * confirmed last, or one of those who were to follow since, in their order.
 *
 * A stock client (convex 1.48.0) that is told to sign out while its socket is paused to fetch a token forgets
 * to tell the server, and goes on as who it was until it reconnects. So who signs out stays whom it was
 * as well, until the server has taken it for nobody.
 *
 * One that is told to sign in anew while it fetches a token because the server refused the last one never
 * opens its socket again (https://github.com/get-convex/convex-js/issues/181). So it is opened for it.
 */
import { setImmediate as nextTurn } from "node:timers/promises";

import type { ConvexClient } from "convex/browser";
import * as prng from "lib0/prng";

import type { TokenIssuer } from "./tokenIssuer.ts";

export const NOBODY = "nobody";
export const USERS = ["ada", "bob"];

const MAX_TOKEN_MS = 1_000;
const LASTING_MS = 3_600_000;

/** A moment in the life of a client, to ask later what has been true since. */
export type Moment = { readonly changes: number; readonly tokens: number; readonly at: number };

export class HistoryUser {
  readonly #client: ConvexClient;
  readonly #issuer: TokenIssuer;
  readonly #random: prng.PRNG;
  #current = NOBODY;
  #attempts = 0;
  #mayBe: readonly string[] = [NOBODY];
  /** All that `#mayBe` ever was. */
  readonly #past: (readonly string[])[] = [];
  #tokens = 0;
  #fetching = 0;
  /** Of the newest token. */
  #expiresAt = Infinity;

  constructor(client: ConvexClient, issuer: TokenIssuer, random: prng.PRNG) {
    this.#client = client;
    this.#issuer = issuer;
    this.#random = random;
  }

  /** Whom the server may take it for now. */
  get mayBe(): readonly string[] {
    return this.#mayBe;
  }

  /** Becomes one of the users, with tokens that soon run out, or nobody. */
  async change(): Promise<void> {
    const next = prng.oneOf(this.#random, [...USERS, NOBODY]);
    if (next === NOBODY) await this.#signOut();
    else this.#signIn(next, () => this.#random.next() * MAX_TOKEN_MS);
  }

  /** Stays who it is, with tokens that last. Returns one, or null for nobody. */
  async settle(): Promise<string | null> {
    const user = this.#current;
    if (user === NOBODY) {
      while (this.#fetching > 0) await nextTurn(); // or the client may forget to tell
      await this.#signOut();
      return null;
    }
    this.#signIn(user, () => LASTING_MS);
    return (await this.#issuer.token(user, LASTING_MS)).text;
  }

  /** A live query said who it is; there is no way back to whom it was before. */
  seenAs(owner: string): void {
    const index = this.#mayBe.indexOf(owner);
    if (index > 0) this.#become(this.#mayBe.slice(index));
  }

  /**
   * A mutation that was sent then ran as that user. What came before it on the socket, a sign-out say, did
   * too, so that live queries have followed.
   */
  answeredAs(owner: string, sentAt: Moment): void {
    if (sentAt.changes === this.#past.length) this.seenAs(owner);
  }

  now(): Moment {
    return { changes: this.#past.length, tokens: this.#tokens, at: Date.now() };
  }

  /** Whom the server may have taken it for at some time since. */
  mayHaveBeen(since: Moment): readonly string[] {
    return [...new Set([...this.#past.slice(since.changes), this.#mayBe].flat())];
  }

  /** Whether its only token had run out at that moment, and none has followed. */
  hadRunOut(moment: Moment): boolean {
    return moment.tokens === this.#tokens && moment.at >= this.#expiresAt;
  }

  #become(mayBe: readonly string[]): void {
    this.#past.push(this.#mayBe);
    this.#mayBe = mayBe;
  }

  #signIn(user: string, validMs: () => number): void {
    const attempt = ++this.#attempts;
    const isStill = (): boolean => attempt === this.#attempts;
    this.#current = user;
    this.#become([...this.#mayBe, user]);
    this.#client.setAuth(
      async () => {
        this.#fetching += 1;
        const token = await this.#issuer.token(user, validMs());
        this.#fetching -= 1;
        setImmediate(() => reopenSocket(this.#client));
        if (!isStill()) return null;
        this.#tokens += 1;
        this.#expiresAt = token.expiresAt;
        return token.text;
      },
      (isAuthenticated) => {
        // Not authenticated: its tokens ran out too soon, again and again, and it gave up.
        if (isStill()) this.#become(isAuthenticated ? [user] : [...this.#mayBe, NOBODY]);
      },
    );
  }

  /** As an app does it: from now on there are no tokens, and the client is told. */
  async #signOut(): Promise<void> {
    const attempt = ++this.#attempts;
    this.#current = NOBODY;
    this.#become([...this.#mayBe, NOBODY]);
    await nextTurn(); // whatever token was fetched by now has reached the client
    if (attempt === this.#attempts) this.#client.client.clearAuth();
  }
}

/** Calls what the client itself calls once it has a new token; where the socket is open that does nothing. */
function reopenSocket(client: ConvexClient): void {
  const { webSocketManager } = client.client as unknown as {
    webSocketManager: { tryRestart(): void };
  };
  webSocketManager.tryRestart();
}
