/**
 * One open board: collects what people send, applies it all in one transaction a flush, and passes the
 * one resulting update on to everybody and to the saver (rules WB1, WB2, WB12). Holds the parts
 * together and decides order; rights, presence, marks, saving and slow readers are theirs.
 */
import * as Y from "yjs";
import type { BoardOp, BoardView } from "../../convex/contract/boardOps.ts";
import {
  encodePresenceMessage,
  encodeStateVectorMessage,
  encodeUpdateMessage,
  type BoardMessage,
  type PresenceEntry,
} from "../protocol/boardMessages.ts";
import type { CloseName } from "../protocol/closeCodes.ts";
import type { GatewaySocket } from "../protocol/gatewaySocket.ts";
import type { PrincipalWatch } from "../protocol/principal.ts";
import type { Clock } from "../util/clock.ts";
import type { Logger } from "../util/logger.ts";
import { BoardArchive } from "./boardArchive.ts";
import { BoardConnection, type BoardDesk } from "./boardConnection.ts";
import { BoardDocument, type Edit } from "./boardDocument.ts";
import type { BoardLimits } from "./boardLimits.ts";
import { BoardSaver } from "./boardSaver.ts";
import type { BoardStore } from "./boardStore.ts";
import { MarkExpiry } from "./markExpiry.ts";
import { Presence } from "./presence.ts";
import { SyncReplies, type SyncReply } from "./syncReplies.ts";

/** A flush of this many edits means load: the next one collects for BUSY_FLUSH_MS. */
const BUSY_EDITS = 16;
const BUSY_FLUSH_MS = 8;
/** Cursors that move are passed on at most every this long. */
const PRESENCE_WINDOW_MS = 25;

const READ_ONLY = "You can look at this board, but not change it.";
/** What the stock provider answers when it has nothing new. */
const isEmptyUpdate = (update: Uint8Array) => update.byteLength <= 2;

export interface BoardRoomDeps {
  sessionId: string;
  store: BoardStore;
  clock: Clock;
  logger: Logger;
  random: () => number;
  /** Runs a task once the current batch of socket events is through. */
  soon: (task: () => void) => void;
  limits: BoardLimits;
  /** The last connection has gone, or the last change has been saved. */
  onIdle: () => void;
  onSaved: () => void;
  onSaveFailed: () => void;
  onRefused: () => void;
}

export class BoardRoom implements BoardDesk {
  /** Settles when the board is there; rejects with the store's error. */
  readonly ready: Promise<void>;
  readonly #deps: BoardRoomDeps;
  readonly #document: BoardDocument<BoardConnection>;
  readonly #presence = new Presence<BoardConnection>();
  readonly #connections = new Set<BoardConnection>();
  readonly #replies: SyncReplies;
  readonly #archive: BoardArchive;
  readonly #saver: BoardSaver;
  readonly #expiry: MarkExpiry;
  #inbox: Edit<BoardConnection>[] = [];
  #hasFlushAhead = false;
  #cancelFlush: (() => void) | undefined;
  #lastFlushEdits = 0;
  #cancelPresence: (() => void) | undefined;
  /** What the board takes when encoded, to within what was written since the last snapshot. */
  #sizeBytes = 0;
  #isClosed = false;

  constructor(deps: BoardRoomDeps) {
    this.#deps = deps;
    this.#document = new BoardDocument(deps.limits);
    this.#replies = new SyncReplies(this.#document.doc);
    this.#archive = new BoardArchive(deps.store, deps.sessionId);
    this.#expiry = new MarkExpiry(deps.clock, (keys) => this.#document.expire(keys));
    this.#saver = this.#createSaver();
    this.ready = this.#load();
  }

  #createSaver(): BoardSaver {
    const { clock, random, logger } = this.#deps;
    return new BoardSaver({
      append: async (update) => {
        await this.#archive.append(update);
        this.#deps.onSaved();
      },
      compact: async () => {
        const snapshot = Y.encodeStateAsUpdate(this.#document.doc);
        this.#sizeBytes = snapshot.byteLength;
        await this.#archive.compact(snapshot);
      },
      merge: (updates) => Y.mergeUpdates(updates),
      clock,
      random,
      onError: (err) => {
        logger.warn({ err }, "a board could not be saved; will try again");
        this.#deps.onSaveFailed();
      },
      onFinalError: (code) => {
        this.closeAll(code === "SESSION_ENDED" ? "sessionEnded" : "notFound");
      },
    });
  }

