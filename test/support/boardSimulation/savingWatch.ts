/**
 * Watches how one process saves boards that others have, too: it takes a board over only right after it
 * was granted the right to, and not again after the store refused it. Whether the store keeps former
 * savers out is the store's affair (rule BS5); here it is seen that nobody talks it into more.
 */
import { appErrorDataOf } from "../../../convex/contract/errors.ts";
import type { BoardRelay, RelayChannel } from "../../../src/sync/peers/boardRelay.ts";
import type { BoardStore } from "../../../src/sync/saving/boardStore.ts";

export class SavingWatch {
  readonly store: BoardStore;
  readonly relay: BoardRelay;
  readonly faults: string[] = [];
  /** Boards that it may take over. */
  readonly #granted = new Set<string>();

  /** `mayInsist`: whether it may save what others should have saved. */
  constructor(deps: { store: BoardStore; relay: BoardRelay; mayInsist: () => boolean }) {
    const { store, relay, mayInsist } = deps;
    this.relay = {
      join: (sessionId, listener) => this.#watched(sessionId, relay.join(sessionId, listener)),
    };
    this.store = {
      load: (...args) => store.load(...args),
      append: async (...args) => {
        const [sessionId, token] = args;
        if (token === null && !this.#granted.has(sessionId) && !mayInsist()) {
          this.faults.push("a board was taken over by a companion that was not granted it");
        }
        return await this.#refusable(sessionId, store.append(...args));
      },
      compact: async (...args) => await this.#refusable(args[0], store.compact(...args)),
    };
  }

  #watched(sessionId: string, channel: RelayChannel): RelayChannel {
    return {
      ...channel,
      lease: async () => {
        const isGranted = await channel.lease();
        if (isGranted) this.#granted.add(sessionId);
        else this.#granted.delete(sessionId);
        return isGranted;
      },
    };
  }

  async #refusable<T>(sessionId: string, call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      if (appErrorDataOf(error)?.code === "CONFLICT") this.#granted.delete(sessionId);
      throw error;
    }
  }
}
