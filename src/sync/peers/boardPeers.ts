/**
 * The rooms of one board in other companions, as one room sees them: tells them what changes here,
 * merges what changes there, notices what was missed and gets it, and knows how much of it all is in
 * the store (rules RD1-RD4). Each room numbers what it tells, so that a gap shows at the next frame,
 * and at the latest when vectors are compared, whenever `announce` is called. Knows neither sockets nor Redis.
 */
import type { PresenceEntry } from "../../protocol/boardMessages.ts";
import { sleep, type Clock } from "../../util/clock.ts";
import type { BoardRelay, RelayChannel } from "./boardRelay.ts";
import type { Credit, ToldCredit } from "../history/contributions.ts";
import { KnownPeers, type Peer } from "./knownPeers.ts";
import type { PeersDesk } from "./peersDesk.ts";
import type { PeersHistory } from "./peersHistory.ts";
import {
  decodeRelayFrame,
  encodeRelayFrame,
  type RelayFrame,
  type StoredRow,
} from "./relayFrames.ts";
import { covers, type RelayVector } from "./relayVector.ts";
import { RoomVectors } from "./roomVectors.ts";

/** What is missing is asked for once in this time; the answer may be a whole board. */
const ASK_PAUSE_MS = 1_000;
/** Far more than Redis needs to carry a question and its answer. */
const INTRODUCTION_MS = 250;

export interface BoardPeersDeps {
  relay: BoardRelay;
  sessionId: string;
  desk: PeersDesk;
  history: PeersHistory;
  clock: Clock;
}

export class BoardPeers {
  readonly #desk: PeersDesk;
  readonly #history: PeersHistory;
  readonly #clock: Clock;
  readonly #channel: RelayChannel;
  readonly #peers = new KnownPeers();
  readonly #vectors: RoomVectors;
  #hasMet = false;
  #hasStarted = false;
  #takes = true;
  #hasLeft = false;
  #startedAt = -Infinity; // ms since epoch

