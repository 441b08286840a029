import { resolve } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startProduct, type Product } from "../support/product.ts";
import { violations } from "./accessibility.ts";
import { launchBrowser, newPerson, type Person } from "./browser.ts";
import {
  answered,
  ask,
  enterAsGuest,
  invitationLink,
  objectCount,
  open,
  startSession,
  uploadAndWatch,
  type View,
} from "./classroom.ts";

/**
 * The lesson for whoever comes: with a phone, without a mouse, with a screen reader, in the dark. Each
 * person goes the whole way by their own means.
 */

const FILE = "what-is-ownership.html";
const DOCUMENT = resolve("test/fixtures/documents", FILE);
const QUESTION = "What happens when an owner goes out of scope?";
const VIEWS: View[] = ["Conversation", "Lesson", "Documents", "Quiz", "Report"];

/** What is used of an element here, where the DOM's types are not known. */
type Matching = { matches(selector: string): boolean };

let product: Product;
let browser: Browser;

beforeAll(async () => {
  product = await startProduct();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await product.dispose();
});

describe("with a phone", () => {
  let ada: Person;

  /** What does not fit shows by moving aside, which a thumb finds by accident. */
  async function expectToFit(page: Page): Promise<void> {
    const overhang = "document.documentElement.scrollWidth - innerWidth";
    expect(await page.evaluate(overhang)).toBe(0);
  }

  /** Draws 80 pixels down and right, and rests: a flung finger would swallow the next tap. */
  async function dragFinger(from: { x: number; y: number }): Promise<void> {
    const touch = await ada.context.newCDPSession(ada.page);
    const send = async (type: "touchStart" | "touchMove" | "touchEnd", distance: number[]) => {
      const touchPoints = distance.map((by) => ({ x: from.x + by, y: from.y + by }));
      await touch.send("Input.dispatchTouchEvent", { type, touchPoints });
      await ada.page.evaluate("new Promise(requestAnimationFrame)");
    };
    await send("touchStart", [0]);
    for (let by = 10; by <= 80; by += 10) await send("touchMove", [by]);
    for (let frame = 0; frame < 12; frame++) await send("touchMove", [80 + (frame % 2)]);
    await send("touchEnd", []);
  }

  it("[WP18] the way from the door to an answer fits 390 pixels", async () => {
    ada = await newPerson(browser, product.url, { isPhone: true });
    await ada.page.getByLabel("Your name").waitFor();
    await expectToFit(ada.page);
    await enterAsGuest(ada.page, "Ada");
    await ada.page.getByRole("heading", { name: "Hello, Ada" }).waitFor();
    await expectToFit(ada.page);
    await startSession(ada.page, "Ownership in Rust, on the way to school and back again");
    await uploadAndWatch(ada.page, DOCUMENT);
    const answer = await ask(ada.page, QUESTION);
    await answer.getByRole("button", { name: /^Source 1/ }).waitFor();
    await answered(ada.page);
    for (const view of VIEWS) {
      await open(ada.page, view);
      await expectToFit(ada.page);
    }
  });

  it("the board is a tab, and takes strokes of a finger", async () => {
    await ada.page.getByRole("tab", { name: "Board" }).tap();
    await expectToFit(ada.page);
    const board = ada.page.getByRole("application", { name: "Whiteboard" });
    const before = await objectCount(ada.page);
    await ada.page.getByRole("button", { name: "Rectangle", exact: true }).tap();
    const box = (await board.boundingBox())!;
    await dragFinger({ x: box.x + 80, y: box.y + box.height - 160 });
    await expect.poll(() => objectCount(ada.page)).toBe(before + 1);
  });

  it("a citation opens its passage over the whole screen, and closing leads back", async () => {
    await open(ada.page, "Conversation");
    await ada.page
      .getByRole("button", { name: /^Source 1/ })
      .first()
      .tap();
    const reader = ada.page.getByRole("region", { name: FILE });
    await reader.locator("mark").first().waitFor();
    await expectToFit(ada.page);
    await reader.getByRole("button", { name: "Close document" }).tap();
    await ada.page.getByRole("textbox", { name: "Ask the tutor" }).waitFor();
    expect(ada.problems).toEqual([]);
  });
});

