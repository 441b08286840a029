import fc from "fast-check";
import { expect, it } from "vitest";
import { MAX_AUTOMATIC_VERSIONS, superfluousVersions } from "./superfluousVersions.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NOW = 1_000 * DAY_MS;

const at = (...agesMs: number[]) => agesMs.map((age) => ({ takenAt: NOW - age }));
const agesKept = (versions: { takenAt: number }[]) => {
  const gone = new Set(superfluousVersions(versions, NOW));
  return versions.filter((one) => !gone.has(one)).map(({ takenAt }) => NOW - takenAt);
};

it("[BH3] keeps all of the last hour, the last of each hour of a day, the last of each day before", () => {
  const lastHour = [50, 31, 30, 1].map((minutes) => minutes * MINUTE_MS);
  const hours = [3 * HOUR_MS - 1, 2 * HOUR_MS + 5, 2 * HOUR_MS]; // two in the hour that began 3 h ago
  const days = [6 * DAY_MS, 4 * DAY_MS + HOUR_MS, 4 * DAY_MS + 1];
  expect(agesKept(at(...days, ...hours, ...lastHour))).toEqual([
    6 * DAY_MS,
    4 * DAY_MS + 1,
    2 * HOUR_MS + 5,
    2 * HOUR_MS,
    ...lastHour,
  ]);
});

it("[BH3] a burst does not push out what is old: the closest ones go", () => {
  const old = [300 * DAY_MS, 200 * DAY_MS, 2 * DAY_MS, 3 * HOUR_MS];
  const burst = Array.from({ length: 500 }, (_, i) => (500 - i) * 1_000);
  const kept = agesKept(at(...old, ...burst));
  expect(kept).toHaveLength(MAX_AUTOMATIC_VERSIONS);
  expect(kept.slice(0, 4)).toEqual(old);
  expect(kept.at(-1)).toBe(1_000);
});

it("[BH3] the newest stays, and a board that is thinned at every version keeps its whole range", () => {
  const steps = fc.array(fc.integer({ min: 1, max: 3 * HOUR_MS }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 30 * DAY_MS }), (gaps, waitMs) => {
      let now = NOW;
      let versions: { takenAt: number }[] = [];
      for (const gap of gaps) {
        now += gap;
        versions.push({ takenAt: now });
        const gone = new Set(superfluousVersions(versions, now));
        versions = versions.filter((one) => !gone.has(one));
        expect(versions.at(-1)?.takenAt).toBe(now);
      }
      const gone = new Set(superfluousVersions(versions, now + waitMs));
      const daysOf = (some: { takenAt: number }[]) =>
        new Set(some.map(({ takenAt }) => Math.floor(takenAt / DAY_MS)));
      expect(daysOf(versions.filter((one) => !gone.has(one)))).toEqual(daysOf(versions));
    }),
  );
});
