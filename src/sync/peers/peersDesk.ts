/** What boardPeers.ts asks of the room that it speaks for. */
import type { PresenceEntry } from "../../protocol/boardMessages.ts";
import type { Peer } from "./knownPeers.ts";
import type { StoredRow } from "./relayFrames.ts";
import type { RelayVector } from "./relayVector.ts";

/** What the peers ask of their room. */
export interface PeersDesk {
  stateVector(): Uint8Array;
  /** All that somebody with `stateVector` lacks, deletions included. */
  diff(stateVector: Uint8Array): Uint8Array;
  /**
   * Applies what another companion has judged. `heard` is what the room then holds; `isSaved`: it is
   * in the store. False when something is missing that the update builds on.
   */
  merge(update: Uint8Array, heard: RelayVector, isSaved: boolean): boolean;
  /** Whether nothing waits to be saved here. */
  isSaved(): boolean;
  /** Number of the newest row in the store that the room holds with all before it. */
  heldSeq(): number;
  /** Others have saved all up to `saved`; `row`, if the room should hold what is in it. */
  confirm(saved: RelayVector, row: StoredRow | undefined): void;
  /** Others may have saved what nobody tells of any more. */
  reread(): void;
  readonly presence: PeersPresence;
}

/** Who is on the board, through this companion and through others. */
export interface PeersPresence {
  /** People of this companion. */
  own(): PresenceEntry[];
  /**
   * `isAll`: whoever of that peer is not named has gone. Returns whom it has to tell that they have been
   * declared gone.
   */
  hearPeer(peer: Peer, entries: readonly PresenceEntry[], isAll: boolean): PresenceEntry[];
  /** Elsewhere these people of this companion have been declared gone. */
  hearAbsent(entries: readonly PresenceEntry[]): void;
}
