/**
 * One socket on one board: decodes, keeps to the budget, and holds back from a reader that does not
 * read. Such a reader is sent nothing more; when it has drained it gets what it lacks from where it was,
 * no faster than it reads, and when it makes no progress for STALL_LIMIT_MS it is closed (rules WB11,
 * WB15, WB9). The room decides everything else.
 */
import type { BoardMessage } from "../protocol/boardMessages.ts";
import {
  decodeBoardMessage,
  encodePresenceMessage,
  encodeRefusalMessage,
  encodeStateVectorMessage,
} from "../protocol/boardMessages.ts";
import type { CloseName } from "../protocol/closeCodes.ts";
import type { CloseListener, GatewaySocket, MessageListener } from "../protocol/gatewaySocket.ts";
import { MessageBudget } from "../protocol/messageBudget.ts";
import type { Principal, PrincipalListener, PrincipalWatch } from "../protocol/principal.ts";
import type { Clock } from "../util/clock.ts";
import type { BoardLimits } from "./boardLimits.ts";
import type { SyncReply } from "./syncReplies.ts";

/** A reader that has more than this waiting gets nothing more for now. */
export const STALLED_BYTES = 1024 * 1024;
const DRAINED_BYTES = 64 * 1024;
export const STALL_LIMIT_MS = 30_000;
const STALL_POLL_MS = 250;
/** Of an answer in pieces, little more than this waits in the socket; the next follow as that drains. */
const ANSWER_WINDOW_BYTES = 512 * 1024;
const ANSWER_POLL_MS = 50;
/** Whoever keeps being asked for what is missing does not have it. */
const ASK_EVERY_MS = 1_000;

/** Tells the client that the server is there; pings do not reach the provider's 30 s watchdog. */
const SIGN_OF_LIFE = encodePresenceMessage([]);

/** What a connection asks of its room. */
export interface BoardDesk {
  receive(connection: BoardConnection, message: BoardMessage): void;
  /** What is known of its person has changed: their name, role or settings. */
  follow(connection: BoardConnection): void;
  /** The socket is gone. */
  leave(connection: BoardConnection): void;
  /** What a client has that was sent everything so far. */
  stateVector(): Uint8Array;
  /** What brings a client with `stateVector` up to date, or nearer to it. */
  replyTo(stateVector: Uint8Array): SyncReply;
  /** How many have left the board so far. */
  departures(): number;
  /** Who is here, and who no more of those that were when there were `departures`; as a frame. */
  presenceSince(departures: number): Uint8Array;
}

interface Stall {
  /** What the client has when it has read all that waits for it. */
  stateVector: Uint8Array;
  /** In the middle of an answer, for which it need not drain wholly. */
  isAnswer: boolean;
  leastBytes: number;
  progressAt: number;
  cancelPoll: () => void;
}

export class BoardConnection implements MessageListener, CloseListener, PrincipalListener {
  readonly #socket: GatewaySocket;
  readonly #watch: PrincipalWatch;
  readonly #desk: BoardDesk;
  readonly #clock: Clock;
  readonly #budget: MessageBudget;
  /** When the role was looked at last. */
  #couldWrite: boolean;
  #stall: Stall | undefined;
  /** How many had left when presence was held back first; undefined = it is up to date. */
  #departuresKnown: number | undefined;
  #wasToldRefusal = false;
  #askedAt: number | undefined;

  constructor(deps: {
    socket: GatewaySocket;
    watch: PrincipalWatch;
    desk: BoardDesk;
    clock: Clock;
    limits: BoardLimits;
  }) {
    this.#socket = deps.socket;
    this.#watch = deps.watch;
    this.#desk = deps.desk;
    this.#clock = deps.clock;
    this.#couldWrite = this.mayWrite;
    this.#budget = new MessageBudget(deps.limits.budget, deps.clock);
  }

  /** Starts to act on messages, those that waited first, and on what becomes of the socket. */
  listen(): void {
    this.#watch.onChange(this);
    this.#socket.onMessage(this);
    this.#socket.onClose(this);
  }

  receive(data: string | Uint8Array): void {
    const message = this.#read(data);
    if (message !== undefined) this.#desk.receive(this, message);
  }

  closed(): void {
    this.#stall?.cancelPoll();
    this.#stall = undefined;
    this.#desk.leave(this);
  }

  /** Whatever an observer drew meanwhile was dropped; only a fresh sync can bring it (WB5). */
  principalChanged(): void {
    const couldWrite = this.#couldWrite;
    this.#couldWrite = this.mayWrite;
    this.#desk.follow(this);
    if (this.mayWrite && !couldWrite) this.close("resync");
  }

  get mayWrite(): boolean {
    return this.principal().role !== "observer";
  }

