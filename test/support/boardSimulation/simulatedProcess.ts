/**
 * A companion's process: runs its timers and hears from sockets and store while it lives; while it is
 * stopped everything waits, as after SIGSTOP; once dead nothing happens any more.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import type { BoardRelay } from "../../../src/sync/peers/boardRelay.ts";
import { createBoardRooms, type BoardRooms } from "../../../src/sync/boardRooms.ts";
import { PATIENCE_MS } from "../../../src/sync/saving/boardSaver.ts";
import type { Zipping } from "../../../src/sync/history/versionArchive.ts";
import type { Clock } from "../../../src/util/clock.ts";
import { silentLogger } from "../../../src/util/logger.ts";
import { SavingWatch } from "./savingWatch.ts";
import type { Caller, SimulatedConvex } from "./simulatedConvex.ts";
import type { VirtualTime } from "./virtualTime.ts";

/** A thread would take its time from elsewhere. */
const ZIPPING: Zipping = {
  zip: (state) => Promise.resolve(gzipSync(state)),
  unzip: (bytes) => Promise.resolve(gunzipSync(bytes)),
};

export class SimulatedProcess implements Caller {
  readonly rooms: BoardRooms;
  #state: "running" | "stopped" | "dead" = "running";
  #waiting: (() => void)[] = [];
  /** What its rooms threw where nobody waits: a real process would have ended. */
  readonly crashes: unknown[] = [];
  isCutOff = false;
  /** It saves whatever it has, whoever else does. */
  isDraining = false;
  readonly #watch: SavingWatch | undefined;

  /** `joinRelay`: its way to other companions; undefined = it is alone. `onBreakdown`: it gives its board up. */
  constructor(
    time: VirtualTime,
    convex: SimulatedConvex,
    joinRelay: ((run: (task: () => void) => void) => BoardRelay) | undefined,
    onBreakdown: (process: SimulatedProcess) => void,
  ) {
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
    const relay = joinRelay?.((task) => this.run(task));
    const store = convex.lineTo(this);
    this.#watch =
      relay === undefined
        ? undefined
        : new SavingWatch({
            relay,
            store,
            mayInsist: () => this.isDraining || this.rooms.stats().oldestUnsavedMs >= PATIENCE_MS,
          });
    this.rooms = createBoardRooms({
      store: this.#watch?.store ?? store,
      relay: this.#watch?.relay,
      versionStore: convex.versionsFor(this),
      zipping: ZIPPING,
      sealKey: new Uint8Array(32),
      clock,
      logger: { ...silentLogger, error: () => onBreakdown(this) },
      random: () => 0.5,
      soon: (task) => void clock.after(0, task),
    });
  }

  /** Writes that were not its to make. */
  get faults(): readonly string[] {
    return this.#watch?.faults ?? [];
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
