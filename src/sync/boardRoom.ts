/**
 * One open board: whatever changes it, passes the one update of each transaction on to everybody, to other
 * companions and to the saver (rules WB1, WB2, WB12). Holds the parts together and decides order; what
 * people send, rights, presence, marks, saving, companions and slow readers are theirs.
 */
import type { BoardOp, BoardView } from "../../convex/contract/boardOps.ts";
import {
  encodeStateVectorMessage,
  encodeUpdateMessage,
  type BoardMessage,
} from "../protocol/boardMessages.ts";
import type { CloseName } from "../protocol/closeCodes.ts";
import type { GatewaySocket } from "../protocol/gatewaySocket.ts";
import type { PrincipalWatch } from "../protocol/principal.ts";
import { withoutText } from "../util/withoutText.ts";
import { BoardConnection, type BoardDesk } from "./boardConnection.ts";
import { changeOf, type BoardChange } from "./document/boardChange.ts";
import { BoardDocument } from "./document/boardDocument.ts";
import { FromPeer, FromPeople, STORED } from "./document/changeOrigins.ts";
import { BoardKeeping } from "./saving/boardKeeping.ts";
import { BoardPeers } from "./peers/boardPeers.ts";
import { BoardReception, type ReceptionDesk } from "./boardReception.ts";
import type { BoardRoomDeps } from "./boardRoomDeps.ts";
import { BoardVersions } from "./history/boardVersions.ts";
import { MarkExpiry } from "./markExpiry.ts";
import type { PeersDesk } from "./peers/peersDesk.ts";
import type { StoredRow } from "./peers/relayFrames.ts";
import type { RelayVector } from "./peers/relayVector.ts";
import { RoomConnections } from "./roomConnections.ts";
import { RoomPresence } from "./presence/roomPresence.ts";
import { SyncReplies, type SyncReply } from "./syncReplies.ts";

export class BoardRoom implements BoardDesk, ReceptionDesk, PeersDesk {
  /** Settles when the board is there; rejects with the store's error. */
  readonly ready: Promise<void>;
  readonly presence: RoomPresence;
  readonly #deps: BoardRoomDeps;
  readonly #document: BoardDocument<BoardConnection>;
  readonly #connections = new RoomConnections();
  readonly #replies: SyncReplies;
  readonly #peers: BoardPeers | undefined;
  readonly #keeping: BoardKeeping;
  readonly #expiry: MarkExpiry;
  /** Made when there is something to write into history: most boards that are open are only looked at. */
  #versions: BoardVersions | undefined;
  readonly #reception: BoardReception;
  #isClosed = false;

