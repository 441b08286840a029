import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { violations } from "./accessibility.ts";
import type { Person } from "./browser.ts";
import { objectCount } from "./classroom.ts";
import { openSession, type OpenSession } from "./openSession.ts";

/** What students may do on the board: set by the owner with keys alone, seen and felt by a student. */

let session: OpenSession;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  session = await openSession("Group work");
  ada = session.owner;
  bob = await session.join("Bob");
});
afterAll(async () => {
  await session.close();
});

const board = (page: Page) => page.getByRole("application", { name: "Whiteboard" });
const deletion = (page: Page) => page.getByRole("button", { name: "Delete selection" });
const lock = (page: Page) => page.getByRole("note").filter({ hasText: "others drew" });
const handles = (page: Page) => page.locator(".board-handle");
const setting = (page: Page, name: string) =>
  page.getByRole("checkbox", { name: new RegExp(`^${name}`) });

async function place(page: Page): Promise<void> {
  await board(page).focus();
  for (const key of ["r", "Enter", "Escape"]) await page.keyboard.press(key);
}

async function openSettings(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Session menu" }).press("Enter");
  await page.getByRole("menuitem", { name: "Session settings" }).press("Enter");
}

it("[WP23] what others drew is locked for a student, who is told why and changes what is theirs", async () => {
  await place(ada.page);
  await expect.poll(() => objectCount(bob.page)).toBe(1);
  await board(bob.page).focus();
  await bob.page.keyboard.press("]");
  await expect.poll(() => lock(bob.page).innerText()).toMatch(/others drew .* by a teacher/);
  expect(await handles(bob.page).count()).toBe(0);
  expect(await deletion(bob.page).isDisabled()).toBe(true);
  await bob.page.keyboard.press("Delete");
  await bob.page
    .getByRole("alert")
    .getByText(/others drew/)
    .waitFor();

  await place(bob.page);
  await expect.poll(() => objectCount(ada.page)).toBe(2);
  await bob.page.keyboard.press("]");
  await bob.page.keyboard.press("]");
  await expect.poll(() => handles(bob.page).count()).toBeGreaterThan(0);
  expect(await lock(bob.page).count()).toBe(0);
  await bob.page.keyboard.press("Delete");
  await expect.poll(() => objectCount(ada.page)).toBe(1);
});

it("[WP23] the owner lets students change it, with keys alone, and it is free on their open page", async () => {
  await board(bob.page).focus();
  await bob.page.keyboard.press("]");
  await lock(bob.page).waitFor();
  await openSettings(ada.page);
  expect.soft(await violations(ada.page, "settings dialog")).toEqual([]);
  await setting(ada.page, "What others drew").press("Space");
  await expect.poll(() => lock(bob.page).count()).toBe(0);
  await expect.poll(() => handles(bob.page).count()).toBeGreaterThan(0);
  await bob.page.keyboard.press("Delete");
  await expect.poll(() => objectCount(ada.page)).toBe(0);
  await ada.page.keyboard.press("Escape");
});

it("[WP23] settings stay, and students do not have them", async () => {
  await ada.page.reload();
  await openSettings(ada.page);
  expect(await setting(ada.page, "What others drew").isChecked()).toBe(true);
  expect(await setting(ada.page, "What the tutor drew").isChecked()).toBe(false);
  expect(await setting(ada.page, "Draws on the board").isChecked()).toBe(true);
  await bob.page.getByRole("button", { name: "Session menu" }).press("Enter");
  expect(await bob.page.getByRole("menuitem", { name: "Session settings" }).count()).toBe(0);
  for (const { problems } of [ada, bob]) expect(problems).toEqual([]);
});
