import { expect, it, vi } from "vitest";
import { pauseOrRenewPage, untilLoaded } from "./untilLoaded.ts";

it("[WP27] a part of the page is asked for until it comes", async () => {
  const load = vi
    .fn<() => Promise<string>>()
    .mockRejectedValueOnce(new TypeError("Failed to fetch"))
    .mockRejectedValueOnce(new TypeError("Failed to fetch"))
    .mockResolvedValue("part");
  const afterFailure = vi.fn(() => Promise.resolve());
  expect(await untilLoaded(load, afterFailure)).toBe("part");
  expect(afterFailure.mock.calls).toEqual([[0], [1]]);
});

it.each([
  { pageAgeMs: 61_000, isThere: true, reloads: 1 },
  { pageAgeMs: 61_000, isThere: false, reloads: 0 },
  { pageAgeMs: 59_000, isThere: true, reloads: 0 },
])(
  "[WP27] a page of $pageAgeMs ms is loaded anew $reloads times where the server is there: $isThere",
  async ({ pageAgeMs, isThere, reloads }) => {
    const reload = vi.fn();
    const pause = vi.fn(() => Promise.resolve());
    await pauseOrRenewPage(3, {
      ...{ pause, reload, pageAgeMs: () => pageAgeMs },
      isServerThere: () => Promise.resolve(isThere),
    });
    expect(reload).toHaveBeenCalledTimes(reloads);
    expect(pause).toHaveBeenCalledWith(3);
  },
);
