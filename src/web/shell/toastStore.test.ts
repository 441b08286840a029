import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { dismissToast, holdToast, readToasts, releaseToast, showNews } from "./toastStore.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  for (const { toastId } of readToasts()) dismissToast(toastId);
  vi.useRealTimers();
});

const texts = () => readToasts().map(({ text }) => text);

it("[WP24] news leaves by itself, later when it offers to take something back", () => {
  showNews("Saved.");
  showNews("Deleted.", { label: "Undo", run: () => undefined });
  vi.advanceTimersByTime(6_000);
  expect(texts()).toEqual(["Deleted."]);
  vi.advanceTimersByTime(13_999);
  expect(texts()).toEqual(["Deleted."]);
  vi.advanceTimersByTime(1);
  expect(texts()).toEqual([]);
});

it("[WP24] news stays while somebody is at it", () => {
  showNews("Saved.");
  const [news] = readToasts();
  if (news === undefined) throw new Error("nothing is shown");
  vi.advanceTimersByTime(5_999);
  holdToast(news.toastId);
  vi.advanceTimersByTime(60_000);
  expect(texts()).toEqual(["Saved."]);
  releaseToast(news);
  vi.advanceTimersByTime(5_999);
  expect(texts()).toEqual(["Saved."]);
  vi.advanceTimersByTime(1);
  expect(texts()).toEqual([]);
});
