/**
 * One companion's place in an installation: its lines to the store and to the others, and the process
 * that runs there, if one does. Processes come and go; lines are cut and mended.
 */
import type { MemoryRelay, RelayHub } from "../memoryRelay.ts";
import type { SimulatedConvex } from "./simulatedConvex.ts";
import { SimulatedProcess } from "./simulatedProcess.ts";
import type { VirtualTime } from "./virtualTime.ts";

/** As in main.ts: what has not drained by then is left. */
const DRAIN_LIMIT_MS = 4_500;
/** The store's longest pause between two attempts, and the attempt. */
const RETRY_MS = 20_000;
/** What SV2 promises, and the time that a write takes. */
const MAX_UNSAVED_MS = 1_000;
/** From the end of a cut until what was missed has been brought. */
const SETTLING_MS = 2_500;

export interface CompanionDeps {
  time: VirtualTime;
  convex: SimulatedConvex;
  /** Undefined: it is alone. */
  hub: RelayHub | undefined;
  /** A process is over; `isSaved`: it says that nothing is lost. */
  onEnd: (process: SimulatedProcess, isSaved: boolean) => void;
  /** A process has given its board up, with all that was not saved. */
  onBreakdown: (process: SimulatedProcess) => void;
}

export class SimulatedCompanion {
  readonly #deps: CompanionDeps;
  readonly faults: string[] = [];
  #process: SimulatedProcess | undefined;
  #draining: SimulatedProcess | undefined;
  #relay: MemoryRelay | undefined;
  #isRestarting = false;
  #isCutOff = false; // from the store
  #isRelayCut = false;
  #healthySince = 0;
  #hearsSince = -Infinity;

  constructor(deps: CompanionDeps) {
    this.#deps = deps;
    this.start();
  }

  /** Undefined while none takes new sockets. */
  get process(): SimulatedProcess | undefined {
    return this.#process;
  }

  start(): void {
    if (this.#isRestarting || this.#process !== undefined) return; // started after the drain
    const { time, convex, hub } = this.#deps;
    const join = (run: (task: () => void) => void) => (this.#relay = hub!.companion(run));
    this.#process = new SimulatedProcess(
      time,
      convex,
      hub === undefined ? undefined : join,
      this.#deps.onBreakdown,
    );
    this.#process.isCutOff = this.#isCutOff;
    if (this.#isRelayCut) this.#relay?.cut();
  }

  die(): void {
    this.#checkUnsaved();
    if (this.#process !== undefined) this.#end(this.#process, false);
  }

  stop(forMs: number): void {
    const process = this.#process;
    process?.stop();
    this.#deps.time.after(forMs, () => process?.goOn());
  }

  /** Ends this process in an orderly way and starts another. */
  async restart(): Promise<void> {
    const process = this.#process;
    if (process?.isRunning !== true) return;
    this.#process = undefined;
    this.#draining = process;
    this.#isRestarting = true;
    process.isDraining = true;
    const over = (isSaved: boolean) => {
      if (process.isDead) return;
      this.#isRestarting = false;
      if (!isSaved && this.#isStoreHealthy()) this.faults.push("a drain left something unsaved");
      this.#end(process, isSaved);
      this.start();
    };
    this.#deps.time.after(DRAIN_LIMIT_MS, () => over(false));
    await process.rooms.drain().then(
      () => over(true),
      () => over(false),
    );
  }

  #end(process: SimulatedProcess, isSaved: boolean): void {
    this.faults.push(...process.crashes.map((error) => `the process crashed: ${String(error)}`));
    this.faults.push(...process.faults);
    process.die();
    this.#relay?.die();
    this.#relay = undefined;
    this.#process = this.#draining = undefined;
    this.#deps.onEnd(process, isSaved);
  }

  cutFromStore(forMs: number): void {
    this.#setCutOff(true);
    this.#deps.time.after(forMs, () => this.#setCutOff(false));
  }

  #setCutOff(isCutOff: boolean): void {
    if (this.#isCutOff && !isCutOff) this.#healthySince = this.#deps.time.now();
    this.#isCutOff = isCutOff;
    for (const process of [this.#process, this.#draining]) {
      if (process !== undefined) process.isCutOff = isCutOff;
    }
    if (!isCutOff) this.#deps.convex.retry();
  }

  cutFromRelay(forMs: number): void {
    this.#isRelayCut = true;
    this.#relay?.cut();
    this.#deps.time.after(forMs, () => this.#mendRelay());
  }

  #mendRelay(): void {
    if (!this.#isRelayCut) return;
    this.#isRelayCut = false;
    this.#hearsSince = this.#deps.time.now();
    this.#relay?.mend();
  }

  heal(): void {
    this.#setCutOff(false);
    this.#mendRelay();
    this.#process?.goOn();
    this.start();
  }

  /** From whom it can learn what somebody has seen elsewhere. */
  get source(): "others" | "store" | "nobody" {
    const { time, convex } = this.#deps;
    const hasSettled = (since: number) => time.now() - since > SETTLING_MS;
    if (!this.#isRelayCut && hasSettled(this.#hearsSince)) return "others";
    const isStoreCut = this.#isCutOff || convex.isCut;
    const since = Math.max(this.#healthySince, convex.healthySince);
    return !isStoreCut && hasSettled(since) ? "store" : "nobody";
  }

  /** Whether its is the right to save the board. */
  holdsLease(sessionId: string): boolean {
    const { hub } = this.#deps;
    return this.#relay !== undefined && hub?.holdsLease(sessionId, this.#relay) === true;
  }

  /** What is wrong so far, the process that runs included. */
  allFaults(): string[] {
    const crashes = this.#process?.crashes.map((error) => `the process crashed: ${String(error)}`);
    return [...this.faults, ...(this.#process?.faults ?? []), ...(crashes ?? [])];
  }

  /** What a lone process that dies now takes with it is at most a second old, if the store could be reached. */
  #checkUnsaved(): void {
    const { hub } = this.#deps;
    if (hub !== undefined || this.#process?.isRunning !== true || !this.#isStoreHealthy()) return;
    const { oldestUnsavedMs } = this.#process.rooms.stats();
    if (oldestUnsavedMs > MAX_UNSAVED_MS) {
      this.faults.push(`a change was unsaved for ${oldestUnsavedMs} ms`);
    }
  }

  #isStoreHealthy(): boolean {
    const { convex, time } = this.#deps;
    const since = Math.max(convex.healthySince, this.#healthySince);
    return !convex.isCut && !this.#isCutOff && time.now() - since > RETRY_MS;
  }
}
