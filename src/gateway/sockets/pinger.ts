/**
 * Finds peers that vanished without a word (a laptop shut, a cable pulled) and keeps proxies from
 * cutting idle sockets: one timer for all, none while there is nobody.
 */
import type { Clock } from "../../util/clock.ts";
import { PING_EVERY_MS } from "./socketLimits.ts";

/** A socket that cuts itself off when nothing was heard since it was probed last. */
export interface Probed {
  probe(): void;
}

export class Pinger {
  readonly #clock: Clock;
  readonly #sockets: ReadonlySet<Probed>;
  #cancel: (() => void) | undefined;

  /** `sockets`: those to watch over, as they come and go. */
  constructor(clock: Clock, sockets: ReadonlySet<Probed>) {
    this.#clock = clock;
    this.#sockets = sockets;
  }

  /** To be called whenever a socket has come. */
  start(): void {
    this.#cancel ??= this.#clock.after(PING_EVERY_MS, () => this.#round());
  }

  #round(): void {
    this.#cancel = undefined;
    this.start();
    for (const socket of this.#sockets) socket.probe();
  }

  /** Nobody is there any more. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
