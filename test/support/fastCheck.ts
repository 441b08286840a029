import fc from "fast-check";

/**
 * How hard properties are tried. `FC_RUNS` multiplies the work in long runs; `FC_SEED` repeats one
 * failure (fast-check prints the seed).
 */
const seed = process.env["FC_SEED"];
fc.configureGlobal({
  numRuns: Number(process.env["FC_RUNS"] ?? 100),
  ...(seed === undefined ? {} : { seed: Number(seed) }),
});
