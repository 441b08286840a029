/** How long a full board takes to be there in a new tab, and what the tab then holds. */
import { readFileSync } from "node:fs";

import type { Browser, BrowserContext, Page } from "playwright-core";

import { objectCount } from "../../test/e2e/classroom.ts";
import { figure } from "./table.ts";

export const OPENING = [
  "a tab is opened",
  "all there",
  "main thread",
  "JS heap",
  "DOM nodes",
  "own memory",
];

/**
 * Opens the page's board in a browser that has never seen it, and then once more, when it lies in that
 * browser. One row each.
 */
export async function measureOpening(
  browser: Browser,
  page: Page,
  count: number,
): Promise<string[][]> {
  const storageState = await page.context().storageState(); // the login, and no boards
  const context = await browser.newContext({
    storageState,
    viewport: { width: 1440, height: 900 },
  });
  try {
    const first = await openTab(browser, context, page.url(), count);
    const again = await openTab(browser, context, page.url(), count);
    return [
      ["from the server", ...first],
      ["from the browser's own copy", ...again],
    ];
  } finally {
    await context.close();
  }
}

async function openTab(browser: Browser, context: BrowserContext, url: string, count: number) {
  const others = await renderers(browser);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  const startedAt = performance.now();
  await page.goto(url);
  await page.locator(".board-paper [data-object-id]").first().waitFor({ state: "attached" });
  await page.getByRole("button", { name: `List of objects (${count})` }).waitFor();
  const ms = performance.now() - startedAt;
  await page.waitForTimeout(2_000); // what is still under way
  const busy = await metric("TaskDuration");
  await cdp.send("HeapProfiler.collectGarbage");
  const cells = [
    `${figure(ms)} ms`,
    `${figure(1_000 * busy)} ms`,
    `${figure((await metric("JSHeapUsedSize")) / 2 ** 20)} MiB`,
    figure(await metric("Nodes")),
    `${figure(ownMiB((await renderers(browser)).filter((pid) => !others.includes(pid))))} MiB`,
  ];
  if ((await objectCount(page)) !== count)
    throw new Error("the board changed while it was measured");
  await page.close();
  return cells;

  async function metric(wanted: string): Promise<number> {
    const { metrics } = await cdp.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === wanted)?.value ?? NaN;
  }
}

/** The processes that show pages. */
async function renderers(browser: Browser): Promise<number[]> {
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
  await cdp.detach();
  return processInfo.flatMap(({ id, type }) => (type === "renderer" ? [id] : []));
}

/** What is not shared with other processes, as the browser's program is. */
function ownMiB(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const kib = ["RssAnon", "RssShmem"].map((name) =>
      Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]),
    );
    return sum + kib.reduce((all, one) => all + one, 0) / 1_024;
  }, 0);
}
