/**
 * One socket in one session's tutor room: decodes, keeps to the budget, acts on each client message id
 * once, and gets events only after it has resumed (rules TU5, TU9, PR5). The room decides the rest.
 */
import { ERRORS, appErrorDataOf, type ErrorCode } from "../../convex/contract/errors.ts";
import type { ClientFrame, ServerFrame } from "../../convex/contract/tutorEvents.ts";
import type { CloseListener, GatewaySocket, MessageListener } from "../protocol/gatewaySocket.ts";
import { MessageBudget } from "../protocol/messageBudget.ts";
import type { Principal, PrincipalWatch } from "../protocol/principal.ts";
import { decodeClientFrame, encodeFrame, MalformedFrameError } from "../protocol/tutorFrames.ts";
import type { Clock } from "../util/clock.ts";

/** A person types; a script that sends more than this is not one. */
const BUDGET = {
  messagesPerSecond: 10,
  burstMessages: 60,
  bytesPerSecond: 64 * 1024,
  burstBytes: 512 * 1024,
};
/** A client that does not read: it comes back and resumes from the last event it saw. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/** What a connection asks of its room. */
export interface TutorDesk {
  receive(connection: TutorConnection, frame: ClientFrame): void;
  /** The socket is gone. */
  leave(connection: TutorConnection): void;
}

export class TutorConnection implements MessageListener, CloseListener {
  /** Whether events are for it: it has said where it stands, and was brought up to date. */
  isFollowing = false;
  /** Settles when the latest resume has been answered; undefined = it has not asked yet. */
  resumed: Promise<void> | undefined;
  readonly #socket: GatewaySocket;
  readonly #watch: PrincipalWatch;
  readonly #desk: TutorDesk;
  readonly #budget: MessageBudget;

  constructor(deps: {
    socket: GatewaySocket;
    watch: PrincipalWatch;
    desk: TutorDesk;
    clock: Clock;
  }) {
    this.#socket = deps.socket;
    this.#watch = deps.watch;
    this.#desk = deps.desk;
    this.#budget = new MessageBudget(BUDGET, deps.clock);
  }

  /** Starts to act on messages, those that waited first, and on the socket's end. */
  listen(): void {
    this.#socket.onMessage(this);
    this.#socket.onClose(this);
  }

  receive(data: string | Uint8Array): void {
    if (!this.#budget.spend(data.length)) {
      this.#socket.close("overloaded");
      return;
    }
    const frame = this.#read(data);
    if (frame !== undefined) this.#desk.receive(this, frame);
  }

  closed(): void {
    this.#desk.leave(this);
  }

  #read(data: string | Uint8Array): ClientFrame | undefined {
    try {
      return decodeClientFrame(data);
    } catch (error) {
      const id = error instanceof MalformedFrameError ? error.id : undefined;
      if (id === undefined) this.#socket.close("badFrame");
      else this.refuse(id, "INVALID_INPUT", ERRORS.INVALID_INPUT.sentence);
      return undefined;
    }
  }

  principal(): Principal {
    return this.#watch.current();
  }

  send(frame: ServerFrame): void {
    this.sendText(encodeFrame(frame));
  }

  /** For a frame that goes to many: encoded once. */
  sendText(text: string): void {
    if (this.#socket.bufferedBytes() > MAX_BUFFERED_BYTES) this.#socket.close("resync");
    else this.#socket.send(text);
  }

  refuse(id: string, code: ErrorCode, message: string = ERRORS[code].sentence): void {
    this.send({ type: "refused", id, code, message, retryable: ERRORS[code].isRetryable });
  }

  /** Refuses with the error's code; what has none is the server's fault. Returns whether it had one. */
  refuseFor(id: string, error: unknown): boolean {
    const data = appErrorDataOf(error);
    if (data === undefined) this.refuse(id, "INTERNAL");
    else this.refuse(id, data.code, data.message);
    return data !== undefined;
  }

  close: GatewaySocket["close"] = (name) => {
    this.#socket.close(name);
  };
}