  /** Undefined after closing the socket for what it sent. */
  #read(data: string | Uint8Array): BoardMessage | undefined {
    if (!this.#budget.spend(data.length)) {
      this.#socket.close("overloaded");
      return undefined;
    }
    try {
      return decodeBoardMessage(data);
    } catch {
      this.#socket.close("badFrame");
      return undefined;
    }
  }

  principal(): Principal {
    return this.#watch.current();
  }

  get isStalled(): boolean {
    return this.#stall !== undefined;
  }

  send(frame: Uint8Array): void {
    if (this.#stall !== undefined) return; // the diff after the stall will hold it
    this.#socket.send(frame);
    if (this.#socket.bufferedBytes() > STALLED_BYTES)
      this.#beginStall(this.#desk.stateVector(), false);
  }

  /** Answers sync step 1; after the stall if there is one, else the client would never get its answer. */
  answer(stateVector: Uint8Array): void {
    if (this.#stall === undefined) this.#sendFrom(stateVector);
    else this.#stall.stateVector = stateVector;
  }

  /** Asks for what this client has and the server lacks. */
  askForMissing(): void {
    const now = this.#clock.now();
    if (this.#askedAt !== undefined && now - this.#askedAt < ASK_EVERY_MS) return;
    this.#askedAt = now;
    this.send(encodeStateVectorMessage(this.#desk.stateVector()));
  }

  /** Sends what a client with `stateVector` lacks, for as long as it reads. */
  #sendFrom(stateVector: Uint8Array): void {
    let lacks: Uint8Array | undefined = stateVector;
    while (lacks !== undefined) {
      lacks = this.#sendWindow(lacks);
      if (lacks !== undefined && this.#socket.bufferedBytes() > ANSWER_WINDOW_BYTES) {
        this.#beginStall(lacks, true);
        return;
      }
    }
    if (this.#socket.bufferedBytes() > STALLED_BYTES) {
      this.#beginStall(this.#desk.stateVector(), false);
    }
  }

  /** Sends what may wait at once, in one write; returns what the client has then, undefined = all. */
  #sendWindow(stateVector: Uint8Array): Uint8Array | undefined {
    const frames: Uint8Array[] = [];
    let lacks: Uint8Array | undefined = stateVector;
    let waitingBytes = this.#socket.bufferedBytes();
    while (lacks !== undefined && (frames.length === 0 || waitingBytes <= ANSWER_WINDOW_BYTES)) {
      const { frame, next } = this.#desk.replyTo(lacks);
      frames.push(frame);
      waitingBytes += frame.byteLength;
      lacks = next;
    }
    this.#socket.sendAll(frames);
    return lacks;
  }

  sendSignOfLife(): void {
    this.send(SIGN_OF_LIFE);
  }

  /** Once a connection: more would only be noise in the client's console. */
  tellRefused(reason: string): void {
    if (this.#wasToldRefusal) return;
    this.#wasToldRefusal = true;
    this.send(encodeRefusalMessage(reason));
  }

  /** From then on nothing is asked of the room. */
  close(name: CloseName): void {
    this.#stall?.cancelPoll();
    this.#socket.close(name);
  }

  #beginStall(stateVector: Uint8Array, isAnswer: boolean): void {
    const stall: Stall = {
      stateVector,
      isAnswer,
      leastBytes: this.#socket.bufferedBytes(),
      progressAt: this.#clock.now(),
      cancelPoll: () => undefined,
    };
    this.#stall = stall;
    this.#departuresKnown ??= this.#desk.departures();
    this.#pollLater(stall);
  }

  #pollLater(stall: Stall): void {
    const delayMs = stall.isAnswer ? ANSWER_POLL_MS : STALL_POLL_MS;
    stall.cancelPoll = this.#clock.after(delayMs, () => this.#pollStall(stall));
  }

  #pollStall(stall: Stall): void {
    const waitingBytes = this.#socket.bufferedBytes();
    if (waitingBytes <= (stall.isAnswer ? ANSWER_WINDOW_BYTES / 2 : DRAINED_BYTES)) {
      this.#endStall(stall);
      return;
    }
    if (waitingBytes < stall.leastBytes) {
      stall.leastBytes = waitingBytes;
      stall.progressAt = this.#clock.now();
    } else if (this.#clock.now() - stall.progressAt >= STALL_LIMIT_MS) {
      this.#socket.close("overloaded");
      return;
    }
    this.#pollLater(stall);
  }

  #endStall(stall: Stall): void {
    this.#stall = undefined;
    this.#sendFrom(stall.stateVector);
    this.#tellPresence();
  }

  /** Not in the middle of an answer: everyone's presence once is enough. */
  #tellPresence(): void {
    if (this.#stall !== undefined || this.#departuresKnown === undefined) return;
    const frame = this.#desk.presenceSince(this.#departuresKnown);
    this.#departuresKnown = undefined;
    this.send(frame);
  }
}
