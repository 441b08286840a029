/** When a cron job runs next. Pure; all times are UTC. */
import { Cron } from "croner";
import type { CronSchedule } from "../functions/code/analyzedFunction.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Convex knows no seconds, no nicknames such as `@daily`, and Sunday as day 0 alone. */
const CONVEX_EXPRESSION = /^\s*(\S+\s+){4}(?![^\s/#]*7)\S+\s*$/;

/**
 * The first run after `after`, or null when there is none (30 February).
 * @param name chooses the minute that the schedule leaves open, the same one for ever
 * @param after ms since epoch
 * @throws Error for a cron expression that cannot be read
 */
export function nextCronTime(name: string, schedule: CronSchedule, after: number): number | null {
  if (schedule.type === "interval") return after + intervalMs(schedule);
  const expression = cronExpression(name, schedule);
  if (!CONVEX_EXPRESSION.test(expression)) {
    throw new Error(
      `"${expression}" is not five fields of a cron expression, the last one without a day 7.`,
    );
  }
  const cron = new Cron(expression, { timezone: "UTC", paused: true, mode: "5-part" });
  return cron.nextRun(new Date(after))?.getTime() ?? null;
}

/** Intervals count from the moment the job is first deployed, and run then; others wait for their time. */
export function firstCronTime(name: string, schedule: CronSchedule, now: number): number | null {
  return schedule.type === "interval" ? now : nextCronTime(name, schedule, now);
}

function intervalMs(schedule: CronSchedule & { type: "interval" }): number {
  if ("seconds" in schedule) return schedule.seconds * SECOND_MS;
  if ("minutes" in schedule) return schedule.minutes * MINUTE_MS;
  return schedule.hours * HOUR_MS;
}

type Calendar = Exclude<CronSchedule, { type: "interval" }>;

function cronExpression(name: string, schedule: Calendar): string {
  if (schedule.type === "cron") return schedule.cron;
  const minute = schedule.minuteUTC ?? stableMinute(name);
  switch (schedule.type) {
    case "hourly":
      return `${minute} * * * *`;
    case "daily":
      return `${minute} ${schedule.hourUTC} * * *`;
    case "weekly":
      return `${minute} ${schedule.hourUTC} * * ${schedule.dayOfWeek.slice(0, 3).toUpperCase()}`;
    case "monthly":
      return `${minute} ${schedule.hourUTC} ${schedule.day} * *`;
  }
}

function stableMinute(name: string): number {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash % 60;
}
