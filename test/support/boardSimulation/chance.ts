/** Everything random in a simulated run, from one seed. */
import * as prng from "lib0/prng";

export class Chance {
  readonly #generator: prng.PRNG;

  constructor(seed: number) {
    this.#generator = prng.create(seed);
  }

  /** From `min` to `max`, both included. */
  between(min: number, max: number): number {
    return prng.int32(this.#generator, min, max);
  }

  /** True in `percent` of the cases. */
  happens(percent: number): boolean {
    return this.between(1, 100) <= percent;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.between(0, from.length - 1)]!;
  }

  /** One of the names, each as likely as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const names = Object.keys(weights) as Name[];
    let left = this.between(
      1,
      names.reduce((sum, name) => sum + weights[name], 0),
    );
    return names.find((name) => (left -= weights[name]) <= 0)!;
  }
}
