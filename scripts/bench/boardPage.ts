/**
 * How smooth the whiteboard is in the page with 5,000 objects on it: the product as its user starts it, in
 * Debian's Chromium without a graphics card, so that all drawing is the processor's work. Moves, zooms,
 * drags and draws by the browser's own input events, and looks at the frames that came of it. Prints a
 * table; never fails on time.
 *
 *   npm run bench:board-page [-- --objects 5000 --seconds 4 --keep]
 *
 * `busy` is the processor time of the page's main thread for a frame, which a loaded machine changes least;
 * what of it is neither script nor style and layout is the browser's own painting.
 */
import { parseArgs } from "node:util";

import * as prng from "lib0/prng";
import type { CDPSession, Page } from "playwright-core";

import { openBoardTab } from "../../test/e2e/boardTab.ts";
import { launchBrowser, newPerson } from "../../test/e2e/browser.ts";
import { enterAsGuest, objectCount, startSession } from "../../test/e2e/classroom.ts";
import { startProduct } from "../../test/support/product.ts";
import { measureOpening, OPENING } from "./boardOpening.ts";
import { randomBoard } from "./randomBoard.ts";
import { asMarkdown, figure, keep, load, quantile, type Table } from "./table.ts";

const DEPTH = 10_000; // board pixels over which the objects are spread
const STEP_MS = 16;
const MAX_BACKLOG_MS = 10_000;
const CHANGES_AT_ONCE = 100; // below what one socket may send in a second

const { values: options } = parseArgs({
  options: {
    objects: { type: "string", default: "5000" },
    seconds: { type: "string", default: "4" },
    keep: { type: "boolean", default: false },
  },
});
const count = Number(options.objects);
const durationMs = 1_000 * Number(options.seconds);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Puts the objects on the session's board as another tab of the same person would. */
async function fillBoard(page: Page): Promise<void> {
  const tab = await openBoardTab(page);
  const objects = [...randomBoard(prng.create(4), DEPTH).objects(count)];
  for (let from = 0; from < objects.length; from += CHANGES_AT_ONCE) {
    tab.doc.transact(() => {
      for (const [id, object] of objects.slice(from, from + CHANGES_AT_ONCE))
        tab.objects.set(id, object);
    });
    await pause(40);
  }
  while ((await objectCount(page)) < count) await pause(200);
  tab.close();
}

type Input = (type: string, x: number, y: number, more?: Record<string, unknown>) => void;

/** One way to use the board: `step` is called every 16 ms with the time since the beginning. */
interface Use {
  name: string;
  isHolding?: boolean;
  begin?: (input: Input, page: Page) => void | Promise<void>;
  step: (input: Input, ms: number) => void;
  end?: (input: Input) => void;
}

const MIDDLE = { x: 555, y: 450 }; // on the objects, also when all of them are in view
const held = { button: "left", buttons: 1, clickCount: 1 };
const wheel = (input: Input, deltaX: number, deltaY: number, modifiers = 0) =>
  input("mouseWheel", MIDDLE.x, MIDDLE.y, { deltaX, deltaY, modifiers });
const CTRL = 2;

/** A drag with a tool, in circles around the middle. */
const drag = (...keys: string[]): Omit<Use, "name"> => ({
  begin: async (input, page) => {
    await page.getByRole("application", { name: "Whiteboard" }).focus();
    for (const key of keys) await page.keyboard.press(key);
    input("mousePressed", MIDDLE.x, MIDDLE.y, held);
  },
  step: (input, ms) => {
    const angle = ms / 300;
    input(
      "mouseMoved",
      MIDDLE.x + 150 * Math.sin(angle),
      MIDDLE.y + 150 * (1 - Math.cos(angle)),
      held,
    );
  },
  end: (input) => input("mouseReleased", MIDDLE.x, MIDDLE.y, held),
});

const NEAR: Use[] = [
  {
    name: "move the board, 100 %",
    step: (input, ms) => wheel(input, 0, ms % 2_000 < 1_000 ? 24 : -24),
  },
  { name: "zoom", step: (input, ms) => wheel(input, 0, ms % 2_000 < 1_000 ? 24 : -24, CTRL) },
  { name: "draw with the pen", ...drag("p") },
  { name: "drag one object", isHolding: true, ...drag("v") },
  { name: "drag all objects at once", isHolding: true, ...drag("v", "Control+a") },
];
const FAR: Use[] = [
  {
    name: "move the board, all objects in view",
    step: (input, ms) => wheel(input, ms % 1_000 < 500 ? 6 : -6, 0),
  },
  {
    name: "zoom, all objects in view",
    step: (input, ms) => wheel(input, 0, ms % 1_000 < 500 ? -12 : 12, CTRL),
  },
  { name: "draw with the pen, all objects in view", ...drag("p") },
  { name: "drag one object, all in view", isHolding: true, ...drag("v") },
];

