/**
 * One connection between a peer and a process, as TCP is: in order, late, and cut without a word when
 * it is cut; the other end learns of that some time later. A peer may stop reading, and then what the
 * process sent waits in its socket.
 */
import { CLOSE_CODES } from "../../../src/protocol/closeCodes.ts";
import type {
  CloseListener,
  GatewaySocket,
  MessageListener,
} from "../../../src/protocol/gatewaySocket.ts";
import type { Chance } from "./chance.ts";
import type { SimulatedProcess } from "./simulatedProcess.ts";
import type { VirtualTime } from "./virtualTime.ts";

const MAX_LATENCY_MS = 60;
const MAX_NOTICE_MS = 5_000;
/** Boards of a simulation are small; this makes a reader that is a few frames behind a stalled one. */
const SEEMING_SIZE = 4_096;

export interface LineEnd {
  onMessage(bytes: Uint8Array): void;
  onClose(code: number): void;
}

type Parcel = { bytes: Uint8Array } | { code: number };

interface LineDeps {
  time: VirtualTime;
  chance: Chance;
  process: SimulatedProcess;
  peer: LineEnd;
}

export class SimulatedLine {
  readonly #deps: LineDeps;
  /** At the peer's machine, not yet read. */
  #arrived: Parcel[] = [];
  #isReading = true;
  #isPeerOpen = true;
  #isServerOpen = true;
  #isServerClosing = false;
  #lastArrival = { atPeer: 0, atServer: 0 };
  #listener: MessageListener | undefined;
  #early: Uint8Array[] = [];
  #closeListeners: CloseListener[] = [];

  constructor(deps: LineDeps) {
    this.#deps = deps;
  }

  get isOpen(): boolean {
    return this.#isPeerOpen;
  }

  /** Who is at the other end. */
  get process(): SimulatedProcess {
    return this.#deps.process;
  }

  /** The peer says something. */
  say(bytes: Uint8Array): void {
    if (!this.#isPeerOpen) return;
    this.#later("atServer", () => {
      this.#deps.process.run(() => {
        if (!this.#isServerOpen || this.#isServerClosing) return;
        if (this.#listener === undefined) this.#early.push(bytes);
        else this.#listener.receive(bytes);
      });
    });
  }

  /** The peer leaves, after all it said. */
  leave(): void {
    if (!this.#isPeerOpen) return;
    this.#isPeerOpen = false;
    this.#later("atServer", () => this.#closeServer(1001));
  }

  /** Both ends lose what was on its way; the peer knows at once, the process later. */
  cut(): void {
    if (!this.#isPeerOpen) return;
    const { time, chance, process } = this.#deps;
    this.#isServerClosing = true; // nothing more arrives
    time.after(chance.between(0, MAX_NOTICE_MS), () => process.run(() => this.#closeServer(1006)));
    this.#closePeer(1006);
  }

  cutIfServedBy(process: SimulatedProcess): void {
    if (this.#deps.process === process) this.cut();
  }

  stopReading(): void {
    this.#isReading = false;
  }

  readOn(): void {
    this.#isReading = true;
    this.#read();
  }

  /** The process's end. */
  readonly socket: GatewaySocket = {
    send: (data) => {
      if (this.#isServerOpen && !this.#isServerClosing) this.#post({ bytes: data as Uint8Array });
    },
    sendAll: (messages) => {
      for (const message of messages) this.socket.send(message);
    },
    close: (name) => {
      if (!this.#isServerOpen || this.#isServerClosing) return;
      const { code } = CLOSE_CODES[name];
      this.#isServerClosing = true;
      this.#post({ code });
      const { time, chance, process } = this.#deps;
      time.after(chance.between(1, MAX_LATENCY_MS), () => {
        process.run(() => this.#closeServer(code));
      });
    },
    bufferedBytes: () => {
      if (this.#isReading) return 0;
      const sizes = this.#arrived.map((parcel) =>
        "bytes" in parcel ? parcel.bytes.byteLength : 0,
      );
      return SEEMING_SIZE * sizes.reduce((sum, size) => sum + size, 0);
    },
    onMessage: (listener) => {
      this.#listener = listener;
      for (const bytes of this.#early.splice(0)) listener.receive(bytes);
    },
    onClose: (listener) => {
      if (this.#isServerOpen) this.#closeListeners.push(listener);
      else listener.closed(1006);
    },
  };

  #post(parcel: Parcel): void {
    this.#later("atPeer", () => {
      this.#arrived.push(parcel);
      this.#read();
    });
  }

  #read(): void {
    while (this.#isReading && this.#isPeerOpen) {
      const parcel = this.#arrived.shift();
      if (parcel === undefined) return;
      if ("bytes" in parcel) this.#deps.peer.onMessage(parcel.bytes);
      else this.#closePeer(parcel.code);
    }
  }

  #later(where: "atPeer" | "atServer", task: () => void): void {
    const { time, chance } = this.#deps;
    const at = Math.max(this.#lastArrival[where], time.now() + chance.between(1, MAX_LATENCY_MS));
    this.#lastArrival[where] = at;
    time.simplyAt(at, task);
  }

  #closePeer(code: number): void {
    if (!this.#isPeerOpen) return;
    this.#isPeerOpen = false;
    this.#deps.peer.onClose(code);
  }

  #closeServer(code: number): void {
    if (!this.#isServerOpen) return;
    this.#isServerOpen = false;
    for (const listener of this.#closeListeners.splice(0)) listener.closed(code);
  }
}
