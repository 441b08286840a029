/** Debian's Chromium, headless, with a fresh profile; every context is another person. */
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { PATIENCE } from "../../vitest.patience.ts";

const CHROMIUM = "/usr/bin/chromium";

export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export interface Person {
  context: BrowserContext;
  page: Page;
  /** Console errors and uncaught exceptions of the page, which a good run leaves empty. */
  problems: string[];
}

/** A new person at `url`: a context of their own, so no storage is shared. */
export async function newPerson(
  browser: Browser,
  url: string,
  options: { isPhone?: boolean } = {},
): Promise<Person> {
  const { isPhone = false } = options;
  const context = await browser.newContext({
    viewport: isPhone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
    isMobile: isPhone,
    hasTouch: isPhone,
    colorScheme: "light",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  context.setDefaultTimeout(PATIENCE.expect.poll.timeout);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await page.goto(url);
  return { context, page, problems };
}
