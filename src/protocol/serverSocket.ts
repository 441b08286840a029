/**
 * Turns a `ws` socket into the GatewaySocket that rooms use. Attached at the upgrade, before anything
 * is known about the caller: what arrives until a room listens waits in a bounded queue, so that the
 * first message of a fast client is not lost and a hostile one cannot fill the memory (rules PR1, PR2).
 * Knows nothing of identity or rooms.
 */
import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import { CLOSE_CODES, type CloseName } from "./closeCodes.ts";
import type { CloseListener, GatewaySocket, MessageListener } from "./gatewaySocket.ts";
import type { OwnedWebSocket, SocketOwner } from "./ownedWebSocket.ts";

/** Messages and bytes that may wait for a room; a stock board client sends three at first. */
export const MAX_QUEUED_MESSAGES = 256;
export const MAX_QUEUED_BYTES = 16 * 1024 * 1024;
/** Larger messages go out in frames of this size, so that progress on a slow line can be seen. */
const FRAME_BYTES = 256 * 1024;
/**
 * Up to this a message and its header go to the system as one piece: `ws` hands over two (measured: a
 * tenth of what 100 cursors cost). Larger ones are not worth a copy.
 */
const SMALL_BYTES = 16 * 1024;
/** RFC 6455, section 5.2. */
const [FINAL, BINARY, CONTINUATION] = [0x80, 0x02, 0x00];
const [LENGTH_IN_16_BITS, LENGTH_IN_64_BITS] = [126, 127];
/**
 * A peer that cannot take its close frame while this much waits before it is cut off at once, unless the
 * code is to keep it from coming back: then it has the half minute that `ws` waits.
 */
const MAX_CLOSING_BYTES = 64 * 1024;
/** A peer that lets this much wait for it gets no answer to its pings: it could fill the memory with them. */
const MAX_PONG_BACKLOG_BYTES = 64 * 1024;

const NOBODY: readonly CloseListener[] = [];

export class ServerSocket implements GatewaySocket, SocketOwner {
  readonly #ws: OwnedWebSocket;
  readonly #raw: Duplex;
  /** Undefined once a room listens, or nothing will be delivered any more. */
  #queue: (string | Uint8Array)[] | undefined = [];
  #queuedBytes = 0;
  #listener: MessageListener | undefined;
  #closeListeners: readonly CloseListener[] = NOBODY;
  #closedWith: number | undefined;
  /** Whether nothing has been heard since the last probe. */
  #isSilent = false;

  /** `raw`: the connection that `ws` was made on. */
  constructor(ws: OwnedWebSocket, raw: Duplex) {
    this.#ws = ws;
    this.#raw = raw;
    ws.owner = this;
  }

  heard(bytes: Buffer, isBinary: boolean): void {
    this.#isSilent = false;
    if (this.#ws.readyState !== WebSocket.OPEN) return; // we are closing: nothing more is acted on
    const data = isBinary ? bytes : bytes.toString("utf8");
    if (this.#listener !== undefined) {
      this.#listener.receive(data);
      return;
    }
    this.#queue?.push(data);
    this.#queuedBytes += bytes.byteLength;
    if ((this.#queue?.length ?? 0) > MAX_QUEUED_MESSAGES || this.#queuedBytes > MAX_QUEUED_BYTES) {
      this.#queue = undefined;
      this.close("overloaded");
    }
  }

  pinged(data: Buffer): void {
    this.#isSilent = false;
    if (this.#ws.bufferedAmount <= MAX_PONG_BACKLOG_BYTES) this.#ws.pong(data);
  }

  ponged(): void {
    this.#isSilent = false;
  }

  ended(code: number): void {
    this.#closedWith = code;
    this.#queue = undefined;
    const listeners = this.#closeListeners;
    this.#closeListeners = NOBODY;
    for (const listener of listeners) listener.closed(code);
  }

  send(data: string | Uint8Array): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    if (typeof data === "string") this.#ws.send(data);
    else if (data.byteLength <= SMALL_BYTES) this.#raw.write(frameOf(data));
    else this.#sendFrames(data);
  }

  #sendFrames(data: Uint8Array): void {
    const raw = this.#raw;
    raw.cork();
    for (let start = 0; start < data.byteLength; start += FRAME_BYTES) {
      const piece =
        data.byteLength > FRAME_BYTES ? data.subarray(start, start + FRAME_BYTES) : data;
      const isFinal = start + FRAME_BYTES >= data.byteLength;
      raw.write(headerOf((start === 0 ? BINARY : CONTINUATION) | (isFinal ? FINAL : 0), piece));
      raw.write(piece);
    }
    raw.uncork();
  }

  sendAll(messages: readonly Uint8Array[]): void {
    this.#raw.cork();
    for (const message of messages) this.send(message);
    this.#raw.uncork();
  }

  close(name: CloseName): void {
    const ws = this.#ws;
    if (ws.readyState !== WebSocket.OPEN) return;
    const { code, reason, isFinal } = CLOSE_CODES[name];
    const isStuck = ws.bufferedAmount > MAX_CLOSING_BYTES && !isFinal;
    ws.close(code, reason);
    if (isStuck) ws.terminate();
  }

  bufferedBytes(): number {
    return this.#ws.bufferedAmount;
  }

  onMessage(listener: MessageListener): void {
    const waiting = this.#queue ?? [];
    this.#queue = undefined;
    this.#listener = listener;
    for (const data of waiting) listener.receive(data);
  }

  onClose(listener: CloseListener): void {
    if (this.#closedWith !== undefined) listener.closed(this.#closedWith);
    else this.#closeListeners = this.#closeListeners.concat(listener); // others leave room for 16 more
  }

  /** Asks whether the peer is there; cuts it off if it has not been heard since the last time. */
  probe(): void {
    const ws = this.#ws;
    if (ws.readyState !== WebSocket.OPEN || ws.isPaused) return; // paused: an answer could not be read
    if (this.#isSilent) {
      ws.terminate();
    } else {
      this.#isSilent = true;
      ws.ping();
    }
  }
}

let framed: { data: Uint8Array; frame: Buffer } | undefined;

/**
 * One whole binary message with its header before it. What is said to everybody is framed once: rooms say
 * it to one socket after the other.
 */
function frameOf(data: Uint8Array): Buffer {
  if (framed?.data === data) return framed.frame;
  const frame = Buffer.concat([headerOf(FINAL | BINARY, data), data]);
  framed = { data, frame };
  return frame;
}

/** What a frame begins with: `first` is its flags and opcode. A server masks nothing. */
function headerOf(first: number, { byteLength }: Uint8Array): Buffer {
  if (byteLength < LENGTH_IN_16_BITS) return Buffer.of(first, byteLength);
  const isShort = byteLength < 2 ** 16;
  const header = Buffer.allocUnsafe(isShort ? 4 : 10);
  header[0] = first;
  header[1] = isShort ? LENGTH_IN_16_BITS : LENGTH_IN_64_BITS;
  if (isShort) header.writeUInt16BE(byteLength, 2);
  else header.writeBigUInt64BE(BigInt(byteLength), 2);
  return header;
}
