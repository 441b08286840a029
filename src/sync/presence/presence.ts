/**
 * Who is on a board and where their cursor is: awareness entries relayed as strings. A stock
 * provider sends back every entry it receives, so an entry counts only from the connection that owns
 * its client id: the first that spoke for it (rule WB6). Only the newest entry of a client is kept and
 * passed on. Knows no sockets; `Owner` is any object that stands for a connection.
 */
import type { PresenceEntry } from "../../protocol/boardMessages.ts";
import { GONE } from "./namedState.ts";

/** A page has one; editors with several documents on one socket have a few. */
const MAX_CLIENTS_PER_OWNER = 8;
/** UTF-16 units of JSON: a name, a colour, a cursor, a selection. */
export const MAX_PRESENCE_CHARS = 8 * 1024;
/** Clients remembered after they left, to tell a late echo of theirs from a return. */
const MAX_DEPARTED = 2_000;

export interface PresenceChange<Owner> extends PresenceEntry {
  /** Who spoke for this client, or did when it was here. */
  owner: Owner;
}

interface Present<Owner> {
  owner: Owner;
  clock: number;
  state: string;
}

export class Presence<Owner extends object> {
  readonly #present = new Map<number, Present<Owner>>();
  readonly #owned = new Map<Owner, Set<number>>();
  /** The last to depart last. */
  readonly #departedClocks = new Map<number, number>();
  #departures = 0;
  #toldDepartures = 0;
  #changed = new Map<number, PresenceChange<Owner>>();

  /**
   * Takes what a connection says. Returns entries to send back to it alone: a client that returns
   * under a clock that has been declared gone learns so, and by the protocol speaks up again.
   */
  receive(
    owner: Owner,
    entries: readonly PresenceEntry[],
    maxClients = MAX_CLIENTS_PER_OWNER,
  ): PresenceEntry[] {
    const corrections: PresenceEntry[] = [];
    for (const entry of entries) {
      const correction = this.#receiveOne(owner, entry, maxClients);
      if (correction !== undefined) corrections.push(correction);
    }
    return corrections;
  }

  #receiveOne(owner: Owner, entry: PresenceEntry, maxClients: number): PresenceEntry | undefined {
    const { clientId, clock, state } = entry;
    if (state.length > MAX_PRESENCE_CHARS) return undefined;
    const known = this.#present.get(clientId);
    if (known === undefined)
      return state === GONE ? undefined : this.#claim(owner, entry, maxClients);
    if (known.owner !== owner) return undefined; // an echo, or a forgery
    if (clock < known.clock || (clock === known.clock && state !== GONE)) return undefined;
    if (state === GONE) this.#depart(clientId, clock);
    else this.#set(owner, entry);
    return undefined;
  }

  #claim(owner: Owner, entry: PresenceEntry, maxClients: number): PresenceEntry | undefined {
    const departedClock = this.#departedClocks.get(entry.clientId);
    if (departedClock !== undefined && entry.clock <= departedClock) {
      return { clientId: entry.clientId, clock: departedClock, state: GONE };
    }
    const owned = this.#owned.get(owner) ?? new Set();
    if (owned.size >= maxClients) return undefined;
    this.#owned.set(owner, owned.add(entry.clientId));
    this.#departedClocks.delete(entry.clientId);
    this.#set(owner, entry);
    return undefined;
  }

  #set(owner: Owner, { clientId, clock, state }: PresenceEntry): void {
    this.#present.set(clientId, { owner, clock, state });
    this.#changed.set(clientId, { clientId, clock, state, owner });
  }

  #depart(clientId: number, clock: number): void {
    const known = this.#present.get(clientId);
    if (known === undefined) return;
    this.#present.delete(clientId);
    this.#owned.get(known.owner)?.delete(clientId);
    this.#changed.set(clientId, { clientId, clock, state: GONE, owner: known.owner });
    this.#departedClocks.delete(clientId);
    this.#departedClocks.set(clientId, clock);
    this.#departures++;
    const oldest = this.#departedClocks.keys().next();
    if (this.#departedClocks.size > MAX_DEPARTED && oldest.done !== true) {
      this.#departedClocks.delete(oldest.value);
    }
  }

  /** The connection is gone, and with it the clients it spoke for. */
  leave(owner: Owner): void {
    this.retain(owner, []);
    this.#owned.delete(owner);
  }

  /** Of the clients that `owner` spoke for, only those of `entries` are still there. */
  retain(owner: Owner, entries: readonly PresenceEntry[]): void {
    const staying = new Set(entries.map(({ clientId }) => clientId));
    for (const clientId of [...(this.#owned.get(owner) ?? [])]) {
      if (staying.has(clientId)) continue;
      this.#depart(clientId, (this.#present.get(clientId)?.clock ?? 0) + 1);
    }
  }

  /** Who speaks for that client, if it is here. */
  ownerOf(clientId: number): Owner | undefined {
    return this.#present.get(clientId)?.owner;
  }

  get hasChanges(): boolean {
    return this.#changed.size > 0;
  }

  /** The newest entry of each client that changed since this was asked last. */
  takeChanges(): PresenceChange<Owner>[] {
    const changed = [...this.#changed.values()];
    this.#changed = new Map();
    this.#toldDepartures = this.#departures;
    return changed;
  }

  /** How many departures `takeChanges` has told so far, for `since`. */
  get departures(): number {
    return this.#toldDepartures;
  }

  /** What somebody must be told who has heard of only so many departures: who is here, and who no more. */
  since(departures: number): PresenceEntry[] {
    const departed = [...this.#departedClocks].reverse().slice(0, this.#departures - departures);
    const gone = departed.map(([clientId, clock]) => ({ clientId, clock, state: GONE }));
    return [...this.all(), ...gone];
  }

  /** Everyone who is here. */
  all(): PresenceChange<Owner>[] {
    return [...this.#present].map(([clientId, present]) => ({ clientId, ...present }));
  }
}
