/** Which automatic versions of a board may go as they age. Pure: the time comes in. Rule BH3. */
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const MAX_AUTOMATIC_VERSIONS = 100;

/**
 * `versions` oldest first, `now` in ms since epoch. Kept are all of the last hour, the last one of each hour of the
 * last day, the last one of each day before; of those at most MAX_AUTOMATIC_VERSIONS, where the one goes that
 * follows most closely on another. The newest always stays.
 */
export function superfluousVersions<V extends { takenAt: number }>(
  versions: readonly V[],
  now: number,
): V[] {
  const kept = versions.filter((version, i) => {
    const next = versions[i + 1];
    const isRecent = now - version.takenAt < HOUR_MS;
    return isRecent || next === undefined || periodOf(version, now) !== periodOf(next, now);
  });
  while (kept.length > MAX_AUTOMATIC_VERSIONS) kept.splice(closest(kept), 1);
  const stays = new Set(kept);
  return versions.filter((version) => !stays.has(version));
}

/** Of the versions of one period only the last is kept. */
function periodOf({ takenAt }: { takenAt: number }, now: number): string {
  if (now - takenAt < DAY_MS) return `hour ${Math.floor(takenAt / HOUR_MS)}`;
  return `day ${Math.floor(takenAt / DAY_MS)}`;
}

/** The one between the first and the last that has the least time between its neighbours. */
function closest(versions: readonly { takenAt: number }[]): number {
  const gapAround = (i: number) =>
    (versions[i + 1]?.takenAt ?? 0) - (versions[i - 1]?.takenAt ?? 0);
  let found = 1;
  for (let i = 2; i < versions.length - 1; i++) if (gapAround(i) < gapAround(found)) found = i;
  return found;
}
