/**
 * Turns a `ws` socket into the GatewaySocket that rooms use. Attached at the upgrade, before anything
 * is known about the caller: what arrives until a room listens waits in a bounded queue, so that the
 * first message of a fast client is not lost and a hostile one cannot fill the memory (rules PR1, PR2).
 * Knows nothing of identity or rooms.
 */
import { WebSocket, type RawData } from "ws";
import { CLOSE_CODES, type CloseName } from "./closeCodes.ts";
import type { GatewaySocket } from "./gatewaySocket.ts";

/** Messages and bytes that may wait for a room; a stock board client sends three at first. */
export const MAX_QUEUED_MESSAGES = 256;
export const MAX_QUEUED_BYTES = 16 * 1024 * 1024;
/** Larger messages go out in frames of this size, so that progress on a slow line can be seen. */
const FRAME_BYTES = 256 * 1024;
/**
 * A peer that cannot take its close frame while this much waits before it is cut off at once, unless the
 * code is to keep it from coming back: then it has the half minute that `ws` waits.
 */
const MAX_CLOSING_BYTES = 64 * 1024;

export function createServerSocket(ws: WebSocket): GatewaySocket {
  let queue: (string | Uint8Array)[] | undefined = [];
  let queuedBytes = 0;
  let listener: ((data: string | Uint8Array) => void) | undefined;
  let closedWith: number | undefined;
  const closeListeners: ((code: number) => void)[] = [];
  ws.binaryType = "nodebuffer";

  function close(name: CloseName): void {
    if (ws.readyState !== WebSocket.OPEN) return;
    const { code, reason, isFinal } = CLOSE_CODES[name];
    const isStuck = ws.bufferedAmount > MAX_CLOSING_BYTES && !isFinal;
    ws.close(code, reason);
    if (isStuck) ws.terminate();
  }

  ws.on("message", (raw: RawData, isBinary: boolean) => {
    if (ws.readyState !== WebSocket.OPEN) return; // we are closing: nothing more is acted on
    const bytes = asBytes(raw);
    const data = isBinary ? bytes : bytes.toString("utf8");
    if (listener !== undefined) {
      listener(data);
      return;
    }
    queue?.push(data);
    queuedBytes += bytes.byteLength;
    if ((queue?.length ?? 0) > MAX_QUEUED_MESSAGES || queuedBytes > MAX_QUEUED_BYTES) {
      queue = undefined;
      close("overloaded");
    }
  });
  ws.on("error", () => undefined); // what follows is always "close", with a code that says more
  ws.on("close", (code) => {
    closedWith = code;
    queue = undefined;
    for (const tell of closeListeners.splice(0)) tell(code);
  });

  return {
    send(data) {
      if (ws.readyState === WebSocket.OPEN) sendFrames(ws, data);
    },
    close,
    bufferedBytes: () => ws.bufferedAmount,
    onMessage(newListener) {
      const waiting = queue ?? [];
      queue = undefined;
      listener = newListener;
      for (const data of waiting) newListener(data);
    },
    onClose(tell) {
      if (closedWith === undefined) closeListeners.push(tell);
      else tell(closedWith);
    },
  };
}

function sendFrames(ws: WebSocket, data: string | Uint8Array): void {
  if (typeof data === "string" || data.byteLength <= FRAME_BYTES) {
    ws.send(data);
    return;
  }
  for (let start = 0; start < data.byteLength; start += FRAME_BYTES) {
    const end = start + FRAME_BYTES;
    ws.send(data.subarray(start, end), { binary: true, fin: end >= data.byteLength });
  }
}

function asBytes(raw: RawData): Buffer {
  if (Array.isArray(raw)) return Buffer.concat(raw);
  return Buffer.isBuffer(raw) ? raw : Buffer.from(raw);
}
