/** Turns an instant into words such as "5 minutes ago", in the page's language (English). */
const STEPS: readonly [limitMs: number, unitMs: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [3_600_000, 60_000, "minute"],
  [86_400_000, 3_600_000, "hour"],
  [30 * 86_400_000, 86_400_000, "day"],
  [365 * 86_400_000, 30 * 86_400_000, "month"],
  [Infinity, 365 * 86_400_000, "year"],
];

const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** Both in ms since epoch. An instant in the future (a skewed clock) reads as now. */
export function relativeTime(at: number, now: number): string {
  const ageMs = Math.max(0, now - at);
  if (ageMs < 60_000) return "just now";
  const step = STEPS.find(([limitMs]) => ageMs < limitMs);
  if (!step) return "just now";
  return format.format(-Math.floor(ageMs / step[1]), step[2]);
}
