/**
 * Brings the Convex client back soon after its server. By itself it waits up to 24 s between two attempts,
 * and a page that shows nothing so long looks broken (rule WP21).
 */
import { useConvexConnectionState } from "convex/react";
import { useEffect } from "react";
import { reconnect } from "./reconnect.ts";
import { retryDelay } from "./retryDelay.ts";

export function useEagerConvex(): void {
  const { isWebSocketConnected, connectionRetries } = useConvexConnectionState();
  useEffect(() => {
    if (isWebSocketConnected || connectionRetries === 0) return;
    const timer = setTimeout(reconnect, retryDelay(connectionRetries, Math.random()));
    return () => clearTimeout(timer);
  }, [isWebSocketConnected, connectionRetries]);
}