/** All objects in view; `isNear`: and then as large as they are, around the same place. */
async function begin(page: Page, isNear: boolean): Promise<void> {
  await page.getByRole("application", { name: "Whiteboard" }).focus();
  await page.keyboard.press("Escape");
  await page.keyboard.press("0");
  if (isNear) {
    await page.mouse.move(MIDDLE.x, MIDDLE.y);
    await page.keyboard.down("Control");
    for (let step = 0; step < 12; step++) await page.mouse.wheel(0, -100);
    await page.keyboard.up("Control");
  }
  await pause(1_000);
}

const FRAMES = `(() => {
  const times = (globalThis.frameTimes = []);
  const run = (globalThis.frameRun = (globalThis.frameRun ?? 0) + 1);
  const note = (at) => { if (globalThis.frameRun === run) { times.push(at); requestAnimationFrame(note); } };
  requestAnimationFrame(note);
})()`;

/** Seconds of the main thread since the page was opened: all, in scripts, in style and layout. */
async function busySeconds(cdp: CDPSession): Promise<number[]> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  const of = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? 0;
  return [
    of("TaskDuration"),
    of("ScriptDuration"),
    of("RecalcStyleDuration") + of("LayoutDuration"),
  ];
}

async function measure(page: Page, cdp: CDPSession, use: Use): Promise<string[]> {
  const answers: Promise<unknown>[] = [];
  const input: Input = (type, x, y, more = {}) => {
    const event = { type: type as "mouseMoved", x, y, ...more };
    // not waited for, as a hand does not wait
    answers.push(cdp.send("Input.dispatchMouseEvent", event).catch(() => undefined));
  };
  await use.begin?.(input, page);
  await pause(500);
  if (use.isHolding && (await page.getByText(/^About \d+ selected/).count()) === 0)
    throw new Error(`${use.name}: the hand holds nothing`);
  const busyBefore = await busySeconds(cdp);
  await page.evaluate(FRAMES);
  const startedAt = performance.now();
  for (let ms = 0; ms < durationMs; ms = performance.now() - startedAt) {
    use.step(input, ms);
    await pause(STEP_MS);
  }
  const times = await page.evaluate<number[]>("globalThis.frameRun++, globalThis.frameTimes");
  const busy = (await busySeconds(cdp)).map(
    (seconds, i) => (1_000 * (seconds - (busyBefore[i] ?? 0))) / Math.max(1, times.length),
  );
  use.end?.(input);
  // what a busy machine has not done yet must not be counted to what comes next
  await Promise.race([Promise.all(answers), pause(MAX_BACKLOG_MS)]);
  await pause(500);
  const gaps = times.slice(1).map((at, i) => at - (times[i] ?? at));
  const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000;
  return [
    use.name,
    figure(gaps.length / seconds),
    ...[0.5, 0.95, 0.99].map((q) => `${figure(quantile(gaps, q))} ms`),
    ...busy.map((ms) => `${figure(ms)} ms`),
  ];
}

const product = await startProduct();
const browser = await launchBrowser();
const rows: string[][] = [];
let openings: string[][] = [];
try {
  const { page, context } = await newPerson(browser, product.url);
  await enterAsGuest(page, "Ada");
  await startSession(page, "A full board");
  await fillBoard(page);
  openings = await measureOpening(browser, page, count);
  const cdp = await context.newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  for (const use of [...NEAR, ...FAR]) {
    await begin(page, NEAR.includes(use));
    rows.push(await measure(page, cdp, use));
  }
} finally {
  await browser.close();
  await product.dispose();
}
const table: Table = {
  title: `The board in the page, ${count} objects`,
  header: [
    "what the hand does",
    "frames/s",
    "p50",
    "p95",
    "p99",
    "busy",
    "script",
    "style, layout",
  ],
  rows,
  note: `Aim: 60 frames/s, so 16.7 ms a frame. Chromium draws by the processor here; load ${load()}.`,
};
const opening: Table = {
  title: `Opening it`,
  header: OPENING,
  rows: openings,
  note: "Until all objects are known and those in view are drawn. The rest as it is two seconds later.",
};
for (const one of [table, opening]) console.log(asMarkdown(one));
if (options.keep) await keep("board page", [table, opening]);
process.exit(); // inputs that were never answered keep the connection
