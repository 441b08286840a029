/**
 * All open boards of this companion: finds or opens a session's room, keeps it a while after the last
 * person has left, and drains them all at the end. A room is given up only when everything in it is
 * saved (rule WB13), and opened again from the store.
 */
import { appError, appErrorDataOf } from "../../convex/contract/errors.ts";
import type { BoardOp, BoardView } from "../../convex/contract/boardOps.ts";
import type { CloseName } from "../protocol/closeCodes.ts";
import type { GatewaySocket } from "../protocol/gatewaySocket.ts";
import type { PrincipalWatch } from "../protocol/principal.ts";
import type { Clock } from "../util/clock.ts";
import type { Logger } from "../util/logger.ts";
import { BOARD_LIMITS, type BoardLimits } from "./boardLimits.ts";
import type { BoardRelay } from "./peers/boardRelay.ts";
import { BoardRoom } from "./boardRoom.ts";
import type { BoardStore } from "./saving/boardStore.ts";
import type { Restored } from "./history/boardVersions.ts";
import { TutorSeal } from "./document/tutorSeal.ts";
import { zipping, type Zipping } from "./history/versionArchive.ts";
import type { VersionStore } from "./history/versionStore.ts";

/** An empty room stays this long, so that a reload does not read the board again. */
export const EVICTION_GRACE_MS = 30_000;
/** The stock provider gives a server up that says nothing for 30 s. */
export const SIGN_OF_LIFE_MS = 10_000;

export interface BoardRoomsDeps {
  store: BoardStore;
  /** The way to other companions; undefined: there are none. */
  relay?: BoardRelay | undefined;
  versionStore: VersionStore;
  /** By which companions know what the tutor drew; the same for all of an installation. */
  sealKey: Uint8Array;
  clock: Clock;
  logger: Logger;
  limits?: BoardLimits;
  /** For the spread of retries; `Math.random` outside tests. */
  random?: () => number;
  /** Of versions; another one where time is simulated. */
  zipping?: Zipping;
  /** `setImmediate` outside tests. */
  soon?: (task: () => void) => void;
}

export interface BoardStats {
  rooms: number;
  connections: number;
  /** Age of the oldest change that no store has taken yet, ms; 0 = all saved. */
  oldestUnsavedMs: number;
  stalledReaders: number;
  /** Since start: */
  refusedEdits: number;
  savedRows: number;
  failedSaves: number;
}

interface OpenBoard {
  room: BoardRoom;
  /** Sockets and drawings that wait for the room or use it just now. */
  holds: number;
  cancelEviction: (() => void) | undefined;
}

export interface BoardRooms {
  /** Takes over an authenticated socket of a stock y-websocket provider. */
  openBoardSocket(socket: GatewaySocket, watch: PrincipalWatch): void;
  /** What is on a session's board (tutor's BoardPort). */
  view(sessionId: string): Promise<BoardView>;
  /** Plans and applies the assistant's drawing in one transaction (tutor's BoardPort). */
  draw(sessionId: string, plan: (board: BoardView) => BoardOp[]): Promise<BoardOp[]>;
  /** The tutor has answered: an open board that has changed is kept as a version (tutor's BoardPort). */
  turnEnded(sessionId: string, turnId: string): void;
  /** Keeps the board as it is now under a name; returns the version's id. @throws the store's error */
  keepVersion(sessionId: string, version: { label: string; userId: string }): Promise<string>;
  /** Puts a version back, for everybody at once. @throws NOT_FOUND, LIMIT_EXCEEDED, the store's error */
  restoreVersion(
    sessionId: string,
    version: { versionId: string; userId: string },
  ): Promise<Restored>;
  /** Closes all sockets 1001 and saves every board; rejects if something stays unsaved. */
  drain(): Promise<void>;
  stats(): BoardStats;
}

export function createBoardRooms(deps: BoardRoomsDeps): BoardRooms {
  return new OpenBoards(deps);
}

