/**
 * One socket on one board: decodes, keeps to the budget, and holds back from a reader that does not
 * read. Such a reader is sent nothing more; when it has drained it gets one diff from where it was,
 * and when it makes no progress for STALL_LIMIT_MS it is closed (rules WB11, WB9). The room decides
 * everything else.
 */
import type { BoardMessage } from "../protocol/boardMessages.ts";
import {
  decodeBoardMessage,
  encodePresenceMessage,
  encodeRefusalMessage,
} from "../protocol/boardMessages.ts";
import type { GatewaySocket } from "../protocol/gatewaySocket.ts";
import { createMessageBudget, type MessageBudget } from "../protocol/messageBudget.ts";
import type { Principal, PrincipalWatch } from "../protocol/principal.ts";
import type { Clock } from "../util/clock.ts";
import type { BoardLimits } from "./boardLimits.ts";

/** A reader that has more than this waiting gets nothing more for now. */
export const STALLED_BYTES = 1024 * 1024;
const DRAINED_BYTES = 64 * 1024;
export const STALL_LIMIT_MS = 30_000;
const STALL_POLL_MS = 250;

/** Tells the client that the server is there; pings do not reach the provider's 30 s watchdog. */
const SIGN_OF_LIFE = encodePresenceMessage([]);

/** What a connection asks of its room. */
export interface BoardDesk {
  receive(connection: BoardConnection, message: BoardMessage): void;
  /** What a client has that was sent everything so far. */
  stateVector(): Uint8Array;
  /** The frame that brings a client with `stateVector` up to date. */
  catchUp(stateVector: Uint8Array): Uint8Array;
  /** Everyone's presence, as a frame. */
  presence(): Uint8Array;
}

interface Stall {
  stateVector: Uint8Array;
  leastBytes: number;
  progressAt: number;
  cancelPoll: () => void;
}

export class BoardConnection {
  readonly #socket: GatewaySocket;
  readonly #watch: PrincipalWatch;
  readonly #desk: BoardDesk;
  readonly #clock: Clock;
  readonly #budget: MessageBudget;
  #stall: Stall | undefined;
  #wasToldRefusal = false;

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
    this.#budget = createMessageBudget(deps.limits.budget, deps.clock);
  }

  /** Starts to act on messages, those that waited first. */
  listen(): void {
    this.#socket.onMessage((data) => {
      const message = this.#read(data);
      if (message !== undefined) this.#desk.receive(this, message);
    });
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
    if (this.#socket.bufferedBytes() > STALLED_BYTES) this.#beginStall();
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

  close: GatewaySocket["close"] = (name) => {
    this.#socket.close(name);
  };

  /** The socket is gone: leaves no timer behind. */
  dispose(): void {
    this.#stall?.cancelPoll();
    this.#stall = undefined;
  }

  #beginStall(): void {
    const now = this.#clock.now();
    this.#stall = {
      stateVector: this.#desk.stateVector(),
      leastBytes: this.#socket.bufferedBytes(),
      progressAt: now,
      cancelPoll: this.#clock.after(STALL_POLL_MS, () => this.#pollStall()),
    };
  }

  #pollStall(): void {
    const stall = this.#stall;
    if (stall === undefined) return;
    const waitingBytes = this.#socket.bufferedBytes();
    if (waitingBytes <= DRAINED_BYTES) {
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
    stall.cancelPoll = this.#clock.after(STALL_POLL_MS, () => this.#pollStall());
  }

  #endStall(stall: Stall): void {
    this.#stall = undefined;
    this.send(this.#desk.catchUp(stall.stateVector));
    this.send(this.#desk.presence());
  }
}
