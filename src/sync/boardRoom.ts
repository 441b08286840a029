/**
 * One open board: collects what people send, applies it all in one transaction a flush, and passes the
 * one resulting update on to everybody, to other companions and to the saver (rules WB1, WB2, WB12).
 * Holds the parts together and decides order; rights, presence, marks, saving, companions and slow
 * readers are theirs.
 */
import * as Y from "yjs";
import type { BoardOp, BoardView } from "../../convex/contract/boardOps.ts";
import {
  encodeStateVectorMessage,
  encodeUpdateMessage,
  type BoardMessage,
  type PresenceEntry,
} from "../protocol/boardMessages.ts";
import type { CloseName } from "../protocol/closeCodes.ts";
import type { GatewaySocket } from "../protocol/gatewaySocket.ts";
import type { PrincipalWatch } from "../protocol/principal.ts";
import { BoardConnection, type BoardDesk } from "./boardConnection.ts";
import { changeOf, encodeChanges, type BoardChange } from "./boardChange.ts";
import type { AppliedEdits } from "./appliedEdits.ts";
import { BoardDocument } from "./boardDocument.ts";
import { FromPeer, FromPeople, STORED, type Edit, type Writer } from "./changeOrigins.ts";
import { BoardKeeping } from "./boardKeeping.ts";
import { BoardPeers } from "./boardPeers.ts";
import type { BoardRoomDeps } from "./boardRoomDeps.ts";
import { BoardVersions } from "./boardVersions.ts";
import { MarkExpiry } from "./markExpiry.ts";
import type { Peer } from "./knownPeers.ts";
import type { PeersDesk } from "./peersDesk.ts";
import type { StoredRow } from "./relayFrames.ts";
import type { RelayVector } from "./relayVector.ts";
import { RoomPresence } from "./roomPresence.ts";
import { SyncReplies, type SyncReply } from "./syncReplies.ts";
import { isEmpty } from "./updateGuard.ts";

/**
 * What comes to a calm board leaves at once; under load flushes are at least this far apart. Each costs
 * one write a socket, which is most of what a busy board costs, and 25 ms is what nobody sees.
 */
const FLUSH_WINDOW_MS = 10;

const READ_ONLY = "You can look at this board, but not change it.";
export class BoardRoom implements BoardDesk, PeersDesk {
  /** Settles when the board is there; rejects with the store's error. */
  readonly ready: Promise<void>;
  readonly #deps: BoardRoomDeps;
  readonly #document: BoardDocument<BoardConnection>;
  readonly #presence: RoomPresence;
  readonly #connections = new Set<BoardConnection>();
  readonly #replies: SyncReplies;
  readonly #peers: BoardPeers | undefined;
  readonly #keeping: BoardKeeping;
  readonly #expiry: MarkExpiry;
  /** Made when there is something to write into history: most boards that are open are only looked at. */
  #versions: BoardVersions | undefined;
  #inbox: Edit<BoardConnection>[] = [];
  #hasFlushAhead = false;
  #cancelFlush: (() => void) | undefined;
  #lastFlushAt = 0;
  #isClosed = false;

