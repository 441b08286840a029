/** How many sockets each address, user and session holds; the caps of socketLimits.ts are judged by it. */
export interface SocketCounts {
  /** Counts one more for `key` and returns its release (once), or undefined if `max` are there. */
  take(key: string, max: number): (() => void) | undefined;
  /** Keys with at least one socket. */
  size(): number;
}

export function createSocketCounts(): SocketCounts {
  const counts = new Map<string, number>();
  return {
    take(key, max) {
      const count = counts.get(key) ?? 0;
      if (count >= max) return undefined;
      counts.set(key, count + 1);
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        const left = (counts.get(key) ?? 1) - 1;
        if (left === 0) counts.delete(key);
        else counts.set(key, left);
      };
    },
    size: () => counts.size,
  };
}
