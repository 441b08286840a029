import fc from "fast-check";
import { expect, it } from "vitest";
import { RandomSource } from "./randomSource.ts";

const seeds = fc.uint8Array({ minLength: 16, maxLength: 16 });
const draws = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("number" as const) }),
    fc.record({ kind: fc.constant("bytes" as const), count: fc.nat(1_500) }),
  ),
  { maxLength: 40 },
);

function play(seed: Uint8Array, steps: readonly { kind: string; count?: number }[]): unknown[] {
  const source = new RandomSource(seed);
  return steps.map(({ count }) => {
    if (count === undefined) return source.next();
    const bytes = new Uint8Array(count);
    source.fill(bytes);
    return [...bytes];
  });
}

it("[FI2] the same seed gives the same numbers, another seed others", () => {
  fc.assert(
    fc.property(seeds, draws, (seed, steps) => {
      const played = play(seed, steps);
      expect(play(seed, steps)).toEqual(played);
      for (const drawn of played) {
        if (typeof drawn !== "number") continue;
        expect(drawn).toBeGreaterThanOrEqual(0);
        expect(drawn).toBeLessThan(1);
      }
    }),
  );
  const [a, b] = [1, 2].map((byte) => new RandomSource(new Uint8Array(16).fill(byte)).next());
  expect(a).not.toBe(b);
});

it("[FI2] numbers are spread evenly", () => {
  const source = new RandomSource(new Uint8Array(16).fill(7));
  const buckets = new Array<number>(10).fill(0);
  for (let i = 0; i < 10_000; i++) buckets[Math.floor(source.next() * 10)]! += 1;
  for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});
