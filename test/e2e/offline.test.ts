import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newPerson, type Person } from "./browser.ts";
import {
  ask,
  drawStroke,
  enterAsGuest,
  objectCount,
  open,
  startSession,
  type View,
} from "./classroom.ts";
import { openSession, type OpenSession } from "./openSession.ts";

/** What two people see and keep when the server dies, comes back, or the network of one is gone. */

let session: OpenSession;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  session = await openSession("Rivers");
  ada = session.owner;
  bob = await session.join("Bob");
  await ada.page.getByRole("button", { name: /People here: .*Bob/ }).waitFor();
});
afterAll(async () => {
  await session.close();
});

/** Reconnecting waits longer after every failure, so coming back may take a while. */
async function connectionIs(page: Page, text: string): Promise<void> {
  const status = page.getByRole("status", { name: "Connection" });
  await expect.poll(() => status.innerText()).toBe(text);
}

it("[WP21] a dead server is told, drawing goes on, and all of it arrives when the server is back", async () => {
  for (const { page } of [ada, bob]) await connectionIs(page, "Connected");
  await drawStroke(ada.page);
  await expect.poll(() => objectCount(bob.page)).toBe(1);

  await session.product.kill();
  for (const { page } of [ada, bob]) await connectionIs(page, "Reconnecting…");
  await drawStroke(ada.page);
  await drawStroke(ada.page);
  await drawStroke(bob.page);
  expect([await objectCount(ada.page), await objectCount(bob.page)]).toEqual([3, 2]);

  await session.product.restart();
  for (const { page } of [ada, bob]) {
    await connectionIs(page, "Connected");
    await expect.poll(() => objectCount(page)).toBe(4);
  }
});

it("[WP21] a lost network is told, and what was drawn and asked meanwhile arrives", async () => {
  await bob.context.setOffline(true);
  await connectionIs(bob.page, "Offline");
  await drawStroke(bob.page);
  await ask(bob.page, "What is a river?");
  expect(await objectCount(ada.page)).toBe(4);

  await bob.context.setOffline(false);
  await connectionIs(bob.page, "Connected");
  await expect.poll(() => objectCount(ada.page)).toBe(5);
  const questions = ada.page.getByRole("article", { name: "Question by Bob" });
  await questions.getByText("What is a river?").waitFor();
  expect(await questions.count()).toBe(1);
});

it("[WP25] views that are opened while the server is away say so, and fill when it is back", async () => {
  const { page } = ada;
  const unopened: Partial<Record<View, string>> = {
    Lesson: "No lesson plan yet",
    Documents: "No documents yet",
    Quiz: "No quizzes yet",
    Report: "No report yet",
  };
  await session.product.kill();
  await connectionIs(page, "Reconnecting…");
  for (const view of Object.keys(unopened) as View[]) {
    const panel = await open(page, view);
    await panel.getByText("The server cannot be reached").waitFor();
  }

  await page.getByRole("button", { name: "History of the board" }).click();
  const versions = page.getByRole("list", { name: "Versions" });
  await versions.getByText("The server cannot be reached").waitFor();

  await session.product.restart();
  await versions.getByText("The server cannot be reached").waitFor({ state: "detached" });
  for (const [view, text] of Object.entries(unopened)) {
    const panel = await open(page, view as View);
    await panel.getByText(text).waitFor();
  }
});

it("[WP27] what is loaded on demand comes when the server is back: a formula's typesetter, a session", async () => {
  const { page } = ada;
  await page.reload(); // closes the history
  const cho = await newPerson(session.browser, session.product.url);
  await enterAsGuest(cho.page, "Cho");
  await startSession(cho.page, "Deltas");
  await cho.page.goto(session.product.url);
  const entry = cho.page.getByRole("link", { name: /Deltas/ });
  await entry.waitFor();

  await session.product.kill();
  await connectionIs(page, "Reconnecting…");
  const board = page.getByRole("application", { name: "Whiteboard" });
  await board.focus();
  await page.keyboard.press("f");
  await page.keyboard.press("Enter");
  await page.getByLabel("Text on the board").fill("\\frac{a}{b}");
  await page.keyboard.press("Escape");
  const formula = board.locator('[data-kind="latex_svg"]');
  await formula.getByText("\\frac{a}{b}").waitFor();
  await drawStroke(page); // the board goes on
  await expect.poll(() => objectCount(page)).toBe(7);
  await cho.context.route(/ClassroomPage/, (route) => route.abort()); // no cache has it
  await entry.click();
  await cho.page.getByText("The server cannot be reached").waitFor();

  await session.product.restart();
  await cho.context.unroute(/ClassroomPage/);
  await formula.locator(".katex").waitFor();
  await cho.page.getByRole("heading", { name: "Deltas", level: 1 }).waitFor();
});

it("what one drew is still there after closing the page and coming back", async () => {
  await ada.page.close();
  ada.page = await ada.context.newPage();
  await ada.page.goto(bob.page.url());
  await expect.poll(() => objectCount(ada.page)).toBe(7);
});
