import fc from "fast-check";
import { expect, it } from "vitest";
import type { CronSchedule } from "../functions/code/analyzedFunction.ts";
import { firstCronTime, nextCronTime } from "./cronTimes.ts";

const AT = Date.UTC(2026, 0, 31, 12, 30, 15); // a Saturday

it.each<[CronSchedule, string]>([
  [{ type: "interval", seconds: 90 }, "2026-01-31T12:31:45.000Z"],
  [{ type: "interval", minutes: 2 }, "2026-01-31T12:32:15.000Z"],
  [{ type: "interval", hours: 1 }, "2026-01-31T13:30:15.000Z"],
  [{ type: "hourly", minuteUTC: 5 }, "2026-01-31T13:05:00.000Z"],
  [{ type: "daily", hourUTC: 12, minuteUTC: 0 }, "2026-02-01T12:00:00.000Z"],
  [{ type: "weekly", dayOfWeek: "monday", hourUTC: 7, minuteUTC: 1 }, "2026-02-02T07:01:00.000Z"],
  [{ type: "monthly", day: 31, hourUTC: 0, minuteUTC: 0 }, "2026-03-31T00:00:00.000Z"],
  [{ type: "cron", cron: "*/15 12 * * *" }, "2026-01-31T12:45:00.000Z"],
])("[CR4] %j runs next at %s", (schedule, expected) => {
  expect(new Date(nextCronTime("job", schedule, AT) ?? NaN).toISOString()).toBe(expected);
});

it.each(["0 12 * * 7", "0 0 * * 1,5-7", "*/10 * * * * *", "@daily", "* * * *", "60 * * * *", ""])(
  "[CR6] the expression %j is refused",
  (cron) => {
    expect(() => nextCronTime("job", { type: "cron", cron }, AT)).toThrow();
  },
);

it.each(["0 0 * * */7", "0 7 7 7 *", "0 0 * * MON#2"])("[CR6] the expression %j is not", (cron) => {
  expect(nextCronTime("job", { type: "cron", cron }, AT)).toBeGreaterThan(AT);
});

it("[CR4] a day that never comes never runs", () => {
  expect(nextCronTime("job", { type: "cron", cron: "0 0 30 2 *" }, AT)).toBeNull();
});

it("[CR4] an interval begins at once, everything else at its time", () => {
  expect(firstCronTime("job", { type: "interval", hours: 1 }, AT)).toBe(AT);
  expect(firstCronTime("job", { type: "hourly", minuteUTC: 31 }, AT)).toBe(AT + 45_000);
});

it("[CR4] an open minute is the same one for ever, and the next run lies in the future", () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 0, max: 4e12 }), (name, after) => {
      const next = nextCronTime(name, { type: "hourly" }, after) ?? NaN;
      expect(next).toBeGreaterThan(after);
      expect(next - after).toBeLessThanOrEqual(3_600_000);
      expect(nextCronTime(name, { type: "hourly" }, next)).toBe(next + 3_600_000);
    }),
    { numRuns: 50 },
  );
});
