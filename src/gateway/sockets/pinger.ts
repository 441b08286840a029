/**
 * Finds peers that vanished without a word (a laptop shut, a cable pulled) and keeps proxies from
 * cutting idle sockets: one timer for all, none while there is nobody.
 */
import type { WebSocket } from "ws";
import type { Clock } from "../../util/clock.ts";
import { PING_EVERY_MS } from "./socketLimits.ts";

export interface Pinger {
  /** Watches a socket until it closes; it is cut off after a whole round without a sign of life. */
  add(ws: WebSocket): void;
}

export function createPinger(clock: Clock): Pinger {
  const isSilent = new Map<WebSocket, boolean>();
  let cancel: (() => void) | undefined;

  function round(): void {
    cancel = clock.after(PING_EVERY_MS, round);
    for (const [ws, silent] of isSilent) {
      if (ws.readyState !== ws.OPEN || ws.isPaused) continue; // paused: an answer could not be read
      if (silent) {
        ws.terminate();
      } else {
        isSilent.set(ws, true);
        ws.ping();
      }
    }
  }

  return {
    add(ws) {
      isSilent.set(ws, false);
      cancel ??= clock.after(PING_EVERY_MS, round);
      const hear = () => isSilent.set(ws, false);
      ws.on("pong", hear);
      ws.on("message", hear);
      ws.once("close", () => {
        ws.off("pong", hear);
        ws.off("message", hear);
        isSilent.delete(ws);
        if (isSilent.size > 0) return;
        cancel?.();
        cancel = undefined;
      });
    },
  };
}
