/**
 * What people send to one board: answers who asks what it has, and collects edits, which are applied and
 * judged together in one flush (rules WB1, BW2); then tells their writers what became of them. Knows
 * neither presence nor other companions.
 */
import * as Y from "yjs";
import type { BoardMessage } from "../protocol/boardMessages.ts";
import type { Clock } from "../util/clock.ts";
import type { AppliedEdits } from "./document/appliedEdits.ts";
import type { BoardConnection } from "./boardConnection.ts";
import type { BoardDocument } from "./document/boardDocument.ts";
import type { BoardLimits } from "./boardLimits.ts";
import type { Edit } from "./document/changeOrigins.ts";
import { isEmpty } from "./document/updateGuard.ts";

/**
 * What comes to a calm board leaves at once; under load flushes are at least this far apart. Each costs
 * one write a socket, which is most of what a busy board costs, and 25 ms is what nobody sees.
 */
const FLUSH_WINDOW_MS = 10;

const READ_ONLY = "You can look at this board, but not change it.";

export interface BoardReceptionDeps {
  limits: BoardLimits;
  clock: Clock;
  /** Runs a task once the current batch of socket events is through. */
  soon: (task: () => void) => void;
  onRefused: () => void;
}

/** What it asks of its room. */
export interface ReceptionDesk {
  /** What the board has. */
  stateVector(): Uint8Array;
  /** What the board takes when encoded. */
  readonly sizeBytes: number;
}

export class BoardReception {
  readonly #deps: BoardReceptionDeps;
  readonly #document: BoardDocument<BoardConnection>;
  readonly #desk: ReceptionDesk;
  #inbox: Edit<BoardConnection>[] = [];
  #hasFlushAhead = false;
  #cancelFlush: (() => void) | undefined;
  #lastFlushAt = 0;
  #isClosed = false;

  constructor(
    deps: BoardReceptionDeps,
    document: BoardDocument<BoardConnection>,
    desk: ReceptionDesk,
  ) {
    this.#deps = deps;
    this.#document = document;
    this.#desk = desk;
  }

  /** Nothing waits to be applied. */
  get isEmpty(): boolean {
    return this.#inbox.length === 0;
  }

  receive(
    connection: BoardConnection,
    message: Extract<BoardMessage, { type: "stateVector" | "update" }>,
  ): void {
    if (this.#isClosed) return;
    if (message.type === "stateVector") this.#answer(connection, message.stateVector);
    else if (!isEmpty(message.update)) this.#take(connection, message.update);
  }

  #answer(connection: BoardConnection, stateVector: Uint8Array): void {
    const { limits } = this.#deps;
    try {
      // Whoever has what this board has may ask, however many have drawn on it.
      const ownBytes = this.#desk.stateVector().byteLength;
      if (stateVector.byteLength > Math.max(limits.maxStateVectorBytes, 2 * ownBytes))
        throw new RangeError("a state vector of many thousand clients");
      Y.decodeStateVector(stateVector); // now: a reader that is behind is answered later
    } catch {
      connection.close("badFrame");
      return;
    }
    connection.answer(stateVector);
  }

  #take(connection: BoardConnection, update: Uint8Array): void {
    const { clock, soon, limits } = this.#deps;
    if (this.#desk.sizeBytes + update.byteLength > limits.maxBoardBytes) {
      connection.close("tooLarge");
      return;
    }
    this.#inbox.push({ writer: connection, update });
    if (this.#hasFlushAhead) return;
    this.#hasFlushAhead = true;
    const flush = () => this.flush();
    const waitMs = this.#lastFlushAt + FLUSH_WINDOW_MS - clock.now();
    if (waitMs > 0 && waitMs <= FLUSH_WINDOW_MS) this.#cancelFlush = clock.after(waitMs, flush);
    else soon(flush); // also when the clock was set back
  }

  /** Applies what has come in. Called by itself; also by whoever must see it at once. */
  flush(): void {
    this.#hasFlushAhead = false;
    const edits = this.#inbox.filter((edit) => this.#isWritersToSend(edit));
    this.#inbox = [];
    if (edits.length === 0 || this.#isClosed) return;
    this.#lastFlushAt = this.#deps.clock.now();
    this.#tellVerdicts(this.#document.apply(edits, this.#isFull));
  }

  /** Tries again what waited for something that others may have brought. */
  applyWaiting(): void {
    const released = this.#document.applyWaiting(this.#isFull);
    if (released !== undefined) this.#tellVerdicts(released);
  }

  get #isFull(): boolean {
    return this.#desk.sizeBytes > this.#deps.limits.fullBoardBytes;
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

  /** Answers and applies nothing any more. */
  close(): void {
    this.#isClosed = true;
    this.#cancelFlush?.();
  }
}
