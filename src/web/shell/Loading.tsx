/**
 * Stands in place of content that is on its way. While the server cannot be reached it says that
 * instead, since then nothing comes however long one looks at a spinner (rule WP25).
 */
import { useConvexConnectionState } from "convex/react";
import { Icon } from "./Icon.tsx";

/** `what`: as in "Loading the quizzes". Needs the Convex client above it. */
export function Loading({ what }: { what: string }) {
  const { isWebSocketConnected, connectionRetries } = useConvexConnectionState();
  // the first connection of a page is on its way as well, until it has failed
  const isServerAway = !isWebSocketConnected && connectionRetries > 0;
  if (!isServerAway) return <LoadingLine what={what} />;
  return (
    <div className="empty" role="status">
      <Icon name="cloudOff" size={28} />
      <strong>The server cannot be reached</strong>
      <span>Loading {what} goes on by itself as soon as it can.</span>
    </div>
  );
}

/** The same for what does not come through the Convex client. */
export function LoadingLine({ what }: { what: string }) {
  return (
    <div className="empty" role="status">
      <span className="spinner" />
      <span>Loading {what}…</span>
    </div>
  );
}
