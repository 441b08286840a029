/**
 * Brings the Convex client back soon after its server. By itself it waits up to 24 s between two attempts,
 * and a page that shows nothing so long looks broken (rule WP21).
 */
import type { ConvexReactClient } from "convex/react";
import { reconnect } from "./reconnect.ts";
import { retryDelay } from "./retryDelay.ts";

/** Until the returned function is called. */
export function hurryConvex(
  client: Pick<ConvexReactClient, "connectionState" | "subscribeToConnectionState">,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = client.subscribeToConnectionState(() => {
    const { isWebSocketConnected, connectionRetries } = client.connectionState();
    clearTimeout(timer);
    if (isWebSocketConnected || connectionRetries === 0) return;
    timer = setTimeout(reconnect, retryDelay(connectionRetries, Math.random()));
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
