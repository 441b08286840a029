/** A version in words. Pure but for the reader's time zone. */
import type { Version } from "./versionContent.ts";

/** What happened when it was taken. */
export function versionTitle({ kind, label }: Pick<Version, "kind" | "label">): string {
  switch (kind) {
    case "named":
      return label ?? "Named version";
    case "turn":
      return label === null ? "After an answer of the tutor" : `After “${label}”`;
    case "interval":
      return "While drawing";
    case "left":
      return "When everyone had left";
    case "restore":
      return "Before a restore";
  }
}

const TIME = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hour12: false });
const DAY_AND_TIME = new Intl.DateTimeFormat("en", {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
});

/** "14:05" today, "Nov 21, 14:05" before. Both in ms since epoch. */
export function versionTime(takenAt: number, now: number): string {
  const isToday = new Date(takenAt).toDateString() === new Date(now).toDateString();
  return (isToday ? TIME : DAY_AND_TIME).format(takenAt);
}
