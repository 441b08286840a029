/** The time as React state, renewed every half minute: enough for "5 minutes ago". */
import { useEffect, useState } from "react";

const TICK_MS = 30_000;

/** ms since epoch. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, TICK_MS);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now;
}
