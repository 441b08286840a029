/** What is on the board for a moment only (pointers, highlights, question tags), until it expires. */
import { useEffect, useState } from "react";
import type { BoardLink } from "./boardLink.ts";
import { ObjectView } from "./ObjectView.tsx";
import { useBoardEphemerals } from "./useBoardLink.ts";

const MAX_TIMER_MS = 60_000; // a far expiry is looked at again, since timers overflow

export function EphemeralLayer({ link }: { link: BoardLink }) {
  const ephemerals = useBoardEphemerals(link);
  const [now, setNow] = useState(Date.now);
  const live = [...ephemerals.values()].filter(({ metadata }) => (metadata?.expiresAt ?? 0) > now);
  const nextExpiry = Math.min(...live.map(({ metadata }) => metadata?.expiresAt ?? Infinity));

  useEffect(() => {
    if (nextExpiry === Infinity) return;
    const waitMs = Math.min(MAX_TIMER_MS, Math.max(0, nextExpiry - Date.now()) + 1);
    const timer = setTimeout(() => setNow(Date.now()), waitMs);
    return () => clearTimeout(timer);
  }, [nextExpiry, now]);

  return live.map((object) => <ObjectView key={object.id} object={object} />);
}
