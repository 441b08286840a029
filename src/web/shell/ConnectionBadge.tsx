/**
 * The one indicator of all live connections. Trouble is shown only once it has lasted a moment:
 * a reconnect of half a second is nobody's concern.
 */
import { useEffect, useState, useSyncExternalStore } from "react";
import { combineChannels, type Channel } from "./connection.ts";
import { Icon } from "./Icon.tsx";

const PATIENCE_MS = 800;

function subscribe(listener: () => void): () => void {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
}

export function ConnectionBadge({ channels }: { channels: readonly Channel[] }) {
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  const now = combineChannels(channels, isOnline);
  const [shown, setShown] = useState(now);

  const summary = `${now.kind} ${now.details.join()}`;
  useEffect(() => {
    const isTrouble = now.kind === "reconnecting" || now.kind === "connecting";
    const timer = setTimeout(() => setShown(now), isTrouble ? PATIENCE_MS : 0);
    return () => clearTimeout(timer);
    // `now` is made anew by each render; `summary` says whether it differs
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [summary]);

  return (
    <span
      className={`connection connection-${shown.kind}`}
      role="status"
      aria-label="Connection"
      title={shown.details.join("\n")}
    >
      {shown.kind === "offline" ? (
        <Icon name="cloudOff" size={15} />
      ) : (
        <i className="connection-dot" />
      )}
      <span className="connection-label">{shown.label}</span>
    </span>
  );
}
