/**
 * The rooms of one board in other companions, as one room sees them: tells them what changes here,
 * merges what changes there, notices what was missed and gets it, and knows how much of it all is in
 * the store (rules RD1-RD4). Each room numbers what it tells, so that a gap shows at the next frame,
 * and at the latest when vectors are compared, whenever `announce` is called. Knows neither sockets nor Redis.
 */
import type { PresenceEntry } from "../protocol/boardMessages.ts";
import { sleep, type Clock } from "../util/clock.ts";
import { companionOf, type BoardRelay, type RelayChannel } from "./boardRelay.ts";
import type { Credit, ToldCredit } from "./contributions.ts";
import { Peer, type PeersDesk } from "./peersDesk.ts";
import type { PeersHistory } from "./peersHistory.ts";
import {
  decodeRelayFrame,
  encodeRelayFrame,
  type RelayFrame,
  type StoredRow,
} from "./relayFrames.ts";
import { KeptVector } from "./keptVector.ts";
import { covers, merged, without, type RelayVector } from "./relayVector.ts";

/** Whoever has not been heard for two announcements and a half is gone; its people went before (RD7). */
export const SILENCE_LIMIT_MS = 25_000;
/** What is missing is asked for once in this time; the answer may be a whole board. */
const ASK_PAUSE_MS = 1_000;
/** Far more than Redis needs to carry a question and its answer. */
const INTRODUCTION_MS = 250;
/** Voices remembered as gone; a late frame of older ones costs one more exchange. */
const MAX_GONE = 1_000;

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
  readonly #peers = new Map<string, Peer>();
  readonly #gone = new Set<string>();
  #vector: RelayVector = new Map();
  /** The vector at the last announcement: what others lack of it has been lost, not delayed. */
  #announced: RelayVector = new Map();
  /** What the store is known to have, whoever said so. */
  #saved: RelayVector = new Map();
  readonly #kept: KeptVector;
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
    this.#kept = new KeptVector(this.#channel.voice);
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
    this.#say({ type: "presence", isAll: true, entries: this.#desk.ownPresence() });
  }

  /** What its rooms have told is kept in mind until they are lost; only its people go. */
  #hide(companion: string): void {
    for (const peer of this.#peersOf(companion)) {
      peer.isSilent = true;
      this.#desk.hearPresence(peer, [], true);
    }
  }

  #welcomeBack(companion: string): void {
    const returned = this.#peersOf(companion).filter(({ isSilent }) => isSilent);
    for (const peer of returned) peer.isSilent = false;
    if (returned.length > 0) this.#introduce();
  }

  #peersOf(companion: string): Peer[] {
    return [...this.#peers.values()].filter(({ voice }) => companionOf(voice) === companion);
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
    const number = this.#nextNumber();
    this.#say({ type: "update", number, update, credits });
    if (isSaved) this.#noteSaved(number);
    return new Map([[this.#channel.voice, number]]);
  }

  /** What this room told as `number` is in the store; to say so is to say it of all before it. */
  #noteSaved(number: number): void {
    const { voice } = this.#channel;
    if (!this.#desk.isSaved() && (this.#saved.get(voice) ?? 0) < number - 1) return;
    this.#saved = merged(this.#saved, new Map([[voice, number]]));
  }

  #nextNumber(): number {
    const number = (this.#vector.get(this.#channel.voice) ?? 0) + 1;
    this.#vector = merged(this.#vector, new Map([[this.#channel.voice, number]]));
    return number;
  }

  tellPresence(entries: readonly PresenceEntry[]): void {
    if (entries.length > 0) this.#say({ type: "presence", isAll: false, entries });
  }

  /** `stored` is in the store now, in `row` where others can know what that holds. */
  tellSaved(stored: RelayVector, row: StoredRow | undefined): void {
    this.#saved = merged(this.#saved, stored);
    this.#say({ type: "saved", vector: this.#savedVector(), row });
  }

  /** What stands for all that is here, by whatever name others may know it. */
  get told(): RelayVector {
    return this.#kept.allOf(this.#vector);
  }

  /** A version has all that `told` stands for; said again with every announcement. */
  tellKept(told: RelayVector): void {
    this.#kept.note(told);
    this.#have("", false);
  }

  #savedVector(): RelayVector {
    return this.#desk.isSaved() ? this.#vector : this.#saved;
  }

  /** To be called every ten seconds or so: shows that this room lives, and what it has. */
  announce(): void {
    if (!this.#hasStarted) return;
    const limit = this.#clock.now() - SILENCE_LIMIT_MS;
    const silent = [...this.#peers.values()].filter(({ heardAt }) => heardAt < limit);
    for (const { voice } of silent) this.#lose(voice);
    if (this.#desk.isSaved()) this.#saved = without(this.#saved, this.#gone);
    if (silent.length > 0) this.#desk.reread(); // it may have saved what it could not tell
    this.#have("", false);
    this.#sayWhoIsHere();
    this.#announced = this.#vector;
  }

  #have(to: string, isUrgent: boolean): void {
    const stateVector = this.#desk.stateVector();
    this.#say({
      type: "have",
      to,
      isUrgent,
      stateVector,
      vector: this.#vector,
      saved: this.#savedVector(),
      kept: this.#kept.vector,
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
    if (frame.type === "bye") {
      this.#lose(voice);
      return;
    }
    const peer = this.#peers.get(voice) ?? new Peer(voice);
    peer.heardAt = this.#clock.now();
    this.#peers.set(voice, peer);
    this.#gone.delete(voice);
    this.#act(peer, frame);
  }

  #act(peer: Peer, frame: Exclude<RelayFrame, { type: "bye" }>): void {
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
        this.#confirm(frame.vector, this.#covers(frame.vector) ? frame.row : undefined);
        break;
      case "presence":
        this.#takePresence(peer, frame);
        break;
      case "absent":
        if (frame.to === this.#channel.voice) this.#desk.hearAbsent(frame.entries);
    }
  }

  #takePresence(peer: Peer, { entries, isAll }: Extract<RelayFrame, { type: "presence" }>): void {
    const absent = this.#desk.hearPresence(peer, entries, isAll);
    if (absent.length > 0) this.#say({ type: "absent", to: peer.voice, entries: absent });
  }

  #confirm(saved: RelayVector, row: StoredRow | undefined): void {
    this.#saved = merged(this.#saved, saved);
    this.#desk.confirm(this.#saved, row);
  }

  #covers(vector: RelayVector): boolean {
    return covers(this.#vector, without(vector, this.#gone));
  }

  #take(peer: Peer, { number, update, credits }: Extract<RelayFrame, { type: "update" }>): void {
    const heard = this.#vector.get(peer.voice) ?? 0;
    if (number <= heard || !this.#takes) return;
    const told = new Map([[peer.voice, number]]);
    if (number === heard + 1 && this.#desk.merge(update, told, false)) {
      this.#vector = merged(this.#vector, told);
      this.#credit(credits, told);
    } else this.#ask(peer);
  }

  #credit(credits: readonly Credit[], told: RelayVector): void {
    if (credits.length > 0 && !this.#kept.has(told)) this.#history.credit(credits, told);
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
    this.#hearKept(theirs.kept);
    const mine = theirs.isUrgent ? this.#vector : without(this.#announced, this.#gone);
    if (!covers(theirs.vector, mine)) {
      const update = this.#desk.diff(theirs.stateVector);
      this.#say({
        type: "diff",
        to: peer.voice,
        update,
        vector: this.#vector,
        saved: this.#savedVector(),
        credits: this.#history.credits(),
      });
    }
    if (!this.#covers(theirs.vector)) this.#ask(peer);
    if (theirs.isUrgent && theirs.to === "") this.#sayWhoIsHere(); // it introduces itself
  }

  #hearKept(theirs: RelayVector): void {
    if (!this.#kept.note(theirs)) return;
    this.#history.keptElsewhere(this.#kept.vector, covers(theirs, this.#vector));
  }

  #takeDiff(peer: Peer, diff: Extract<RelayFrame, { type: "diff" }>): void {
    const vector = without(diff.vector, this.#gone);
    this.#confirm(diff.saved, undefined);
    if (!this.#takes) return;
    if (this.#desk.merge(diff.update, vector, covers(this.#saved, diff.vector))) {
      this.#vector = merged(this.#vector, vector);
      this.#creditEach(diff.credits, vector);
    } else this.#ask(peer);
  }

  /**
   * Nobody can be asked any more for what that voice said. What of it is here counts as told by this
   * room from now on, so that whoever lacks it notices.
   */
  #lose(voice: string): void {
    const peer = this.#peers.get(voice);
    this.#peers.delete(voice);
    this.#gone.add(voice);
    const oldest = this.#gone.values().next();
    if (this.#gone.size > MAX_GONE && oldest.done !== true) this.#gone.delete(oldest.value);
    if (peer !== undefined) this.#desk.hearPresence(peer, [], true);
    const heard = this.#vector.get(voice);
    if (heard === undefined) return;
    const wasSaved = covers(this.#savedVector(), new Map([[voice, heard]]));
    this.#vector = without(this.#vector, this.#gone);
    const number = this.#nextNumber();
    this.#kept.noteGone(voice, heard, number);
    if (wasSaved) this.#noteSaved(number);
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
