/** The rooms of a board that have been heard and have not gone, by their voices. */
import { companionOf } from "./boardRelay.ts";

/** Whoever has not been heard for two announcements and a half is gone; its people went before (RD7). */
export const SILENCE_LIMIT_MS = 25_000;

/** A companion's room, as the owner of its people's presence. */
export class Peer {
  readonly voice: string;
  /** Ms since epoch. */
  heardAt = 0;
  askedAt = -Infinity;
  /** Nothing is heard of its companion: its people are taken for gone. */
  isSilent = false;
  constructor(voice: string) {
    this.voice = voice;
  }
}

export class KnownPeers {
  readonly #peers = new Map<string, Peer>();

  /** Whose voice that is; it was heard at `now`, ms since epoch. */
  hear(voice: string, now: number): Peer {
    const peer = this.#peers.get(voice) ?? new Peer(voice);
    peer.heardAt = now;
    this.#peers.set(voice, peer);
    return peer;
  }

  of(companion: string): Peer[] {
    return [...this.#peers.values()].filter(({ voice }) => companionOf(voice) === companion);
  }

  /** Those that have not been heard for too long at `now`, ms since epoch. */
  silentAt(now: number): Peer[] {
    const limit = now - SILENCE_LIMIT_MS;
    return [...this.#peers.values()].filter(({ heardAt }) => heardAt < limit);
  }

  /** Undefined: nobody spoke so. */
  lose(voice: string): Peer | undefined {
    const peer = this.#peers.get(voice);
    this.#peers.delete(voice);
    return peer;
  }
}
