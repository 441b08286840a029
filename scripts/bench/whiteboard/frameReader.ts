/**
 * Reads what a server sends on a WebSocket, at the least cost: the load must not need more of the machine
 * than what it measures. Of messages that nobody looks at only the beginning is kept. Believes the
 * server: no checks, no compression, no masks.
 */
const CONTINUATION = 0;
const FIRST_CONTROL_OPCODE = 8;
export const PING = 9;
export const CLOSE = 8;

const MAX_HEADER_BYTES = 10;
/** Tells what a message is, after the name of a document before it. */
const HEAD_BYTES = 64;
const NOTHING = Buffer.alloc(0);

export interface FrameListener {
  /** Whether messages are to be given whole; asked as each begins. */
  wantsAll(): boolean;
  /** `payload`, good until this returns, is the whole message or its beginning; `bytes` is its length. */
  onMessage(payload: Buffer, bytes: number): void;
  onControl(opcode: number, payload: Buffer): void;
}

/** What has come of a message, or of a control frame between its frames. */
class Gathered {
  bytes = 0;
  #parts: Buffer[] = [];
  #keptBytes = 0;
  #ownedParts = 0;
  #maxKept = Infinity;

  begin(maxKept: number): void {
    this.bytes = 0;
    this.#parts = [];
    this.#keptBytes = 0;
    this.#ownedParts = 0;
    this.#maxKept = maxKept;
  }

  add(part: Buffer): void {
    this.bytes += part.length;
    if (this.#keptBytes >= this.#maxKept) return;
    const kept = part.subarray(0, this.#maxKept - this.#keptBytes);
    this.#parts.push(kept);
    this.#keptBytes += kept.length;
  }

  /** What it was added from will be used for something else. */
  own(): void {
    for (; this.#ownedParts < this.#parts.length; this.#ownedParts++) {
      this.#parts[this.#ownedParts] = Buffer.from(this.#parts[this.#ownedParts] ?? NOTHING);
    }
  }

  whole(): Buffer {
    return this.#parts.length === 1 ? (this.#parts[0] ?? NOTHING) : Buffer.concat(this.#parts);
  }
}

export class FrameReader {
  readonly #listener: FrameListener;
  readonly #message = new Gathered();
  readonly #control = new Gathered();
  /** The beginning of a header that has not come whole. */
  #header = NOTHING;
  #frame: { opcode: number; isLast: boolean; missingBytes: number } | undefined;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  /** `chunk` may be used for something else afterwards. */
  push(chunk: Buffer): void {
    for (let at: number | undefined = 0; at !== undefined;) {
      at = this.#frame === undefined ? this.#readHeader(chunk, at) : this.#readPayload(chunk, at);
    }
    this.#message.own();
    this.#control.own();
  }

  /** Returns where the payload starts; undefined when the header is not whole. */
  #readHeader(chunk: Buffer, at: number): number | undefined {
    const before = this.#header.length;
    const next = chunk.subarray(at, at + MAX_HEADER_BYTES);
    const bytes = before === 0 ? next : Buffer.concat([this.#header, next]);
    const [first = 0, short = 0] = bytes;
    const headerBytes = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (bytes.length < headerBytes) {
      this.#header = Buffer.from(bytes);
      return undefined;
    }
    this.#header = NOTHING;
    const opcode = first & 0x0f;
    const missingBytes =
      short === 127
        ? Number(bytes.readBigUInt64BE(2))
        : short === 126
          ? bytes.readUInt16BE(2)
          : short;
    this.#frame = { opcode, isLast: (first & 0x80) !== 0, missingBytes };
    if (opcode >= FIRST_CONTROL_OPCODE) this.#control.begin(Infinity);
    else if (opcode !== CONTINUATION) {
      this.#message.begin(this.#listener.wantsAll() ? Infinity : HEAD_BYTES);
    }
    return at + headerBytes - before;
  }

  /** Returns where the next frame starts; undefined when this one is not whole. */
  #readPayload(chunk: Buffer, at: number): number | undefined {
    const frame = this.#frame;
    if (frame === undefined) return undefined;
    const part = chunk.subarray(at, at + frame.missingBytes);
    const isControl = frame.opcode >= FIRST_CONTROL_OPCODE;
    const gathered = isControl ? this.#control : this.#message;
    gathered.add(part);
    frame.missingBytes -= part.length;
    if (frame.missingBytes > 0) return undefined;
    this.#frame = undefined;
    if (isControl) this.#listener.onControl(frame.opcode, gathered.whole());
    else if (frame.isLast) this.#listener.onMessage(gathered.whole(), gathered.bytes);
    if (isControl || frame.isLast) gathered.begin(0);
    return at + part.length;
  }
}
