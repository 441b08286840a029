import { readFileSync } from "node:fs";
import { extname } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PICTURES, png } from "../support/pictures.ts";
import { violations } from "./accessibility.ts";
import type { Person } from "./browser.ts";
import { boardCentre, objectCount, startSession } from "./classroom.ts";
import { openSession, type OpenSession } from "./openSession.ts";

/** Pictures on the board: in by button, clipboard and drop, seen by others, out in files. */

let session: OpenSession;
let ada: Person;

const drawn = (page: Page) => page.locator('.board [data-kind="image"] image');

async function choosePicture(page: Page, name: string, mimeType: string, buffer: Buffer) {
  await page.getByRole("button", { name: "Insert", exact: true }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Picture", exact: true }).click();
  await (await chooser).setFiles({ name, mimeType, buffer });
}

/** As a hand or a browser would give files to the page; neither can be done from outside. */
async function give(page: Page, how: "paste" | "drop", bytes: Buffer, type: string) {
  const { x, y } = await boardCentre(page);
  const args = { how, base64: bytes.toString("base64"), type, x, y };
  await page.evaluate(`(({ how, base64, type, x, y }) => {
    const board = document.querySelector("#board-surface");
    const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], "A leaf." + type.split("/")[1], { type }));
    const common = { bubbles: true, cancelable: true };
    board.dispatchEvent(
      how === "paste"
        ? new ClipboardEvent("paste", { ...common, clipboardData: data })
        : new DragEvent("drop", { ...common, dataTransfer: data, clientX: x, clientY: y }),
    );
  })(${JSON.stringify(args)})`);
}

async function isLoaded(image: Locator): Promise<boolean> {
  const href = await image.getAttribute("href");
  return await image.page().evaluate<boolean>(`(async () => {
    const probe = new Image();
    probe.src = ${JSON.stringify(href)};
    return await probe.decode().then(() => probe.naturalWidth > 0, () => false);
  })()`);
}

beforeAll(async () => {
  session = await openSession("Leaves");
  ada = session.owner;
});
afterAll(async () => {
  await session.close();
});

it("[BO14] a picture comes by button, clipboard and drop, is seen by all, and each is undone alone", async () => {
  const { page } = ada;
  const bob = await session.join("Bob", "Observer");
  await choosePicture(page, "Green leaf.png", "image/png", png(160, 120, [40, 140, 70]));
  await expect.poll(() => objectCount(page)).toBe(1);
  await give(page, "paste", PICTURES["image/jpeg"], "image/jpeg");
  await expect.poll(() => objectCount(page)).toBe(2);
  await give(page, "drop", png(90, 60, [200, 160, 40]), "image/png");
  await expect.poll(() => drawn(page).count()).toBe(3);
  await expect.poll(() => drawn(bob.page).count()).toBe(3);
  for (const person of [ada, bob]) {
    for (const image of await drawn(person.page).all()) expect(await isLoaded(image)).toBe(true);
  }
  const dropped = await drawn(page).last().boundingBox();
  const { x, y } = await boardCentre(page);
  expect(Math.abs((dropped?.x ?? 0) + (dropped?.width ?? 0) / 2 - x)).toBeLessThan(2);
  expect(Math.abs((dropped?.y ?? 0) + (dropped?.height ?? 0) / 2 - y)).toBeLessThan(2);
  await page.getByRole("application", { name: "Whiteboard" }).focus();
  await page.keyboard.press("Control+z");
  await expect.poll(() => drawn(bob.page).count()).toBe(2);
  await page.keyboard.press("Control+y");
  await expect.poll(() => drawn(bob.page).count()).toBe(3);
  await page.getByRole("button", { name: /List of objects/ }).click();
  await page.getByRole("button", { name: /Image “Green leaf”/ }).waitFor();
  await page.getByRole("button", { name: "Close list" }).click();
  expect([...ada.problems, ...bob.problems]).toEqual([]);
  await bob.context.close();
});

it("[BO14] what is no picture is refused with a sentence that says what to do, and can be dismissed", async () => {
  const { page } = ada;
  const svg = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`,
  );
  await give(page, "paste", svg, "image/svg+xml");
  const row = page.getByRole("list", { name: "Pictures on their way" });
  await row.getByText(/Use PNG, JPEG, GIF or WebP/).waitFor();
  expect(await violations(page, "refused picture")).toEqual([]);
  await row.getByRole("button", { name: /Dismiss/ }).click();
  await row.waitFor({ state: "detached" });
  const huge = Buffer.concat([png(5, 5)], 11 * 1024 * 1024);
  await choosePicture(page, "huge.png", "image/png", huge);
  await row.getByText(/more than it may have/).waitFor();
  await row.getByRole("button", { name: /Dismiss/ }).click();
  expect(await objectCount(page)).toBe(3);
  expect(ada.problems).toEqual([]);
});

it("[BO14] after a reload the pictures are there again, also in the history and in what is saved of it", async () => {
  const { page } = ada;
  await page.reload();
  await expect.poll(() => drawn(page).count()).toBe(3);
  await page.getByRole("button", { name: "History of the board" }).click();
  const past = page.locator('.history-picture [data-kind="image"] image');
  await expect.poll(() => past.count()).toBe(3);
  const save = async (name: string) => {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export and import" }).click();
    await page.getByRole("menuitem", { name }).click();
    return await (await download).path();
  };
  const svg = readFileSync(await save("Save as SVG"), "utf8");
  expect(svg.match(/href="data:image\/(png|jpeg);base64,/g)).toHaveLength(3);
  expect(svg).not.toContain("blob:");
  const file = await save("Save as PNG");
  expect(extname(file)).toBe("");
  const colours = await page.evaluate(
    `(async (base64) => {
      const picture = new Image();
      picture.src = "data:image/png;base64," + base64;
      await picture.decode();
      const canvas = new OffscreenCanvas(picture.width, picture.height);
      const pen = canvas.getContext("2d");
      pen.drawImage(picture, 0, 0);
      const { data } = pen.getImageData(0, 0, picture.width, picture.height);
      const found = new Set();
      for (let i = 0; i < data.length; i += 4) found.add(data.slice(i, i + 3).join());
      return [...found];
    })("${readFileSync(file).toString("base64")}")`,
  );
  expect(colours).toEqual(expect.arrayContaining(["40,140,70", "200,160,40"]));
  expect(ada.problems).toEqual([]);
});

it("[BH12] a board saved as JSON shows its pictures in another session, where others see them too", async () => {
  const { page } = ada;
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export and import" }).click();
  await page.getByRole("menuitem", { name: "Save as JSON" }).click();
  const file = await (await download).path();

  await page.goto(session.product.url);
  await startSession(page, "More leaves");
  await page.getByRole("button", { name: "History of the board" }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Export and import" }).click();
  await page.getByRole("menuitem", { name: "Import JSON" }).click();
  await (
    await chooser
  ).setFiles({
    name: "leaves.json",
    mimeType: "application/json",
    buffer: readFileSync(file),
  });
  await page.getByText("3 objects were imported.").waitFor();
  await page.getByRole("button", { name: "Close history" }).click();

  const bob = await session.join("Bob");
  for (const person of [page, bob.page]) {
    await expect.poll(() => drawn(person).count()).toBe(3);
    for (const image of await drawn(person).all()) expect(await isLoaded(image)).toBe(true);
  }
  expect([...ada.problems, ...bob.problems]).toEqual([]);
});
