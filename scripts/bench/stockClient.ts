/** A stock Convex client on a real socket. */
import { ConvexClient } from "convex/browser";
import { WebSocket } from "ws";

export function stockClient(url: string): ConvexClient {
  return new ConvexClient(url, {
    logger: false,
    webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
  });
}