class OpenBoards implements BoardRooms {
  readonly #deps: BoardRoomsDeps;
  readonly #boards = new Map<string, OpenBoard>();
  readonly #counts = { refusedEdits: 0, savedRows: 0, failedSaves: 0 };
  /** One for all rooms. */
  readonly #counting = {
    onSaved: () => this.#counts.savedRows++,
    onSaveFailed: () => this.#counts.failedSaves++,
    onRefused: () => this.#counts.refusedEdits++,
  };
  #cancelSigns: (() => void) | undefined;
  #isDraining = false;

  constructor(deps: BoardRoomsDeps) {
    this.#deps = deps;
  }

  openBoardSocket(socket: GatewaySocket, watch: PrincipalWatch): void {
    if (this.#isDraining) {
      socket.close("goingAway");
      return;
    }
    const { sessionId } = watch.current();
    void this.#use(sessionId, async (room) => {
      await room.catchUp();
      room.join(socket, watch);
    }).catch((err: unknown) => {
      this.#deps.logger.warn({ err, sessionId }, "a board could not be opened");
      socket.close(closeNameFor(err));
    });
  }

  async view(sessionId: string): Promise<BoardView> {
    return await this.#use(sessionId, (room) => room.view());
  }

  async draw(sessionId: string, plan: (board: BoardView) => BoardOp[]): Promise<BoardOp[]> {
    return await this.#use(sessionId, (room) => room.draw(plan));
  }

  turnEnded(sessionId: string, turnId: string): void {
    const board = this.#boards.get(sessionId); // one that is closed has been kept
    board?.room.ready.then(
      () => board.room.versions.turnEnded(turnId),
      () => undefined, // it never opened, and nobody has drawn on it
    );
  }

  async keepVersion(sessionId: string, version: { label: string; userId: string }) {
    return await this.#use(sessionId, ({ versions }) =>
      versions.keepNamed(version.label, version.userId),
    );
  }

  async restoreVersion(sessionId: string, version: { versionId: string; userId: string }) {
    const { versionId, userId } = version;
    return await this.#use(sessionId, ({ versions }) => versions.restore(versionId, userId));
  }

  /** Runs `work` in the session's room once that is ready; the room stays meanwhile. */
  async #use<T>(sessionId: string, work: (room: BoardRoom) => T | Promise<T>): Promise<T> {
    if (this.#isDraining) throw appError("INTERRUPTED");
    const board = this.#boards.get(sessionId) ?? this.#open(sessionId);
    board.holds++;
    board.cancelEviction?.();
    board.cancelEviction = undefined;
    try {
      await board.room.ready;
      return await work(board.room);
    } catch (error) {
      if (board.room.connectionCount === 0) await this.#discardUnready(sessionId, board);
      throw error;
    } finally {
      board.holds--;
      this.#considerEviction(sessionId, board);
    }
  }

  #open(sessionId: string): OpenBoard {
    const { store, versionStore, sealKey, clock, logger } = this.#deps;
    const board: OpenBoard = {
      room: new BoardRoom({
        sessionId,
        store,
        relay: this.#deps.relay,
        versionStore,
        seal: new TutorSeal(sealKey, sessionId),
        clock,
        logger,
        random: this.#deps.random ?? Math.random,
        zipping: this.#deps.zipping ?? zipping,
        soon: this.#deps.soon ?? setImmediate,
        limits: this.#deps.limits ?? BOARD_LIMITS,
        onIdle: () => this.#considerEviction(sessionId, board),
        ...this.#counting,
        onBroken: () => this.#giveUp(sessionId, board),
      }),
      holds: 0,
      cancelEviction: undefined,
    };
    this.#boards.set(sessionId, board);
    this.#cancelSigns ??= clock.after(SIGN_OF_LIFE_MS, () => this.#sendSigns());
    return board;
  }

  /** A room whose board never came is no use; the next socket tries anew. */
  async #discardUnready(sessionId: string, board: OpenBoard): Promise<void> {
    const isReady = await board.room.ready.then(
      () => true,
      () => false,
    );
    if (!isReady && this.#boards.get(sessionId) === board) this.#forget(sessionId);
  }

  /** Whoever comes now gets a new room. */
  #giveUp(sessionId: string, board: OpenBoard): void {
    board.cancelEviction?.();
    if (this.#boards.get(sessionId) === board) this.#forget(sessionId);
  }

  #forget(sessionId: string): void {
    this.#boards.delete(sessionId);
    if (this.#boards.size > 0) return;
    this.#cancelSigns?.();
    this.#cancelSigns = undefined;
  }

  #sendSigns(): void {
    for (const { room } of this.#boards.values()) room.sendSignsOfLife();
    this.#cancelSigns = this.#deps.clock.after(SIGN_OF_LIFE_MS, () => this.#sendSigns());
  }

  #considerEviction(sessionId: string, board: OpenBoard): void {
    const isUsed = board.holds > 0 || board.room.connectionCount > 0;
    if (isUsed || this.#isDraining || this.#boards.get(sessionId) !== board) return;
    board.cancelEviction?.();
    board.cancelEviction = this.#deps.clock.after(EVICTION_GRACE_MS, () => {
      if (!board.room.isIdle) {
        this.#considerEviction(sessionId, board); // a write is under way or failing: look again
        return;
      }
      this.#forget(sessionId); // before the close: whoever comes now gets a new room from the store
      board.room.close({ keepsVersion: true }).catch((err: unknown) => {
        this.#deps.logger.error({ err, sessionId }, "an idle board closed badly");
      });
    });
  }

  async drain(): Promise<void> {
    this.#isDraining = true;
    this.#cancelSigns?.();
    const boards = [...this.#boards];
    this.#boards.clear();
    const closings = boards.map(async ([, { room, cancelEviction }]) => {
      cancelEviction?.();
      await room.ready.catch(() => undefined); // its sockets have been told already
      room.flush();
      room.closeAll("goingAway");
      await room.close({ keepsVersion: false });
    });
    const unsaved = (await Promise.allSettled(closings)).filter(
      ({ status }) => status === "rejected",
    ).length;
    if (unsaved > 0) throw new Error(`${unsaved} boards have unsaved changes`);
  }

  stats(): BoardStats {
    const rooms = [...this.#boards.values()].map(({ room }) => room);
    const sum = (count: (room: BoardRoom) => number) =>
      rooms.reduce((total, room) => total + count(room), 0);
    const oldest = Math.min(...rooms.map(({ unsavedSince }) => unsavedSince ?? Infinity));
    return {
      rooms: rooms.length,
      connections: sum((room) => room.connectionCount),
      stalledReaders: sum((room) => room.stalledCount),
      oldestUnsavedMs: oldest === Infinity ? 0 : Math.max(0, this.#deps.clock.now() - oldest),
      ...this.#counts,
    };
  }
}

function closeNameFor(error: unknown): CloseName {
  return appErrorDataOf(error)?.code === "NOT_FOUND" ? "notFound" : "overloaded";
}
