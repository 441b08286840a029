import { readFileSync } from "node:fs";
import type { Download, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { violations } from "./accessibility.ts";
import type { Person } from "./browser.ts";
import { drawStroke, objectCount } from "./classroom.ts";
import { openSession, type OpenSession } from "./openSession.ts";

/**
 * The board's history as people use it: drawn by two, named, looked at by slider and list, put back in
 * front of everybody and undone, saved as files, and a saved board taken in again.
 */

let session: OpenSession;
let ada: Person;
let bob: Person;
let savedBoard = "";

beforeAll(async () => {
  session = await openSession("Cells & tissue");
  ada = session.owner;
  bob = await session.join("Bob");
});
afterAll(async () => {
  await session.close();
});

const history = (page: Page) => page.getByRole("region", { name: "History" });
const picture = (page: Page) => history(page).getByRole("img", { name: /^Picture of the board/ });
const openHistory = async (page: Page) => {
  await page.getByRole("button", { name: "History of the board" }).click();
  await history(page).waitFor();
};

async function place(page: Page, key: string): Promise<void> {
  const board = page.getByRole("application", { name: "Whiteboard" });
  const before = await objectCount(page);
  await board.focus();
  await page.keyboard.press(key);
  await page.keyboard.press("Enter");
  await expect.poll(() => objectCount(page)).toBe(before + 1);
}

async function nameVersion(page: Page, name: string): Promise<void> {
  await history(page).getByRole("button", { name: "Name this version" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Save name" }).click();
  await history(page)
    .getByRole("button", { name: new RegExp(`^${name}`) })
    .waitFor();
}

async function saved(page: Page, kind: "SVG" | "PNG" | "JSON"): Promise<Download> {
  const download = page.waitForEvent("download");
  await history(page).getByRole("button", { name: "Export and import" }).click();
  await page.getByRole("menuitem", { name: `Save as ${kind}` }).click();
  return await download;
}

async function importFile(page: Page, content: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await history(page).getByRole("button", { name: "Export and import" }).click();
  await page.getByRole("menuitem", { name: "Import JSON" }).click();
  const file = { name: "b.json", mimeType: "application/json", buffer: Buffer.from(content) };
  await (await chooser).setFiles(file);
}

it("[BH10] the board as it is gets a name; the version says who drew what", async () => {
  await place(ada.page, "r");
  await drawStroke(bob.page);
  await expect.poll(() => objectCount(ada.page)).toBe(2);
  await openHistory(ada.page);
  await nameVersion(ada.page, "First sketch");
  await expect
    .poll(() => picture(ada.page).getAttribute("aria-label"))
    .toMatch(/First.*, 2 objects/);
  const legend = history(ada.page).getByRole("group", { name: "Who drew what" });
  await legend.getByRole("button", { name: "Ada 1 object, 1 changed" }).waitFor();
  await legend.getByRole("button", { name: "Bob 1 object, 1 changed" }).click();
  expect(await picture(ada.page).locator(".history-faint [data-object-id]").count()).toBe(1);
  await legend.getByRole("button", { name: /^Bob/ }).click();
  expect(await picture(ada.page).locator(".history-frame").count()).toBe(2);
  await legend.getByRole("checkbox", { name: "Who drew what" }).uncheck();
  expect(await picture(ada.page).locator(".history-frame").count()).toBe(0);
});

it("[BH10] slider, keys and list lead to any version", async () => {
  const { page } = ada;
  await history(page).getByRole("button", { name: "Close history" }).click();
  await place(page, "o");
  await place(page, "a");
  await openHistory(page);
  await nameVersion(page, "Second sketch");
  const slider = history(page).getByRole("slider", { name: "Version" });
  await slider.focus();
  for (const [key, objects, words] of [
    ["Home", 2, /^First sketch, .*1 of 3$/],
    ["ArrowRight", 4, /^Second sketch, .*2 of 3$/],
    ["End", 4, /^The board now, 3 of 3$/],
  ] as const) {
    await page.keyboard.press(key);
    expect(await slider.getAttribute("aria-valuetext")).toMatch(words);
    await expect.poll(() => picture(page).locator("[data-object-id]").count()).toBe(objects);
  }
  await history(page)
    .getByRole("button", { name: /^First sketch/ })
    .click();
  await expect.poll(() => picture(page).locator("[data-object-id]").count()).toBe(2);
  const found = await violations(page, "history");
  expect(found.filter((one) => one.includes("history-"))).toEqual([]);
});

it("[BH10] a restore is confirmed, seen live by the other person, and undone", async () => {
  const { page } = ada;
  await openHistory(bob.page);
  await history(bob.page)
    .getByRole("button", { name: /^First sketch/ })
    .waitFor();
  expect(
    await history(bob.page).getByRole("button", { name: "Restore", exact: true }).count(),
  ).toBe(0);
  await history(bob.page).getByRole("button", { name: "Close history" }).click();

  await history(page).getByRole("button", { name: "Restore", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Restore", exact: true }).click();
  await expect.poll(() => objectCount(bob.page)).toBe(2);
  await expect.poll(() => history(page).locator(":focus").count()).toBe(1); // its button has gone
  await page.getByRole("button", { name: "Undo", exact: true }).last().click();
  await expect.poll(() => objectCount(bob.page)).toBe(4);
  await expect.poll(() => objectCount(page)).toBe(4);
});

it("[BH11] what is looked at is saved as SVG, PNG and JSON", async () => {
  const { page } = ada;
  await history(page)
    .getByRole("button", { name: /^Second sketch/ })
    .click();
  await expect.poll(() => picture(page).locator("[data-object-id]").count()).toBe(4);

  const svg = await saved(page, "SVG");
  expect(svg.suggestedFilename()).toMatch(/^cells-tissue-second-sketch.*\.svg$/);
  const text = readFileSync(await svg.path(), "utf8");
  expect(text).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  expect(text).not.toMatch(/class=|light-dark|var\(--|href="(?!data:)/);
  expect(text).toContain("by Bob</title>");

  const png = readFileSync(await (await saved(page, "PNG")).path());
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  const shown = await looksOf(page, png);
  expect(shown.width).toBeGreaterThan(400);
  expect(shown.colours).toBeGreaterThan(10);

  savedBoard = readFileSync(await (await saved(page, "JSON")).path(), "utf8");
  const file = JSON.parse(savedBoard) as { format: string; objects: unknown[] };
  expect(file).toMatchObject({ format: "lectern-board", version: 1 });
  expect(file.objects).toHaveLength(4);
  expect(Object.values((JSON.parse(savedBoard) as { authors: object }).authors).sort()).toEqual([
    "Ada",
    "Bob",
  ]);
});

it("[BH12] a saved board is imported as new objects of who imports it, and undone as one", async () => {
  const { page } = bob;
  await openHistory(page);
  await importFile(page, savedBoard);
  await page.getByText("4 objects were imported.").waitFor();
  await expect.poll(() => objectCount(ada.page)).toBe(8);
  const legend = history(page).getByRole("group", { name: "Who drew what" });
  await legend.getByRole("button", { name: "Bob 5 objects" }).waitFor();
  await importFile(page, '{"format":"something else"}');
  await page.getByText(/not a board that was saved as JSON here/).waitFor();
  await importFile(page, savedBoard.replace('"kind": "rect"', '"kind": "bomb"'));
  await page.getByText(/Object \d of this file is damaged \(kind\)/).waitFor();
  await history(page).getByRole("button", { name: "Close history" }).click();
  await page.getByRole("button", { name: "Undo", exact: true }).first().click();
  await expect.poll(() => objectCount(ada.page)).toBe(4);
});

it("[BH10] when the session has ended its history can still be looked at", async () => {
  const { page } = ada;
  await history(page).getByRole("button", { name: "Close history" }).click();
  await page.getByRole("button", { name: "Session menu" }).click();
  await page.getByRole("menuitem", { name: "End session" }).click();
  await page.getByRole("button", { name: "End session" }).click();
  await page.getByText("Ended", { exact: true }).waitFor();
  await openHistory(page);
  await history(page)
    .getByRole("button", { name: /^First sketch/ })
    .click();
  await expect.poll(() => picture(page).locator("[data-object-id]").count()).toBe(2);
  expect(await history(page).getByRole("button", { name: "Restore", exact: true }).count()).toBe(0);
  const own = (problem: string) => !/WebSocket|Failed to load|409/.test(problem);
  expect([...ada.problems, ...bob.problems].filter(own)).toEqual([]);
});

/** How large a picture is and how many different colours it shows. */
async function looksOf(page: Page, png: Buffer): Promise<{ width: number; colours: number }> {
  return await page.evaluate(`(async () => {
    const image = new Image();
    image.src = "data:image/png;base64,${png.toString("base64")}";
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
    return { width: canvas.width, colours: new Set(new Uint32Array(data.buffer)).size };
  })()`);
}
