/** What a person does in the page, in the words of its accessible names. */
import { expect, vi } from "vitest";
import type { Locator, Page } from "playwright-core";

/** A question that is being sent or answered. */
const LIVE = ["sending", "thinking", "speaking", "usingTool"]
  .map((phase) => `.exchange[data-phase="${phase}"]`)
  .join(", ");

export type View = "Conversation" | "Lesson" | "Documents" | "Quiz" | "Report";

export async function enterAsGuest(page: Page, name: string): Promise<void> {
  await page.getByLabel("Your name").fill(name);
  await page.keyboard.press("Enter");
}

export async function startSession(page: Page, title: string): Promise<void> {
  await page.getByRole("textbox", { name: "What do you want to learn?" }).fill(title);
  await page.getByRole("button", { name: "Start session" }).click();
  await page.getByRole("heading", { name: title, level: 1 }).waitFor();
}

/** The link that lets others join as `role`. */
export async function invitationLink(page: Page, role: "Student" | "Teacher" | "Observer") {
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByRole("radio", { name: new RegExp(`^${role}`) }).check();
  const link = page.getByRole("textbox", { name: "Invitation link" });
  const url = await vi.waitFor(async () => {
    const value = await link.inputValue();
    expect(value).toContain("invite=");
    return value;
  });
  await page.keyboard.press("Escape");
  return url;
}

export async function open(page: Page, view: View): Promise<Locator> {
  await page.getByRole("tab", { name: view }).click();
  return page.getByRole("tabpanel", { name: view });
}

/** Uploads files and notes every step of progress that is shown until they are planned. */
export async function uploadAndWatch(page: Page, path: string): Promise<string[]> {
  const panel = await open(page, "Documents");
  const name = path.split("/").at(-1) ?? path;
  await page.locator("input[type=file]").first().setInputFiles(path);
  const progress = panel.getByRole("group", { name: `Progress of ${name}` });
  const seen: string[] = [];
  await expect
    .poll(
      async () => {
        const texts = await progress.getByRole("status").allInnerTexts();
        for (const text of texts) if (seen.at(-1) !== text) seen.push(text);
        return await progress.locator('[data-step="done"]').count();
      },
      { interval: 40 },
    )
    .toBe(4);
  return seen;
}

export async function ask(page: Page, question: string): Promise<Locator> {
  await open(page, "Conversation");
  await page.getByRole("textbox", { name: "Ask the tutor" }).fill(question);
  await page.keyboard.press("Enter");
  await page.locator(LIVE).first().waitFor(); // before that the last exchange is another one
  return page.locator(".exchange").last().getByRole("article", { name: "Answer of the tutor" });
}

/** Waits until the tutor has begun to speak. */
export async function speaking(page: Page): Promise<void> {
  await page.locator('.exchange[data-phase="speaking"]').last().waitFor();
}

/** Waits until nothing streams any more. */
export async function answered(page: Page): Promise<void> {
  await page.locator(LIVE).first().waitFor({ state: "detached" });
}

/** Where the mouse can draw: the board's middle, in page pixels. */
export async function boardCentre(page: Page): Promise<{ x: number; y: number }> {
  const box = await page.getByRole("application", { name: "Whiteboard" }).boundingBox();
  if (box === null) throw new Error("the board is not shown");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

export async function drawStroke(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Pen" }).click();
  const { x, y } = await boardCentre(page);
  await page.mouse.move(x - 80, y + 120);
  await page.mouse.down();
  for (let step = 0; step <= 12; step++) {
    await page.mouse.move(x - 80 + step * 12, y + 120 + Math.sin(step) * 20);
  }
  await page.mouse.up();
}

/** How many objects the board says it shows. */
export async function objectCount(page: Page): Promise<number> {
  const name = await page
    .getByRole("button", { name: /List of objects/ })
    .getAttribute("aria-label");
  return Number(/\((\d+)\)/.exec(name ?? "")?.[1] ?? Number.NaN);
}
