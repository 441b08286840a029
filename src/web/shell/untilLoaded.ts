/**
 * Brings parts of the page's code that are loaded when they are first needed. A server that is away for a
 * moment costs a moment: the part is asked for again until it is there, while whoever waits for it shows
 * what can be shown (rule WP27). What `lazy` gets must never reject, since React keeps that for good.
 */
import { loadPageConfig } from "./pageConfig.ts";
import { retryDelay } from "./retryDelay.ts";

/** `afterFailure` waits until the next attempt makes sense; `failures` counts from 0. */
export async function untilLoaded<Part>(
  load: () => Promise<Part>,
  afterFailure: (failures: number) => Promise<void> = pause,
): Promise<Part> {
  for (let failures = 0; ; failures++) {
    try {
      return await load();
    } catch {
      await afterFailure(failures); // whatever it was: the network, the server, a proxy between
    }
  }
}

/** A page this young is no older than the server: to load it again would only be a loop. */
const OLD_PAGE_MS = 60_000;

interface Surroundings {
  pause: (failures: number) => Promise<void>;
  isServerThere: () => Promise<boolean>;
  pageAgeMs: () => number;
  reload: () => void;
}

/**
 * For a part without which nothing is shown. A server that answers and has not got it was renewed meanwhile,
 * and its parts have other names: the page is loaded anew, at the same address.
 */
export async function pauseOrRenewPage(
  failures: number,
  { pause, isServerThere, pageAgeMs, reload } = BROWSER,
): Promise<void> {
  if (pageAgeMs() > OLD_PAGE_MS && (await isServerThere())) reload();
  await pause(failures);
}

async function pause(failures: number): Promise<void> {
  const ms = retryDelay(failures, Math.random());
  await new Promise((resolve) => setTimeout(resolve, ms));
}

const BROWSER: Surroundings = {
  pause,
  isServerThere: () =>
    loadPageConfig().then(
      () => true,
      () => false,
    ),
  pageAgeMs: () => performance.now(),
  reload: () => location.reload(),
};
