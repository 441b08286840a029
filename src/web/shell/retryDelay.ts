/** How long to wait before the next attempt to connect: doubling, bounded, spread at random. Pure. */
const FIRST_MS = 300;
const MAX_MS = 6_000; // short enough that a restarted server is found before a person gives up

/** `failures` counts from 0; `random` is in [0, 1). Returns ms. */
export function retryDelay(failures: number, random: number): number {
  const ceiling = Math.min(MAX_MS, FIRST_MS * 2 ** failures);
  return Math.round(ceiling * (0.5 + random / 2));
}
