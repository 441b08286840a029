/**
 * A companion's process: runs its timers and hears from sockets and store while it lives; while it is
 * stopped everything waits, as after SIGSTOP; once dead nothing happens any more.
 */
import { createBoardRooms, type BoardRooms } from "../../../src/sync/boardRooms.ts";
import type { Clock } from "../../../src/util/clock.ts";
import { silentLogger } from "../../../src/util/logger.ts";
import type { SimulatedConvex } from "./simulatedConvex.ts";
import type { VirtualTime } from "./virtualTime.ts";

export class SimulatedProcess {
  readonly rooms: BoardRooms;
  #state: "running" | "stopped" | "dead" = "running";
  #waiting: (() => void)[] = [];
  /** What its rooms threw where nobody waits: a real process would have ended. */
  readonly crashes: unknown[] = [];

  constructor(time: VirtualTime, convex: SimulatedConvex) {
    const clock: Clock = {
      now: () => time.now(),
      after: (delayMs, task) => {
        let isCancelled = false;
        const cancel = time.after(delayMs, () => {
          this.run(() => {
            if (!isCancelled) task();
          });
        });
        return () => {
          isCancelled = true;
          cancel();
        };
      },
    };
    this.rooms = createBoardRooms({
      store: convex.lineTo(this),
      versionStore: convex.versions,
      clock,
      logger: silentLogger,
      random: () => 0.5,
      soon: (task) => void clock.after(0, task),
    });
  }

  get isRunning(): boolean {
    return this.#state === "running";
  }

  get isDead(): boolean {
    return this.#state === "dead";
  }

  /** Does it now, when the process goes on, or never. */
  run(task: () => void): void {
    if (this.#state === "dead") return;
    if (this.#state === "stopped") {
      this.#waiting.push(task);
      return;
    }
    try {
      task();
    } catch (error) {
      this.crashes.push(error);
    }
  }

  stop(): void {
    if (this.#state === "running") this.#state = "stopped";
  }

  goOn(): void {
    if (this.#state !== "stopped") return;
    this.#state = "running";
    for (const task of this.#waiting.splice(0)) this.run(task);
  }

  die(): void {
    this.#state = "dead";
    this.#waiting = [];
  }
}