  constructor(deps: BoardRoomDeps) {
    this.#deps = deps;
    this.#document = new BoardDocument({
      ...deps,
      onChange: (credit) => this.versions.note(credit),
      onBroken: (error, origin) => this.#breakDown(error, origin),
    });
    this.#replies = new SyncReplies(this.#document.doc);
    this.#expiry = new MarkExpiry(deps.clock, (keys) => this.#document.expire(keys));
    const { relay, clock } = deps;
    this.presence = new RoomPresence({
      clock,
      maxPerPeer: deps.limits.maxConnectionsPerBoard,
      send: (frame) => this.#connections.send(frame),
      tellPeers: (entries) => this.#peers?.tellPresence(entries),
    });
    // Before the store is read: what others save meanwhile is heard.
    if (relay) this.#peers = new BoardPeers({ ...deps, relay, desk: this, history: this.versions });
    this.#keeping = this.#createKeeping();
    this.#reception = new BoardReception(deps, this.#document, this);
    this.ready = this.#load();
  }

  #createKeeping(): BoardKeeping {
    return new BoardKeeping({
      ...this.#deps,
      peers: this.#peers,
      encode: () => this.#document.encode(),
      encodeChanges: (changes) => this.#document.encodeChanges(changes),
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
    this.#document.follow((transaction) => {
      const change = changeOf(transaction);
      if (change === undefined) return;
      this.#publish(transaction.origin, change);
      this.versions.follow(transaction);
    });
    this.#expiry.restore(this.#document.marks);
    this.#peers?.start();
  }

  get connectionCount(): number {
    return this.#connections.count;
  }

  get stalledCount(): number {
    return this.#connections.stalledCount;
  }

  /** Ms since epoch; undefined = all saved. */
  get unsavedSince(): number | undefined {
    return this.#keeping.unsavedSince;
  }

  /** Whether the room can be given up without losing anything. */
  get isIdle(): boolean {
    const isKept = this.#keeping.isIdle && this.#versions?.isIdle !== false;
    return this.#connections.count === 0 && this.#reception.isEmpty && isKept;
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
    const { clock, limits } = this.#deps;
    const isFull = this.#connections.count >= limits.maxConnectionsPerBoard;
    if (isFull || this.#isClosed) {
      socket.close(isFull ? "overloaded" : "resync");
      return;
    }
    const connection = new BoardConnection({ socket, watch, desk: this, clock, limits });
    this.#connections.add(connection);
    if (connection.mayWrite) connection.send(encodeStateVectorMessage(this.stateVector()));
    const present = this.presence.frame();
    if (present !== undefined) connection.send(present);
    connection.listen();
  }

  follow(connection: BoardConnection): void {
    this.presence.follow(connection);
  }

  leave(connection: BoardConnection): void {
    this.#connections.delete(connection);
    this.presence.leave(connection);
    if (this.#connections.count === 0) this.#deps.onIdle();
  }

  get sizeBytes(): number {
    return this.#keeping.sizeBytes;
  }

  stateVector(): Uint8Array {
    return this.#replies.stateVector();
  }

  replyTo(stateVector: Uint8Array): SyncReply {
    return this.#replies.replyTo(stateVector);
  }

  departures(): number {
    return this.presence.departures;
  }

  presenceSince(departures: number): Uint8Array {
    return this.presence.frameSince(departures);
  }

  receive(connection: BoardConnection, message: BoardMessage): void {
    if (message.type === "presence") this.presence.receive(connection, message.entries);
    else if (message.type === "queryPresence")
      connection.send(this.presenceSince(this.departures()));
    else this.#reception.receive(connection, message);
  }

  /** Applies what has come in. Called by itself; also before a drain. */
  flush(): void {
    this.#reception.flush();
  }

  /**
   * Every change of the document comes through here, whoever made it, once a transaction. What one person
   * has sent is passed on as it came where that can be, and not to them.
   */
  #publish(origin: unknown, change: BoardChange): void {
    const people = origin instanceof FromPeople ? origin : undefined;
    const update = people?.sentAs(change.before) ?? this.#document.encodeChanges([change]);
    this.#replies.forget();
    this.#keeping.grow(update.byteLength);
    this.#keep(update, origin, change);
    this.#connections.send(encodeUpdateMessage(update), people?.author);
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
    this.#reception.applyWaiting();
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

  sendSignsOfLife(): void {
    this.#peers?.announce();
    this.#connections.sendSignsOfLife();
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
    this.#connections.closeAll(name);
  }

  /**
   * The document is broken: nothing of it may be saved or shown, and everybody comes back to what the
   * store and their own pages have. Whoever alone sent what broke it would only send it again.
   */
  #breakDown(error: unknown, origin: unknown): void {
    const { sessionId, logger, onBroken } = this.#deps;
    logger.error({ sessionId, ...withoutText(error) }, "a board broke; it is loaded anew");
    onBroken(); // before the sockets close: they are not to wait for this room
    this.#letGo();
    this.#keeping.abandon();
    void this.versions.close(false);
    this.#peers?.close();
    const culprit = origin instanceof FromPeople ? origin.culprit : undefined;
    if (culprit instanceof BoardConnection) culprit.close("badFrame");
    this.closeAll("resync");
  }

  /** Takes nothing from anybody any more, and leaves no timer. */
  #letGo(): void {
    this.#isClosed = true;
    this.#peers?.stopTaking();
    this.#reception.close();
    this.presence.close();
    this.#expiry.close();
  }

  /**
   * Saves everything and lets go of all timers. `keepsVersion`: there is time for a last version.
   * @throws when something could not be saved.
   */
  async close({ keepsVersion }: { keepsVersion: boolean }): Promise<void> {
    this.flush();
    if (this.#isClosed) return; // it broke down
    this.#letGo();
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