  async #load(): Promise<void> {
    const { updates, rows, rowBytes } = await this.#archive.load();
    this.#document.load(updates);
    this.#sizeBytes = updates.reduce((sum, update) => sum + update.byteLength, 0);
    this.#saver.startFrom(rows, rowBytes);
    this.#document.doc.on("update", (update: Uint8Array) => this.#publish(update));
    this.#expiry.restore(this.#document.marks);
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  get stalledCount(): number {
    return [...this.#connections].filter(({ isStalled }) => isStalled).length;
  }

  /** Ms since epoch; undefined = all saved. */
  get unsavedSince(): number | undefined {
    return this.#saver.unsavedSince;
  }

  /** Whether the room can be given up without losing anything. */
  get isIdle(): boolean {
    return this.#connections.size === 0 && this.#inbox.length === 0 && this.#saver.isIdle;
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
    let mayWrite = watch.current().role !== "observer";
    const stopWatching = watch.onChange(({ role }) => {
      // Whatever an observer drew meanwhile was dropped; only a fresh sync can bring it (WB5).
      if (!mayWrite && role !== "observer") connection.close("resync");
      mayWrite = role !== "observer";
    });
    socket.onClose(() => {
      stopWatching();
      this.#leave(connection);
    });
    if (mayWrite) connection.send(encodeStateVectorMessage(this.stateVector()));
    const present = this.#presence.all();
    if (present.length > 0) connection.send(encodePresenceMessage(present));
    connection.listen();
  }

  #leave(connection: BoardConnection): void {
    connection.dispose();
    this.#connections.delete(connection);
    this.#presence.leave(connection);
    this.#schedulePresence();
    if (this.#connections.size === 0) this.#deps.onIdle();
  }

  stateVector(): Uint8Array {
    return Y.encodeStateVector(this.#document.doc);
  }

  replyTo(stateVector: Uint8Array): SyncReply {
    return this.#replies.replyTo(stateVector);
  }

  presence(): Uint8Array {
    return encodePresenceMessage(this.#presence.all());
  }

  receive(connection: BoardConnection, message: BoardMessage): void {
    switch (message.type) {
      case "stateVector":
        this.#answer(connection, message.stateVector);
        break;
      case "update":
        this.#take(connection, message.update);
        break;
      case "presence":
        this.#hear(connection, message.entries);
        break;
      case "queryPresence":
        connection.send(this.presence());
    }
  }

  #hear(connection: BoardConnection, entries: PresenceEntry[]): void {
    const corrections = this.#presence.receive(connection, entries);
    if (corrections.length > 0) connection.send(encodePresenceMessage(corrections));
    this.#schedulePresence();
  }

  #answer(connection: BoardConnection, stateVector: Uint8Array): void {
    try {
      if (stateVector.byteLength > this.#deps.limits.maxStateVectorBytes) {
        throw new RangeError("a state vector of many thousand clients");
      }
      Y.decodeStateVector(stateVector); // now: a reader that is behind is answered later
    } catch {
      connection.close("badFrame");
      return;
    }
    connection.answer(stateVector);
  }

  #take(connection: BoardConnection, update: Uint8Array): void {
    if (this.#sizeBytes + update.byteLength > this.#deps.limits.maxBoardBytes) {
      connection.close("tooLarge");
      return;
    }
    this.#inbox.push({ writer: connection, update });
    if (this.#hasFlushAhead) return;
    this.#hasFlushAhead = true;
    const flush = () => {
      this.flush();
    };
    if (this.#lastFlushEdits < BUSY_EDITS) this.#deps.soon(flush);
    else this.#cancelFlush = this.#deps.clock.after(BUSY_FLUSH_MS, flush);
  }

  /** Applies what has come in. Called by itself; also before a drain. */
  flush(): void {
    this.#hasFlushAhead = false;
    const edits = this.#inbox.filter((edit) => this.#isWritersToSend(edit));
    this.#inbox = [];
    this.#lastFlushEdits = edits.length;
    if (edits.length === 0 || this.#isClosed) return;
    const isFull = this.#sizeBytes > this.#deps.limits.fullBoardBytes;
    const { refused, malformed, behind, outOfStep } = this.#document.apply(edits, isFull);
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
  #isWritersToSend({ writer, update }: Edit<BoardConnection>): boolean {
    if (writer.principal().role !== "observer") return true;
    if (!isEmptyUpdate(update)) writer.tellRefused(READ_ONLY);
    return false;
  }

  /** Every change of the document comes through here, whoever made it, once a transaction. */
  #publish(update: Uint8Array): void {
    this.#replies.forget();
    this.#sizeBytes += update.byteLength;
    this.#saver.add(update);
    const frame = encodeUpdateMessage(update);
    for (const connection of this.#connections) connection.send(frame);
    this.#expiry.follow(this.#document.marks);
  }

  #schedulePresence(): void {
    if (!this.#presence.hasChanges || this.#cancelPresence !== undefined || this.#isClosed) return;
    this.#cancelPresence = this.#deps.clock.after(PRESENCE_WINDOW_MS, () => {
      this.#cancelPresence = undefined;
      const frame = encodePresenceMessage(this.#presence.takeChanges());
      for (const connection of this.#connections) connection.send(frame);
    });
  }

  sendSignsOfLife(): void {
    for (const connection of this.#connections) connection.sendSignOfLife();
  }

  view(): BoardView {
    this.flush(); // a plan must see what has arrived
    return this.#document.view();
  }

  draw(plan: (board: BoardView) => BoardOp[]): BoardOp[] {
    this.flush();
    const ops = this.#document.draw(plan, this.#deps.clock.now());
    this.#saver.hurry(); // after a crash a person's client may not bring the assistant's work back
    return ops;
  }

  closeAll(name: CloseName): void {
    for (const connection of this.#connections) connection.close(name);
  }

  /** Saves everything and lets go of all timers. @throws when something could not be saved. */
  async close(): Promise<void> {
    this.flush();
    this.#isClosed = true;
    this.#cancelFlush?.();
    this.#cancelPresence?.();
    this.#expiry.close();
    try {
      await this.#saver.close();
    } finally {
      this.#document.destroy();
    }
  }
}
