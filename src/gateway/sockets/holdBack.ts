/**
 * Keeps a socket that is not let in yet from filling memory: once it has said MAX_EARLY_… reading
 * pauses, TCP pushes back, and nothing is lost (GW12). What was read waits in the server socket.
 */
import type { WebSocket } from "ws";
import { MAX_EARLY_BYTES, MAX_EARLY_MESSAGES } from "./socketLimits.ts";

/** Starts counting; the function it returns lets the socket speak freely from then on. */
export function holdBack(ws: WebSocket): () => void {
  let messages = 0;
  let bytes = 0;
  const count = (data: Buffer) => {
    messages += 1;
    bytes += data.byteLength;
    if (messages >= MAX_EARLY_MESSAGES || bytes >= MAX_EARLY_BYTES) ws.pause();
  };
  ws.on("message", count);
  return () => {
    ws.off("message", count);
    ws.resume();
  };
}
