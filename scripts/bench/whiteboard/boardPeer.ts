/**
 * One client on a raw socket: shakes hands, syncs as a stock provider does, then counts what comes and hands
 * updates to whoever wants to look at them. Many thousands of them fit in one process.
 */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

import * as decoding from "lib0/decoding";

import {
  AWARENESS,
  boardFrames,
  HOCUSPOCUS_SYNC_REPLY,
  pongFrame,
  STEP_1,
  STEP_2,
  SYNC,
  type BoardFrames,
} from "./boardFrames.ts";
import type { Dialect, Door } from "./boardServer.ts";
import { CLOSE, FrameReader, PING } from "./frameReader.ts";

const HEADERS_END = "\r\n\r\n";
/** Into which all sockets read, one after the other; more at once than Node reads by itself. */
const READ_BUFFER = Buffer.allocUnsafeSlow(1024 * 1024);

export class BoardPeer {
  readonly frames: BoardFrames;
  /** Settles when the whole board has come; rejects when the server ends the connection. */
  readonly synced: Promise<void>;
  /** Since it was connected: */
  messages = 0;
  bytes = 0;
  isClosed = false;
  onUpdate: ((update: Uint8Array) => void) | undefined;
  onAwareness: ((update: Uint8Array) => void) | undefined;
  readonly #socket: Socket;
  readonly #door: Door;
  readonly #reader: FrameReader;
  /** What has come of the answer to the handshake; undefined when it has come whole. */
  #answer: Buffer | undefined = Buffer.alloc(0);
  #resolve: () => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor(door: Door, dialect: Dialect) {
    this.#door = door;
    this.frames = boardFrames(dialect, door.document);
    this.synced = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#reader = new FrameReader({
      wantsAll: () => this.onUpdate !== undefined || this.onAwareness !== undefined,
      onMessage: (payload, bytes) => this.#receive(payload, bytes),
      onControl: (opcode, payload) => {
        if (opcode === PING) this.send(pongFrame(payload));
        if (opcode === CLOSE) this.#end(`closed with ${payload.readUInt16BE(0)}`);
      },
    });
    const { hostname, port } = new URL(door.url);
    const onread = { buffer: READ_BUFFER, callback: (bytes: number) => this.#read(bytes) };
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true, onread });
    this.#socket.on("error", (error) => this.#end(error.message));
    this.#socket.on("close", () => this.#end("cut off"));
    this.#shakeHands();
  }

  #shakeHands(): void {
    const { url, subprotocols } = this.#door;
    const { host, pathname } = new URL(url);
    const offered =
      subprotocols.length === 0 ? [] : [`Sec-WebSocket-Protocol: ${subprotocols.join(", ")}`];
    const lines = [
      `GET ${pathname} HTTP/1.1`,
      `Host: ${host}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
      ...offered,
    ];
    this.#socket.write(lines.join("\r\n") + HEADERS_END);
  }

  /** Returns whether to read on, which `stall` decides by itself. */
  #read(bytes: number): boolean {
    const chunk = READ_BUFFER.subarray(0, bytes);
    if (this.#answer === undefined) this.#reader.push(chunk);
    else this.#readAnswer(Buffer.concat([this.#answer, chunk]));
    return true;
  }

  #readAnswer(answer: Buffer): void {
    const end = answer.indexOf(HEADERS_END);
    this.#answer = end === -1 ? answer : undefined;
    if (end === -1) return;
    if (!answer.toString("latin1").startsWith("HTTP/1.1 101")) {
      this.#end(answer.toString("latin1").split("\r\n")[0] ?? "");
      return;
    }
    for (const greeting of this.frames.greeting) this.send(greeting);
    this.send(this.frames.syncStep1);
    const rest = answer.subarray(end + HEADERS_END.length);
    if (rest.length > 0) this.#reader.push(rest);
  }

  #receive(payload: Buffer, bytes: number): void {
    this.messages += 1;
    this.bytes += bytes;
    const at = this.frames.prefixBytes;
    const type = payload[at];
    const isWhole = payload.length === bytes; // else nobody wanted it when it began
    if (type === AWARENESS) {
      if (isWhole && this.onAwareness !== undefined) this.onAwareness(bytesAt(payload, at + 1));
    } else if (type === SYNC || type === HOCUSPOCUS_SYNC_REPLY) {
      if (payload[at + 1] === STEP_1) this.send(this.frames.emptySyncStep2);
      // A large board may come in several updates; the answer to sync step 1 is the last of them.
      if (payload[at + 1] === STEP_2) this.#resolve();
      if (payload[at + 1] !== STEP_1 && isWhole && this.onUpdate !== undefined) {
        this.onUpdate(bytesAt(payload, at + 2));
      }
    }
  }

  #end(why: string): void {
    this.isClosed = true;
    this.#reject(new Error(`${this.#door.url}: ${why}`));
    this.#socket.destroy();
  }

  send(frame: Buffer): void {
    this.#socket.write(frame);
  }

  /** Reads nothing more: what the kernel cannot hold stays with the server. */
  stall(): void {
    this.#socket.pause();
  }

  leave(): void {
    this.#socket.destroy();
  }
}

function bytesAt(payload: Buffer, position: number): Uint8Array {
  const decoder = decoding.createDecoder(payload);
  decoder.pos = position;
  return decoding.readVarUint8Array(decoder);
}

/** Connects clients through the doors, so many at once, and waits until all have their boards. */
export async function connectAll(
  doors: readonly (readonly Door[])[],
  dialect: Dialect,
  atOnce = 256,
): Promise<BoardPeer[][]> {
  const boards: BoardPeer[][] = doors.map(() => []);
  const queue = doors.flatMap((ofBoard, board) => ofBoard.map((door) => ({ board, door })));
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let one = queue[next++]; one !== undefined; one = queue[next++]) {
      const peer = new BoardPeer(one.door, dialect);
      boards[one.board]?.push(peer);
      await peer.synced;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return boards;
}
