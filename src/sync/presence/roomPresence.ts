/**
 * When presence is passed on: what changes within PRESENCE_WINDOW_MS leaves as one frame, to the
 * sockets of this room and, for people who are connected here, to other companions' rooms (rule WB6).
 * Who may speak for whom is presence.ts, and under which name namedState.ts: another companion's people
 * were named there.
 */
import { encodePresenceMessage, type PresenceEntry } from "../../protocol/boardMessages.ts";
import type { Clock } from "../../util/clock.ts";
import type { BoardConnection } from "../boardConnection.ts";
import { Peer } from "../peers/knownPeers.ts";
import { GONE, namedState } from "./namedState.ts";
import { MAX_PRESENCE_CHARS, Presence } from "./presence.ts";

/** Cursors that move are passed on at most every this long. */
const PRESENCE_WINDOW_MS = 25;

export interface RoomPresenceDeps {
  clock: Clock;
  /** People of one companion that others can see. */
  maxPerPeer: number;
  /** To every socket of this room. */
  send: (frame: Uint8Array) => void;
  /** To other companions. */
  tellPeers: (entries: readonly PresenceEntry[]) => void;
}

export class RoomPresence {
  readonly #deps: RoomPresenceDeps;
  /** Made when somebody speaks up: its lists would be a twentieth of what a board holds that waits. */
  #made: Presence<BoardConnection | Peer> | undefined;
  #cancelTimer: (() => void) | undefined;
  #isClosed = false;

  constructor(deps: RoomPresenceDeps) {
    this.#deps = deps;
  }

  get #presence(): Presence<BoardConnection | Peer> {
    return (this.#made ??= new Presence());
  }

  /** Everyone who is here, on any companion, as a frame; undefined = nobody. */
  frame(): Uint8Array | undefined {
    const present = this.#made?.all() ?? [];
    return present.length === 0 ? undefined : encodePresenceMessage(present);
  }

  /** How many have left so far. */
  get departures(): number {
    return this.#made?.departures ?? 0;
  }

  /** Who is here, and who no more of those that were when there were `departures`; as a frame. */
  frameSince(departures: number): Uint8Array {
    return encodePresenceMessage(this.#presence.since(departures));
  }

  /** Who is connected to this companion. */
  own(): PresenceEntry[] {
    return this.#presence.all().filter(({ owner }) => !(owner instanceof Peer));
  }

  receive(connection: BoardConnection, entries: readonly PresenceEntry[]): void {
    const named = this.#named(connection, entries);
    const corrections = this.#presence.receive(connection, named);
    if (corrections.length > 0) connection.send(encodePresenceMessage(corrections));
    this.#schedule();
  }

  /**
   * Whose name or role has changed is asked to speak up again: declared gone to themselves alone, a client by
   * the protocol says anew who it is, and bears what is right from then on (rule WB25).
   */
  follow(connection: BoardConnection): void {
    for (const { owner, clientId, clock, state } of this.#made?.all() ?? []) {
      if (owner !== connection || namedState(state, connection.principal()) === state) continue;
      connection.send(encodePresenceMessage([{ clientId, clock, state: GONE }]));
    }
  }

  /** Of another's client, whose entries a stock client sends back, nothing counts; so nothing is looked at. */
  #named(connection: BoardConnection, entries: readonly PresenceEntry[]): PresenceEntry[] {
    return entries.flatMap((entry) => {
      const owner = this.#presence.ownerOf(entry.clientId);
      if (owner !== undefined && owner !== connection) return [];
      if (entry.state.length > MAX_PRESENCE_CHARS) return [];
      const state = namedState(entry.state, connection.principal());
      if (state === undefined) return [];
      return [state === entry.state ? entry : { ...entry, state }];
    });
  }

  /**
   * `isAll`: whoever of that peer is not named has gone. Returns whom it has to tell that they have been
   * declared gone.
   */
  hearPeer(peer: Peer, entries: readonly PresenceEntry[], isAll: boolean): PresenceEntry[] {
    if (isAll) this.#presence.retain(peer, entries);
    const corrections = this.#presence.receive(peer, entries, this.#deps.maxPerPeer);
    this.#schedule();
    return corrections;
  }

  /** Elsewhere these have been declared gone; who is here is told so, and by the protocol speaks up again. */
  hearAbsent(entries: readonly PresenceEntry[]): void {
    for (const entry of entries) {
      const owner = this.#presence.ownerOf(entry.clientId);
      if (owner === undefined || owner instanceof Peer) continue;
      owner.send(encodePresenceMessage([entry]));
    }
  }

  leave(connection: BoardConnection): void {
    this.#made?.leave(connection);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#made?.hasChanges !== true || this.#cancelTimer !== undefined || this.#isClosed)
      return;
    this.#cancelTimer = this.#deps.clock.after(PRESENCE_WINDOW_MS, () => {
      this.#cancelTimer = undefined;
      const changes = this.#presence.takeChanges();
      this.#deps.tellPeers(changes.filter(({ owner }) => !(owner instanceof Peer)));
      this.#deps.send(encodePresenceMessage(changes));
    });
  }

  /** Leaves no timer behind. */
  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
  }
}
