/**
 * Lets others have their turn during a long run of small steps: promises alone never give the event loop
 * back, and a peer with ten thousand things to do would keep everybody else waiting for all of them.
 */
const MAX_TURN_MS = 10;

export class Breather {
  #turnStartedAt = performance.now();

  /** To be awaited between steps; waits only when this turn has been long. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#turnStartedAt < MAX_TURN_MS) return;
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    this.#turnStartedAt = performance.now();
  }
}
