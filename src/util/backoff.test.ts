import fc from "fast-check";
import { expect, it } from "vitest";
import { backoffMs } from "./backoff.ts";

it("waits longer with each failure, up to the bound, and never twice the same for all", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, r) => {
        const options = { baseMs: 100, maxMs: 5_000, random: () => r };
        const wait = backoffMs(attempt, options);
        expect(wait).toBeGreaterThanOrEqual(50);
        expect(wait).toBeLessThanOrEqual(5_000);
        expect(backoffMs(attempt + 1, options)).toBeGreaterThanOrEqual(wait);
      },
    ),
  );
});
