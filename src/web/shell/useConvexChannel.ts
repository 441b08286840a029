/** The Convex connection as one of the page's channels. */
import { useConvexConnectionState } from "convex/react";
import type { Channel } from "./connection.ts";

export function useConvexChannel(): Channel {
  const { isWebSocketConnected, hasEverConnected } = useConvexConnectionState();
  const whileDown = hasEverConnected ? "waiting" : "connecting";
  return { name: "data", state: isWebSocketConnected ? "open" : whileDown };
}