  constructor(deps: BoardRoomDeps) {
    this.#deps = deps;
    this.#document = new BoardDocument(deps, (credit) => this.versions.note(credit));
    this.#replies = new SyncReplies(this.#document.doc);
    this.#expiry = new MarkExpiry(deps.clock, (keys) => this.#document.expire(keys));
    const { relay, clock } = deps;
    this.#presence = new RoomPresence({
      clock,
      maxPerPeer: deps.limits.maxConnectionsPerBoard,
      send: (frame) => this.#sendAll(frame),
      tellPeers: (entries) => this.#peers?.tellPresence(entries),
    });
    // Before the store is read: what others save meanwhile is heard.
    if (relay) this.#peers = new BoardPeers({ ...deps, relay, desk: this, history: this.versions });
    this.#keeping = this.#createKeeping();
    this.ready = this.#load();
  }

  #createKeeping(): BoardKeeping {
    return new BoardKeeping({
      ...this.#deps,
      peers: this.#peers,
      encode: () => this.#document.encode(),
      encodeChanges: (changes) => encodeChanges(this.#document.doc, changes),
      onMissed: (updates) => {
        for (const update of updates) this.#document.merge(update, STORED);
      },
      onFinalError: (code) => {
        this.closeAll(code === "SESSION_ENDED" ? "sessionEnded" : "notFound");
      },
    });
  }

  /** The board's history; to be used when the room is ready. */
  get versions(): BoardVersions {
    this.#versions ??= new BoardVersions({
      ...this.#deps,
      document: this.#document,
      boardSeq: () => this.#keeping.heldSeq,
      told: () => this.#peers?.told ?? new Map(),
      tellKept: (told) => this.#peers?.tellKept(told),
      hearOthers: async () => await this.#peers?.introduced(),
      roomLeft: () => this.#deps.limits.maxBoardBytes - this.#keeping.sizeBytes,
      flush: () => this.flush(),
      hurry: () => this.#keeping.hurry(),
    });
    return this.#versions;
  }

  async #load(): Promise<void> {
    try {
      this.#document.load(await this.#keeping.load());
    } catch (error) {
      this.#peers?.close(); // a room that is not ready is left, not closed
      throw error;
    }
    this.#document.doc.on("afterTransactionCleanup", (transaction: Y.Transaction) => {
      const change = changeOf(transaction);
      if (change === undefined) return;
      this.#publish(transaction.origin, change);
      this.versions.follow(transaction);
    });
    this.#expiry.restore(this.#document.marks);
    this.#peers?.start();
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  get stalledCount(): number {
    return [...this.#connections].filter(({ isStalled }) => isStalled).length;
  }

  /** Ms since epoch; undefined = all saved. */
  get unsavedSince(): number | undefined {
    return this.#keeping.unsavedSince;
  }

  /** Whether the room can be given up without losing anything. */
  get isIdle(): boolean {
    const isKept = this.#keeping.isIdle && this.#versions?.isIdle !== false;
    return this.#connections.size === 0 && this.#inbox.length === 0 && isKept;
  }

  /**
   * To be awaited before a socket joins. Where other companions cannot be heard, whoever comes from one
   * may have seen more than is here; were the tutor's drawings among it unknown, they would be taken for
   * forged, and undone for everybody.
   */
  async catchUp(): Promise<void> {
    const isBehind = this.#peers?.isOpen === false || this.#keeping.isBehind;
    if (isBehind) await this.#keeping.readNow();
  }

  /** Takes a socket in; the room must be ready. */
  join(socket: GatewaySocket, watch: PrincipalWatch): void {
    if (this.#connections.size >= this.#deps.limits.maxConnectionsPerBoard) {
      socket.close("overloaded");
      return;
    }
    const { clock, limits } = this.#deps;
    const connection = new BoardConnection({ socket, watch, desk: this, clock, limits });
    this.#connections.add(connection);
    if (connection.mayWrite) connection.send(encodeStateVectorMessage(this.stateVector()));
    const present = this.#presence.frame();
    if (present !== undefined) connection.send(present);
    connection.listen();
  }

  leave(connection: BoardConnection): void {
    this.#connections.delete(connection);
    this.#presence.leave(connection);
    if (this.#connections.size === 0) this.#deps.onIdle();
  }

  stateVector(): Uint8Array {
    return Y.encodeStateVector(this.#document.doc);
  }

  replyTo(stateVector: Uint8Array): SyncReply {
    return this.#replies.replyTo(stateVector);
  }

  departures(): number {
    return this.#presence.departures;
  }

  presenceSince(departures: number): Uint8Array {
    return this.#presence.frameSince(departures);
  }

  receive(connection: BoardConnection, message: BoardMessage): void {
    switch (message.type) {
      case "stateVector":
        this.#answer(connection, message.stateVector);
        break;
      case "update":
        if (!isEmpty(message.update)) this.#take(connection, message.update);
        break;
      case "presence":
        this.#presence.receive(connection, message.entries);
        break;
      case "queryPresence":
        connection.send(this.presenceSince(this.departures()));
    }
  }

  #answer(connection: BoardConnection, stateVector: Uint8Array): void {
    try {
      // Whoever has what this board has may ask, however many have drawn on it.
      const ownBytes = this.stateVector().byteLength;
      if (stateVector.byteLength > Math.max(this.#deps.limits.maxStateVectorBytes, 2 * ownBytes))
        throw new RangeError("a state vector of many thousand clients");
      Y.decodeStateVector(stateVector); // now: a reader that is behind is answered later
    } catch {
      connection.close("badFrame");
      return;
    }
    connection.answer(stateVector);
  }

  #take(connection: BoardConnection, update: Uint8Array): void {
    if (this.#keeping.sizeBytes + update.byteLength > this.#deps.limits.maxBoardBytes) {
      connection.close("tooLarge");
      return;
    }
    this.#inbox.push({ writer: connection, update });
    if (this.#hasFlushAhead) return;
    this.#hasFlushAhead = true;
    const flush = () => this.flush();
    const { clock, soon } = this.#deps;
    const waitMs = this.#lastFlushAt + FLUSH_WINDOW_MS - clock.now();
    if (waitMs > 0 && waitMs <= FLUSH_WINDOW_MS) this.#cancelFlush = clock.after(waitMs, flush);
    else soon(flush); // also when the clock was set back
  }

  /** Applies what has come in. Called by itself; also before a drain. */
  flush(): void {
    this.#hasFlushAhead = false;
    const edits = this.#inbox.filter((edit) => this.#isWritersToSend(edit));
    this.#inbox = [];
    if (edits.length === 0 || this.#isClosed) return;
    this.#lastFlushAt = this.#deps.clock.now();
    this.#tellVerdicts(this.#document.apply(edits, this.#isFull));
  }

  get #isFull(): boolean {
    return this.#keeping.sizeBytes > this.#deps.limits.fullBoardBytes;
  }

  #tellVerdicts({ refused, malformed, behind, outOfStep }: AppliedEdits<BoardConnection>): void {
    for (const [connection, reason] of refused) {
      connection.tellRefused(reason);
      this.#deps.onRefused();
    }
    for (const connection of behind) connection.askForMissing();
    for (const connection of outOfStep) connection.close("resync");
    for (const connection of malformed) connection.close("badFrame");
  }

  /**
   * An observer's edit is dropped, not undone: when they are promoted, the resync brings it whole and
   * it is judged anew.
   */
  #isWritersToSend({ writer }: Edit<BoardConnection>): boolean {
    if (writer.principal().role !== "observer") return true;
    writer.tellRefused(READ_ONLY);
    return false;
  }

  /**
   * Every change of the document comes through here, whoever made it, once a transaction. What one person
   * has sent is passed on as it came where that can be, and not to them.
   */
  #publish(origin: unknown, change: BoardChange): void {
    const people = origin instanceof FromPeople ? origin : undefined;
    const update = people?.sentAs(change.before) ?? encodeChanges(this.#document.doc, [change]);
    this.#replies.forget();
    this.#keeping.grow(update.byteLength);
    this.#keep(update, origin, change);
    this.#sendAll(encodeUpdateMessage(update), people?.author);
    if (!this.#isClosed) this.#expiry.follow(this.#document.marks);
  }

  /**
   * What came whole from a peer is known to all peers; what was drawn here, found in the store, or is
   * only a part of what a peer has told, is not: all that is on the board goes by some number.
   */
  #keep(update: Uint8Array, origin: unknown, change: BoardChange): void {
    const credits = this.versions.takeNoted();
    const isPeers = origin instanceof FromPeer;
    const isSaved = isPeers ? origin.isSaved : origin === STORED;
    const isTold = isPeers && origin.isWhole;
    const told = isTold ? origin.told : this.#peers?.tell(update, credits, isSaved);
    if (!isSaved) this.#keeping.add(change, told);
    this.versions.credit(credits, told);
  }

  merge(update: Uint8Array, heard: RelayVector, isSaved: boolean): boolean {
    const isWhole = this.#document.merge(update, new FromPeer(heard, isSaved));
    const released = this.#document.applyWaiting(this.#isFull);
    if (released !== undefined) this.#tellVerdicts(released);
    return isWhole;
  }

  diff(stateVector: Uint8Array): Uint8Array {
    return this.#document.encode(stateVector);
  }

  isSaved(): boolean {
    return this.#keeping.isIdle;
  }

  heldSeq(): number {
    return this.#keeping.heldSeq;
  }

  confirm(saved: RelayVector, row: StoredRow | undefined): void {
    this.#keeping.confirm(saved, row);
  }

  reread(): void {
    if (!this.#isClosed) this.#keeping.reread();
  }

  ownPresence(): PresenceEntry[] {
    return this.#presence.own();
  }

  hearPresence(peer: Peer, entries: readonly PresenceEntry[], isAll: boolean): PresenceEntry[] {
    return this.#presence.hearPeer(peer, entries, isAll);
  }

  hearAbsent(entries: readonly PresenceEntry[]): void {
    this.#presence.hearAbsent(entries);
  }

  #sendAll(frame: Uint8Array, except?: Writer): void {
    for (const connection of this.#connections) if (connection !== except) connection.send(frame);
  }

  sendSignsOfLife(): void {
    this.#peers?.announce();
    for (const connection of this.#connections) connection.sendSignOfLife();
  }

  view(): BoardView {
    this.flush(); // a plan must see what has arrived
    return this.#document.view();
  }

  draw(plan: (board: BoardView) => BoardOp[]): BoardOp[] {
    this.flush();
    const ops = this.#document.draw(plan, this.#deps.clock.now());
    this.#keeping.hurry(); // after a crash a person's client may not bring the assistant's work back
    return ops;
  }

  closeAll(name: CloseName): void {
    for (const connection of this.#connections) connection.close(name);
  }

  /**
   * Saves everything and lets go of all timers. `keepsVersion`: there is time for a last version.
   * @throws when something could not be saved.
   */
  async close({ keepsVersion }: { keepsVersion: boolean }): Promise<void> {
    this.flush();
    this.#isClosed = true;
    this.#peers?.stopTaking();
    this.#cancelFlush?.();
    this.#presence.close();
    this.#expiry.close();
    try {
      await this.#keeping.close();
    } finally {
      this.#peers?.release(); // whoever else has the board need not wait for a version
      await this.versions.close(keepsVersion);
      this.#peers?.close(); // the others have been told what was kept
      this.#document.destroy();
    }
  }
}
