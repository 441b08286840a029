/**
 * Stands in place of content that is on its way. While the server cannot be reached it says that
 * instead, since then nothing comes however long one looks at a spinner (rule WP25); what takes long although
 * it can be reached is said to, with a way to begin anew.
 */
import { useConvexConnectionState } from "convex/react";
import { useEffect, useState } from "react";
import { Icon } from "./Icon.tsx";
import { reconnect } from "./reconnect.ts";

/** Longer than this hardly anything takes: something hangs. */
const LONG_MS = 10_000;

/** `what`: as in "Loading the quizzes". Needs the Convex client above it. */
export function Loading({ what }: { what: string }) {
  const { isWebSocketConnected, connectionRetries } = useConvexConnectionState();
  // the first connection of a page is on its way as well, until it has failed
  const isServerAway = !isWebSocketConnected && connectionRetries > 0;
  if (!isServerAway) return <LoadingLine what={what} />;
  return (
    <div className="empty">
      <Icon name="cloudOff" size={28} />
      <div className="empty-words" role="status">
        <strong>The server cannot be reached</strong>
        <span>Loading {what} goes on by itself as soon as it can.</span>
      </div>
      <button type="button" className="button button-small" onClick={reconnect}>
        <Icon name="retry" size={15} /> Try now
      </button>
    </div>
  );
}

/** The same for what does not come through the Convex client. */
export function LoadingLine({ what }: { what: string }) {
  const isLong = useIsLong();
  return (
    <div className="empty">
      <span className="spinner" />
      <div className="empty-words" role="status">
        <span>Loading {what}…</span>
        {isLong && <span>This takes longer than usual.</span>}
      </div>
      {isLong && (
        <button
          type="button"
          className="button button-small"
          onClick={() => {
            location.reload();
          }}
        >
          <Icon name="retry" size={15} /> Load the page anew
        </button>
      )}
    </div>
  );
}

function useIsLong(): boolean {
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsLong(true), LONG_MS);
    return () => clearTimeout(timer);
  }, []);
  return isLong;
}
