/**
 * Who one stock client is signed in as: it signs in and becomes somebody else, with tokens that run out
 * while it is at work. Knows at any moment whom the server may take it for: the user whom it has confirmed
 * last, or one of those who were to follow since, in their order.
 *
 * It does not sign out: a stock client (convex 1.48.0) forgets to tell the server when its socket is just then
 * paused to fetch a token, and goes on as who it was until it reconnects.
 */
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

  /** Becomes one of the users, with tokens that soon run out. */
  change(): void {
    this.#signIn(prng.oneOf(this.#random, USERS), () => this.#random.next() * MAX_TOKEN_MS);
  }

  /** Stays who it is, with tokens that last. Returns one, or null for nobody. */
  async settle(): Promise<string | null> {
    const user = this.#current;
    if (user === NOBODY) return null;
    this.#signIn(user, () => LASTING_MS);
    return (await this.#issuer.token(user, LASTING_MS)).text;
  }

  /** A live query said who it is; there is no way back to whom it was before. */
  seenAs(owner: string): void {
    const index = this.#mayBe.indexOf(owner);
    if (index > 0) this.#become(this.#mayBe.slice(index));
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
        const token = await this.#issuer.token(user, validMs());
        if (isStill()) {
          this.#tokens += 1;
          this.#expiresAt = token.expiresAt;
        }
        return token.text;
      },
      (isAuthenticated) => {
        // Not authenticated: its tokens ran out too soon, again and again, and it gave up.
        if (isStill()) this.#become(isAuthenticated ? [user] : [...this.#mayBe, NOBODY]);
      },
    );
  }
}