describe("without a mouse", () => {
  let eve: Person;

  const hasFocus = (target: Locator) =>
    target.evaluate((element) => (element as unknown as Matching).matches(":focus"));
  /** Goes on with Tab until the element has the focus; that it can be reached is the point. */
  async function tabTo(target: Locator): Promise<void> {
    await target.waitFor();
    for (let step = 0; step < 80; step++) {
      if (await hasFocus(target)) return;
      await eve.page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not lead to ${String(target)}`);
  }
  const press = (key: string) => eve.page.keyboard.press(key);
  const type = (text: string) => eve.page.keyboard.type(text);
  /** Opens a view with the arrow keys of the tab list. */
  async function arrowTo(view: View): Promise<void> {
    await tabTo(eve.page.locator('[role="tab"][aria-selected="true"]'));
    const tab = eve.page.getByRole("tab", { name: view });
    for (let step = 0; step < 6; step++) {
      if ((await tab.getAttribute("aria-selected")) === "true") return;
      await press("ArrowRight");
    }
    throw new Error(`the arrows do not lead to ${view}`);
  }

  it("[WP19] one enters, starts a session and uploads", async () => {
    eve = await newPerson(browser, product.url);
    eve.page.on("filechooser", (chooser) => void chooser.setFiles(DOCUMENT));
    await tabTo(eve.page.getByLabel("Your name"));
    await type("Eve");
    await press("Enter");
    await tabTo(eve.page.getByLabel("What do you want to learn?"));
    await type("Ownership");
    await press("Enter");
    const heading = eve.page.getByRole("heading", { name: "Ownership", level: 1 });
    await heading.waitFor();
    await expect.poll(() => hasFocus(heading)).toBe(true);
    await arrowTo("Documents");
    await tabTo(eve.page.getByRole("button", { name: "Upload documents" }));
    await press("Enter");
    const steps = eve.page.getByRole("group", { name: `Progress of ${FILE}` });
    const done = () => steps.locator('[data-step="done"]').count();
    await expect.poll(done).toBe(4);
  });

  it("[WP19] a document that was looked at is left to where it stands, and a question is kept", async () => {
    await arrowTo("Conversation");
    await tabTo(eve.page.getByLabel("Ask the tutor"));
    await type("What is a sta");
    await arrowTo("Documents");
    const document = eve.page.getByRole("button", { name: FILE, exact: true });
    await tabTo(document);
    await press("Enter");
    await eve.page.getByRole("region", { name: "Summary" }).waitFor();
    await press("Shift+Tab");
    expect(await hasFocus(eve.page.getByRole("button", { name: "All documents" }))).toBe(true);
    await press("Enter");
    await expect.poll(() => hasFocus(document)).toBe(true);
    await arrowTo("Conversation");
    const question = eve.page.getByLabel("Ask the tutor");
    expect(await question.inputValue()).toBe("What is a sta");
    await question.fill("");
  });

  it("one asks, opens a citation, closes the reader and is back at the citation", async () => {
    await arrowTo("Conversation");
    await tabTo(eve.page.getByLabel("Ask the tutor"));
    await type(QUESTION);
    await press("Enter");
    const source = eve.page.getByRole("button", { name: /^Source 1/ }).first();
    await source.waitFor();
    await answered(eve.page);
    await tabTo(source);
    await press("Enter");
    const reader = eve.page.getByRole("region", { name: FILE });
    await reader.locator("mark").first().waitFor();
    await press("Escape");
    await reader.waitFor({ state: "detached" });
    expect(await hasFocus(source)).toBe(true);
  });

  it("[WP26] a toolbar is one stop, and its arrow keys lead to each of its buttons", async () => {
    const tools = eve.page.getByRole("toolbar", { name: "Drawing tools" });
    await tabTo(eve.page.getByRole("application", { name: "Whiteboard" }));
    await press("Tab");
    expect(await hasFocus(tools.getByRole("button", { name: "Select" }))).toBe(true);
    await press("ArrowDown");
    await press("ArrowRight");
    expect(await hasFocus(tools.getByRole("button", { name: "Pen" }))).toBe(true);
    await press("Tab");
    expect(await tools.locator(":focus").count()).toBe(0);
    await press("Shift+Tab");
    expect(await hasFocus(tools.getByRole("button", { name: "Pen" }))).toBe(true);
    await press("Home");
    await press("Enter");
  });

  it("[WP26] a dialog begins with what can be used, and Escape closes it alone", async () => {
    const bar = eve.page.getByRole("toolbar", { name: "Board controls" });
    await tabTo(bar.locator("button:enabled").first());
    await press("End");
    await press("ArrowLeft");
    await press("Enter");
    const history = eve.page.getByRole("region", { name: "History" });
    await tabTo(history.getByRole("button", { name: "Name this version" }));
    await press("Enter");
    expect(await hasFocus(eve.page.getByRole("dialog").getByRole("textbox"))).toBe(true);
    await press("Escape");
    await eve.page.getByRole("dialog").waitFor({ state: "detached" });
    const picture = history.getByRole("img", { name: /Picture of the board/ });
    await tabTo(picture);
    const place = () => picture.locator("svg > g").getAttribute("transform");
    const before = await place();
    await press("ArrowLeft");
    await expect.poll(place).not.toBe(before);
    await press("Escape");
    await history.waitFor({ state: "detached" });
  });

  it("[WP26] a button of a toolbar that has done its work keeps the focus, or hands it on", async () => {
    const bar = eve.page.getByRole("toolbar", { name: "Board controls" });
    const undo = bar.getByRole("button", { name: "Undo" });
    await tabTo(eve.page.getByRole("application", { name: "Whiteboard" }));
    const before = await objectCount(eve.page);
    for (const key of ["r", "Enter", "o", "Enter", "Control+a"]) await press(key);
    await expect.poll(() => objectCount(eve.page)).toBe(before + 2);
    await tabTo(bar.locator('button[tabindex="0"]'));
    await press("Home");
    for (let step = 0; step < 12; step++) {
      if (await hasFocus(bar.getByRole("button", { name: "Group", exact: true }))) break;
      await press("ArrowRight");
    }
    await press("Enter"); // there is nothing to group any more, so this button is gone
    await expect.poll(() => bar.locator(":focus").count()).toBe(1);
    await press("Home");
    for (let step = 0; step < 12 && (await undo.isEnabled()); step++) await press("Enter");
    expect(await undo.isEnabled()).toBe(false);
    expect(await hasFocus(undo)).toBe(true);
    await press("Enter");
    await press("ArrowRight");
    expect(await hasFocus(bar.getByRole("button", { name: "Redo" }))).toBe(true);
    await expect.poll(() => objectCount(eve.page)).toBeLessThanOrEqual(before);
  });

  it("one draws, moves, writes and takes it back", async () => {
    const board = eve.page.getByRole("application", { name: "Whiteboard" });
    await tabTo(board);
    const before = await objectCount(eve.page);
    await press("r");
    await press("Enter");
    await expect.poll(() => objectCount(eve.page)).toBe(before + 1);
    const rectangle = board.locator('[data-kind="rect"]').last();
    const place = async () => (await rectangle.boundingBox())?.x ?? 0;
    const start = await place();
    await press("Shift+ArrowRight");
    await expect.poll(place).toBeGreaterThan(start);
    await press("Control+z");
    await expect.poll(place).toBe(start);
    const width = async () => (await rectangle.boundingBox())?.width ?? 0;
    const narrow = await width();
    await press("Control+ArrowRight");
    await expect.poll(width).toBeGreaterThan(narrow);
    await press("Control+z");
    await expect.poll(width).toBe(narrow);
    await press("p");
    await press("Enter");
    for (let step = 0; step < 20; step++) await press(step % 3 ? "ArrowRight" : "ArrowDown");
    expect(await objectCount(eve.page)).toBe(before + 1);
    await press("Space");
    await expect.poll(() => objectCount(eve.page)).toBe(before + 2);
    await press("Escape");
    await press("Control+z");
    await expect.poll(() => objectCount(eve.page)).toBe(before + 1);
    await press("t");
    await press("Enter");
    await eve.page.getByLabel("Text on the board").waitFor();
    await type("Stack");
    await press("Escape");
    await expect.poll(() => objectCount(eve.page)).toBe(before + 2);
    await press("Control+z");
    await press("Control+z");
    await expect.poll(() => objectCount(eve.page)).toBe(before);
    expect(eve.problems).toEqual([]);
  });
});

describe("by the measure of axe-core, in light and dark", () => {
  let kim: Person;
  const judge = async (place: string) => expect.soft(await violations(kim.page, place)).toEqual([]);
  const button = (name: string | RegExp) => kim.page.getByRole("button", { name });

  it("[WP20] the door and its forms are in order", async () => {
    kim = await newPerson(browser, product.url);
    await kim.page.getByLabel("Your name").waitFor();
    await judge("entry");
    await button("Create an account").click();
    await judge("create an account");
  });

  it("home, its menus and its dialogs are in order", async () => {
    await kim.page.goto(product.url);
    await enterAsGuest(kim.page, "Kim");
    await startSession(kim.page, "Ownership");
    await kim.page.getByRole("link", { name: "Your sessions" }).click();
    await kim.page.getByRole("heading", { name: "Hello, Kim" }).waitFor();
    await judge("home");
    await button("Actions for Ownership").click();
    await judge("menu of a session");
    await kim.page.getByRole("menuitem", { name: "Rename" }).click();
    await judge("rename dialog");
    await kim.page.keyboard.press("Escape");
    await button("Actions for Ownership").click();
    await kim.page.getByRole("menuitem", { name: "Delete" }).click();
    await judge("delete dialog");
    await kim.page.keyboard.press("Escape");
    await button("Account of Kim").click();
    await judge("account menu");
    await kim.page.keyboard.press("Escape");
    await kim.page.getByRole("link", { name: "Ownership" }).click();
    await kim.page.getByRole("heading", { name: "Ownership", level: 1 }).waitFor();
  });

  it("the views of a session are in order, empty and full", async () => {
    for (const view of VIEWS) {
      await open(kim.page, view);
      await judge(`${view}, empty`);
    }
    await uploadAndWatch(kim.page, DOCUMENT);
    await judge("Documents");
    await kim.page.getByRole("button", { name: FILE, exact: true }).click();
    await kim.page.getByRole("region", { name: "Summary" }).waitFor();
    await judge("analysis");
    await open(kim.page, "Lesson");
    await judge("Lesson");
    const answer = await ask(kim.page, QUESTION);
    await answer.getByRole("button", { name: /^Source 1/ }).waitFor();
    await answered(kim.page);
    await judge("Conversation");
    await answer
      .getByRole("button", { name: /^Source 1/ })
      .first()
      .click();
    await kim.page.getByRole("region", { name: FILE }).locator("mark").first().waitFor();
    await judge("reader");
    await button("Close document").click();
    await button(/List of objects/).click();
    await judge("list of objects");
    await button(/List of objects/).click();
    await button("Keys of the board").click();
    await judge("keys of the board");
    await kim.page.keyboard.press("Escape");
  });

  it("a quiz, the dialogs of a session and its report are in order", async () => {
    const panel = await open(kim.page, "Quiz");
    await panel.getByRole("button", { name: "Make quiz" }).click();
    const question = panel.getByRole("group", { name: /^Question 1/ });
    await question.waitFor();
    await judge("quiz");
    if ((await question.getByRole("radio").count()) > 0) {
      await question.getByRole("radio").first().check();
    } else await question.getByRole("textbox", { name: "Your answer" }).fill("memory");
    await question.getByRole("button", { name: "Check answer" }).click();
    await panel.getByRole("status", { name: "Feedback" }).first().waitFor();
    await judge("quiz, answered");

    const link = await invitationLink(kim.page, "Student");
    const lee = await newPerson(browser, link);
    await lee.page.getByText("You have been invited to a session.").waitFor();
    await lee.context.close();
    await button("Invite").click();
    await judge("invite dialog");
    await kim.page.keyboard.press("Escape");
    await button("Session menu").click();
    await judge("session menu");
    await kim.page.getByRole("menuitem", { name: "People" }).click();
    await judge("people dialog");
    await kim.page.keyboard.press("Escape");
    await button("Session menu").click();
    await kim.page.getByRole("menuitem", { name: "End session" }).click();
    await judge("end dialog");
    await button("End session").click();
    await kim.page.getByRole("article", { name: "Session report" }).waitFor();
    await judge("Report");
    expect(kim.problems).toEqual([]);
  });
});