  constructor(deps: BoardPeersDeps) {
    this.#desk = deps.desk;
    this.#history = deps.history;
    this.#clock = deps.clock;
    this.#channel = deps.relay.join(deps.sessionId, {
      onFrame: (bytes) => this.#hear(bytes),
      onMeeting: () => {
        this.#hasMet = true;
        if (!this.#hasStarted) return;
        this.#introduce();
        this.#desk.reread(); // what a room saved that is closed by now, nobody tells
      },
      onSilence: (companion) => this.#hide(companion),
      onReturn: (companion) => this.#welcomeBack(companion),
    });
    this.#vectors = new RoomVectors(this.#channel.voice, () => this.#desk.isSaved());
  }

  /** The board is loaded; what was heard before is asked for now. */
  start(): void {
    this.#hasStarted = true;
    this.#startedAt = this.#clock.now();
    if (this.#hasMet) this.#introduce();
  }

  /** To be awaited by whoever needs what the others have not saved yet, too: if they can answer, they have. */
  async introduced(): Promise<void> {
    const waitMs = this.#startedAt + INTRODUCTION_MS - this.#clock.now();
    if (waitMs > 0) await sleep(this.#clock, waitMs);
  }

  /** Is answered with what this room lacks, and with who is there. */
  #introduce(): void {
    this.#have("", true);
    this.#sayWhoIsHere();
  }

  #sayWhoIsHere(): void {
    this.#say({ type: "presence", isAll: true, entries: this.#desk.presence.own() });
  }

  /** What its rooms have told is kept in mind until they are lost; only its people go. */
  #hide(companion: string): void {
    for (const peer of this.#peers.of(companion)) {
      peer.isSilent = true;
      this.#desk.presence.hearPeer(peer, [], true);
    }
  }

  #welcomeBack(companion: string): void {
    const returned = this.#peers.of(companion).filter(({ isSilent }) => isSilent);
    for (const peer of returned) peer.isSilent = false;
    if (returned.length > 0) this.#introduce();
  }

  #say(frame: RelayFrame): void {
    if (this.#hasLeft) return; // a late version's: who is gone may not seem to be back
    this.#channel.say(encodeRelayFrame(this.#channel.voice, frame));
  }

  /**
   * Passes on what others may not have, and who changed what in it; `isSaved`: the store has it. Returns
   * what stands for it.
   */
  tell(update: Uint8Array, credits: readonly Credit[], isSaved: boolean): RelayVector {
    const number = this.#vectors.nextNumber();
    this.#say({ type: "update", number, update, credits });
    if (isSaved) this.#vectors.noteOwnSaved(number);
    return new Map([[this.#channel.voice, number]]);
  }

  tellPresence(entries: readonly PresenceEntry[]): void {
    if (entries.length > 0) this.#say({ type: "presence", isAll: false, entries });
  }

  /** `stored` is in the store now, in `row` where others can know what that holds. */
  tellSaved(stored: RelayVector, row: StoredRow | undefined): void {
    this.#vectors.noteSaved(stored);
    this.#say({ type: "saved", vector: this.#vectors.saved, row });
  }

  /** What stands for all that is here, by whatever name others may know it. */
  get told(): RelayVector {
    return this.#vectors.kept.allOf(this.#vectors.heard);
  }

  /** A version has all that `told` stands for; said again with every announcement. */
  tellKept(told: RelayVector): void {
    this.#vectors.kept.note(told);
    this.#have("", false);
  }

  /** To be called every ten seconds or so: shows that this room lives, and what it has. */
  announce(): void {
    if (!this.#hasStarted) return;
    const silent = this.#peers.silentAt(this.#clock.now());
    for (const { voice } of silent) this.#lose(voice);
    this.#vectors.forgetGoneIfSaved();
    if (silent.length > 0) this.#desk.reread(); // it may have saved what it could not tell
    this.#have("", false);
    this.#sayWhoIsHere();
    this.#vectors.noteAnnounced();
  }

  #have(to: string, isUrgent: boolean): void {
    const { heard, saved, kept } = this.#vectors;
    this.#say({
      type: "have",
      to,
      isUrgent,
      stateVector: this.#desk.stateVector(),
      vector: heard,
      saved,
      kept: kept.vector,
      heldSeq: this.#desk.heldSeq(),
    });
  }

  #hear(bytes: Uint8Array): void {
    if (!this.#hasStarted) return; // the introduction asks for all of it
    let heard: ReturnType<typeof decodeRelayFrame>;
    try {
      heard = decodeRelayFrame(bytes);
    } catch {
      return; // of another version: that companion's rooms and ours meet in the store
    }
    const { voice, frame } = heard;
    if (frame.type === "bye") this.#lose(voice);
    else this.#act(this.#peers.hear(voice, this.#clock.now()), frame);
  }

  #act(peer: Peer, frame: Exclude<RelayFrame, { type: "bye" }>): void {
    this.#vectors.welcome(peer.voice);
    switch (frame.type) {
      case "update":
        this.#take(peer, frame);
        break;
      case "have":
        if (frame.to === "" || frame.to === this.#channel.voice) this.#compare(peer, frame);
        break;
      case "diff":
        if (frame.to === this.#channel.voice) this.#takeDiff(peer, frame);
        break;
      case "saved":
        this.#confirm(frame.vector, this.#vectors.covers(frame.vector) ? frame.row : undefined);
        break;
      case "presence":
        this.#takePresence(peer, frame);
        break;
      case "absent":
        if (frame.to === this.#channel.voice) this.#desk.presence.hearAbsent(frame.entries);
    }
  }

  #takePresence(peer: Peer, { entries, isAll }: Extract<RelayFrame, { type: "presence" }>): void {
    const absent = this.#desk.presence.hearPeer(peer, entries, isAll);
    if (absent.length > 0) this.#say({ type: "absent", to: peer.voice, entries: absent });
  }

  #confirm(saved: RelayVector, row: StoredRow | undefined): void {
    this.#desk.confirm(this.#vectors.noteSaved(saved), row);
  }

  #take(peer: Peer, { number, update, credits }: Extract<RelayFrame, { type: "update" }>): void {
    const heard = this.#vectors.heardOf(peer.voice);
    if (number <= heard || !this.#takes) return;
    const told = new Map([[peer.voice, number]]);
    if (number === heard + 1 && this.#desk.merge(update, told, false)) {
      this.#vectors.hear(told);
      this.#credit(credits, told);
    } else this.#ask(peer);
  }

  #credit(credits: readonly Credit[], told: RelayVector): void {
    if (credits.length > 0 && !this.#vectors.kept.has(told)) this.#history.credit(credits, told);
  }

  /** Each by its own name, but for what gone voices told, whose names only those know who heard them. */
  #creditEach(credits: readonly ToldCredit[], vector: RelayVector): void {
    for (const credit of credits) {
      this.#credit([credit], covers(vector, credit.told) ? credit.told : vector);
    }
  }

  #ask(peer: Peer): void {
    const now = this.#clock.now();
    if (now - peer.askedAt < ASK_PAUSE_MS) return; // asked again at the next announcement
    peer.askedAt = now;
    this.#have(peer.voice, true);
  }

  #compare(peer: Peer, theirs: Extract<RelayFrame, { type: "have" }>): void {
    const { heldSeq } = theirs;
    this.#confirm(theirs.saved, { after: heldSeq, through: heldSeq });
    const { heard, heardLongAgo, saved, kept } = this.#vectors;
    const isNews = kept.note(theirs.kept);
    if (isNews) this.#history.keptElsewhere(kept.vector, covers(theirs.kept, heard));
    if (!covers(theirs.vector, theirs.isUrgent ? heard : heardLongAgo)) {
      const update = this.#desk.diff(theirs.stateVector);
      const credits = this.#history.credits();
      this.#say({ type: "diff", to: peer.voice, update, vector: heard, saved, credits });
    }
    if (!this.#vectors.covers(theirs.vector)) this.#ask(peer);
    if (theirs.isUrgent && theirs.to === "") this.#sayWhoIsHere(); // it introduces itself
  }

  #takeDiff(peer: Peer, diff: Extract<RelayFrame, { type: "diff" }>): void {
    const vector = this.#vectors.ofLiving(diff.vector);
    this.#confirm(diff.saved, undefined);
    if (!this.#takes) return;
    if (this.#desk.merge(diff.update, vector, this.#vectors.isStored(diff.vector))) {
      this.#vectors.hear(vector);
      this.#creditEach(diff.credits, vector);
    } else this.#ask(peer);
  }

  /** Nobody can be asked any more for what that voice said. */
  #lose(voice: string): void {
    const peer = this.#peers.lose(voice);
    this.#vectors.lose(voice);
    if (peer !== undefined) this.#desk.presence.hearPeer(peer, [], true);
  }

  /** False while it is known that the others cannot be heard. */
  get isOpen(): boolean {
    return this.#channel.isOpen();
  }

  lease(): Promise<boolean> {
    return this.#channel.lease();
  }

  release(): void {
    this.#channel.release();
  }

  /**
   * The room is being closed: what others tell is theirs to keep, and nothing of it may count as heard, or
   * whoever asks this room would take it for whole. That others have saved is heard on.
   */
  stopTaking(): void {
    this.#takes = false;
  }

  close(): void {
    this.#say({ type: "bye" });
    this.#hasLeft = true;
    this.#channel.leave();
  }
}
