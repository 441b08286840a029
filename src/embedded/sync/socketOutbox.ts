/**
 * The sending side of one socket: counts what the peer has not taken yet, keeps an idle client
 * from giving up, and closes. Knows frames only as text.
 */
import type { Writable } from "node:stream";

import type { WebSocket } from "ws";

import { PING_FRAME } from "./serverMessages.ts";

/** The client reconnects after 60 s without a message; a quarter of that leaves room for lost ones. */
const PING_AFTER_IDLE_MS = 15_000;
/** A peer from which nothing is heard for so long, not even pongs, is gone. */
const SILENT_PEER_MS = 120_000;
/** More is not computed for a peer that has this much still to read. */
const MAX_UNSENT_TRANSITIONS = 4;
const BUSY_BUFFERED_BYTES = 16 * 1024 * 1024;
/** Answers pile up here only for a peer that keeps asking and never reads. */
const MAX_BUFFERED_BYTES = 128 * 1024 * 1024;
const MAX_CLOSE_REASON_BYTES = 123; // RFC 6455: a control frame holds 125 bytes, two are the code

export class SocketOutbox {
  readonly #socket: WebSocket;
  readonly #stream: Pick<Writable, "cork" | "uncork">;
  readonly #now: () => number;
  #isCorked = false;
  #unsentTransitions = 0;
  #lastSentAt: number;
  #lastHeardAt: number;
  #onDrained: (() => void) | null = null;

  /** @param stream what carries the socket */
  constructor(socket: WebSocket, stream: Pick<Writable, "cork" | "uncork">, now: () => number) {
    this.#socket = socket;
    this.#stream = stream;
    this.#now = now;
    this.#lastSentAt = now();
    this.#lastHeardAt = now();
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  send(frame: string): void {
    this.#write(frame);
    this.release();
  }

  /** For a frame that another is sure to follow soon: both leave in one packet, at half the cost. */
  sendWithNext(frame: string): void {
    // What waits for a slow peer must not be held up until the next frame comes.
    if (this.isOpen && !this.#isCorked && this.#socket.bufferedAmount === 0) {
      this.#stream.cork();
      this.#isCorked = true;
    }
    this.#write(frame);
  }

  /** Lets go of what `sendWithNext` holds back. */
  release(): void {
    if (!this.#isCorked) return;
    this.#isCorked = false;
    this.#stream.uncork();
  }

  /** Sends the frames of one Transition, with nothing between them. */
  sendTransition(frames: readonly string[]): void {
    if (!this.isOpen) return;
    this.#lastSentAt = this.#now();
    this.#unsentTransitions += 1;
    for (const frame of frames.slice(0, -1)) this.#socket.send(frame);
    this.#socket.send(frames.at(-1) ?? "", () => {
      this.#unsentTransitions -= 1;
      this.#sent();
    });
    this.release();
  }

  /** True while the peer should not be sent another Transition: newer state will supersede it anyway. */
  get isBusy(): boolean {
    return (
      this.#unsentTransitions >= MAX_UNSENT_TRANSITIONS ||
      this.#socket.bufferedAmount > BUSY_BUFFERED_BYTES
    );
  }

  /** Calls `task` once the peer has caught up. Only the last task counts. */
  whenDrained(task: () => void): void {
    this.#onDrained = task;
  }

  /** Answers a ping, unless the peer has so much to read already that it cannot be waiting for it. */
  pong(data: Buffer): void {
    this.heard();
    if (this.isOpen && !this.isBusy) this.#socket.pong(data);
  }

  heard(): void {
    this.#lastHeardAt = this.#now();
  }

  /** To be called every few seconds. */
  keepAlive(): void {
    const now = this.#now();
    if (now - this.#lastHeardAt > SILENT_PEER_MS) {
      this.#socket.terminate();
      return;
    }
    this.#socket.ping();
    if (now - this.#lastSentAt >= PING_AFTER_IDLE_MS) this.send(PING_FRAME);
  }

  /** Closes after what was sent; without a code the client stays quiet about it. */
  close(code?: number, reason = ""): void {
    this.release();
    if (code === undefined) this.#socket.close();
    else this.#socket.close(code, cutToBytes(reason, MAX_CLOSE_REASON_BYTES));
  }

  #write(frame: string): void {
    if (!this.isOpen) return;
    this.#lastSentAt = this.#now();
    this.#socket.send(frame, () => this.#sent());
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) this.#socket.terminate();
  }

  #sent(): void {
    if (this.#onDrained === null || this.isBusy) return;
    const onDrained = this.#onDrained;
    this.#onDrained = null;
    onDrained();
  }
}

function cutToBytes(text: string, maxBytes: number): string {
  let cut = text;
  while (Buffer.byteLength(cut) > maxBytes) cut = cut.slice(0, -1);
  return cut;
}
