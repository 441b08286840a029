/**
 * Reads what a server sends on a WebSocket, at the least cost: the load must not need more of the machine
 * than what it measures. Believes the server: no checks, no compression, no masks.
 */
const CONTINUATION = 0;
const FIRST_CONTROL_OPCODE = 8;
export const PING = 9;
export const CLOSE = 8;

export class FrameReader {
  readonly #onMessage: (payload: Buffer) => void;
  readonly #onControl: (opcode: number, payload: Buffer) => void;
  #chunks: Buffer[] = [];
  #haveBytes = 0;
  #needBytes = 2;
  #fragments: Buffer[] = [];

  constructor(
    onMessage: (payload: Buffer) => void,
    onControl: (opcode: number, payload: Buffer) => void,
  ) {
    this.#onMessage = onMessage;
    this.#onControl = onControl;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#haveBytes += chunk.length;
    if (this.#haveBytes < this.#needBytes) return;
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    let start = 0;
    for (;;) {
      const end = this.#readFrame(bytes, start);
      if (end === undefined) break;
      start = end;
    }
    const rest = bytes.subarray(start);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#haveBytes = rest.length;
  }

  /** Returns where the frame ends; undefined when it is not whole, and notes how much it takes. */
  #readFrame(bytes: Buffer, start: number): number | undefined {
    const have = bytes.length - start;
    const short = have < 2 ? 0 : (bytes[start + 1] ?? 0);
    const headerBytes = short === 127 ? 10 : short === 126 ? 4 : 2;
    this.#needBytes = headerBytes;
    if (have < headerBytes) return undefined;
    const payloadBytes =
      short === 127
        ? Number(bytes.readBigUInt64BE(start + 2))
        : short === 126
          ? bytes.readUInt16BE(start + 2)
          : short;
    this.#needBytes = headerBytes + payloadBytes;
    if (have < this.#needBytes) return undefined;
    const end = start + this.#needBytes;
    this.#take(bytes[start] ?? 0, bytes.subarray(start + headerBytes, end));
    return end;
  }

  #take(firstByte: number, payload: Buffer): void {
    const opcode = firstByte & 0x0f;
    const isLast = (firstByte & 0x80) !== 0;
    if (opcode >= FIRST_CONTROL_OPCODE) {
      this.#onControl(opcode, payload);
    } else if (isLast && opcode !== CONTINUATION) {
      this.#onMessage(payload);
    } else {
      this.#fragments.push(Buffer.from(payload));
      if (!isLast) return;
      const whole = Buffer.concat(this.#fragments);
      this.#fragments = [];
      this.#onMessage(whole);
    }
  }
}
