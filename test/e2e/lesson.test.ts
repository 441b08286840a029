import { resolve } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startProduct, type Product } from "../support/product.ts";
import { launchBrowser, newPerson, type Person } from "./browser.ts";
import {
  answered,
  ask,
  boardCentre,
  drawStroke,
  enterAsGuest,
  invitationLink,
  objectCount,
  open,
  speaking,
  startSession,
  uploadAndWatch,
} from "./classroom.ts";

/**
 * The main job as two people do it, in real browsers against the real product: what a newcomer is
 * promised, step by step, on documents of different kinds.
 */

const LESSONS = [
  {
    file: "introduction-to-r.pdf",
    title: "An introduction to R",
    question: "What is a factor in R?",
    longQuestion: "How are data imported and exported, and which functions help with that?",
    answerMentions: /factor/i,
    concept: /vector|factor|R system|data\.?frame|function/i,
    pages: 27,
  },
  {
    file: "what-is-ownership.html",
    title: "Ownership in Rust",
    question: "What happens when an owner goes out of scope?",
    longQuestion: "What is the difference between the stack and the heap?",
    answerMentions: /scope/i,
    concept: /ownership|scope|heap|stack/i,
    pages: 10,
  },
];

describe.each(LESSONS)("a lesson on $file", (lesson) => {
  let product: Product;
  let browser: Browser;
  let ada: Person;
  let bob: Person;

  beforeAll(async () => {
    product = await startProduct();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await product.dispose();
  });
  it("two people enter as guests and meet in a session by its link", async () => {
    ada = await newPerson(browser, product.url);
    await enterAsGuest(ada.page, "Ada");
    await startSession(ada.page, lesson.title);
    const link = await invitationLink(ada.page, "Student");

    bob = await newPerson(browser, link);
    await enterAsGuest(bob.page, "Bob");
    await bob.page.getByRole("heading", { name: lesson.title, level: 1 }).waitFor();
    await ada.page.getByRole("button", { name: /People here: .*Bob/ }).waitFor();
    expect(new URL(bob.page.url()).search).toBe(""); // the code does not stay in the address
  });

  it("[V4.1.1] [V4.1.2] a document is uploaded, and its progress is seen live by both", async () => {
    const file = resolve("test/fixtures/documents", lesson.file);
    const bobsDocuments = await open(bob.page, "Documents");
    const seen = await uploadAndWatch(ada.page, file);
    // A short document is read before a second page number can be seen.
    if (lesson.pages > 20) expect(seen.join("\n")).toMatch(/Reading page \d+ of \d+/);
    expect(seen.join("\n")).toMatch(/Analysing/);
    await bobsDocuments.getByText(`${lesson.pages} pages`).waitFor();
  });

  it("the analysis names concepts and terms with pages that open", async () => {
    const panel = await open(bob.page, "Documents");
    await panel.getByRole("button", { name: lesson.file, exact: true }).click();
    await panel.getByRole("region", { name: "Summary" }).waitFor();
    const concepts = panel.getByRole("region", { name: "Key concepts" });
    expect(await concepts.innerText()).toMatch(lesson.concept);
    const terms = panel.getByRole("region", { name: "Terms" });
    await terms
      .getByRole("button", { name: /^Page \d+$/ })
      .first()
      .click();
    const reader = bob.page.getByRole("region", { name: lesson.file });
    await reader.getByRole("document").waitFor();
    await reader.getByRole("button", { name: "Close document" }).click();
  });

  it("[V2.2.5] the focus of the plan is moved, and the other person sees it move", async () => {
    const adasPlan = await open(ada.page, "Lesson");
    const bobsPlan = await open(bob.page, "Lesson");
    await adasPlan.getByRole("listitem").nth(1).waitFor();
    const move = adasPlan.getByRole("button", { name: /^Focus on / }).first();
    const objective = (await move.getAttribute("aria-label"))?.replace("Focus on ", "") ?? "";
    await move.click();
    await bobsPlan.getByRole("heading", { name: `${objective} Current focus` }).waitFor();
  });

  it("[V2.2.1] [V2.2.2] an answer streams to both, with a citation that opens its passage", async () => {
    await open(bob.page, "Conversation");
    const answer = await ask(ada.page, lesson.question);
    const lengths: number[] = [];
    await expect
      .poll(
        async () => {
          lengths.push((await answer.innerText().catch(() => "")).length);
          return await answer.getByRole("button", { name: /^Source 1/ }).count();
        },
        { interval: 30 },
      )
      .toBe(1);
    expect(new Set(lengths).size).toBeGreaterThan(3); // it grew before it was whole
    await answered(ada.page);
    expect(await answer.innerText()).toMatch(lesson.answerMentions);

    const bobsAnswer = bob.page.getByRole("article", { name: "Answer of the tutor" }).last();
    await expect.poll(() => bobsAnswer.innerText()).toBe(await answer.innerText());
    await bobsAnswer.getByRole("button", { name: /^Source 1/ }).click();
    const reader = bob.page.getByRole("region", { name: lesson.file });
    await reader.locator("mark").first().waitFor();
    await reader.getByRole("button", { name: "Close document" }).click();
  });

  it("the tutor's drawing, people's strokes and their cursors are on both boards", async () => {
    await ask(ada.page, "Give me an overview of this document."); // is always drawn
    await answered(ada.page);
    await expect.poll(() => objectCount(ada.page)).toBeGreaterThan(0);
    const before = await objectCount(ada.page);
    await expect.poll(() => objectCount(bob.page)).toBe(before);

    await drawStroke(ada.page);
    await expect.poll(() => objectCount(bob.page)).toBe(before + 1);
    await drawStroke(bob.page);
    await expect.poll(() => objectCount(ada.page)).toBe(before + 2);

    const { x, y } = await boardCentre(bob.page);
    await bob.page.mouse.move(x + 40, y - 40);
    await bob.page.mouse.move(x + 60, y - 60);
    await ada.page.locator('.cursor[data-user-name="Bob"]').waitFor();

    await ada.page.getByRole("button", { name: "Undo" }).click(); // takes back Ada's own, not Bob's
    await expect.poll(() => objectCount(bob.page)).toBe(before + 1);
    await ada.page.getByRole("button", { name: "Redo" }).click();
    await expect.poll(() => objectCount(bob.page)).toBe(before + 2);
  });

  it("[V4.1.4] a quiz is made from the document, answered, graded and explained", async () => {
    const panel = await open(bob.page, "Quiz");
    await panel.getByRole("button", { name: "Make quiz" }).click();
    const questions = panel.getByRole("group", { name: /^Question \d+/ });
    await questions.first().waitFor();
    const count = await questions.count();
    expect(count).toBeGreaterThanOrEqual(4);
    for (let index = 0; index < count; index++) {
      const question = questions.nth(index);
      const options = question.getByRole("radio");
      if ((await options.count()) > 0) await options.first().check();
      else await question.getByRole("textbox", { name: "Your answer" }).fill("memory");
      await question.getByRole("button", { name: "Check answer" }).click();
      await panel.getByRole("status", { name: "Feedback" }).nth(index).waitFor();
    }
    expect(await panel.getByRole("status", { name: "Score" }).innerText()).toMatch(
      new RegExp(`of ${count} right`),
    );
  });

  it("kill -9 while an answer streams loses nothing that was acknowledged", async () => {
    const objects = await objectCount(ada.page);
    await ask(ada.page, lesson.longQuestion);
    await speaking(ada.page);
    await product.restart();
    for (const { page } of [ada, bob]) await page.reload();

    const adasAnswers = ada.page.getByRole("article", { name: "Answer of the tutor" });
    await open(ada.page, "Conversation");
    await expect.poll(() => adasAnswers.count()).toBe(3);
    expect(await adasAnswers.nth(0).innerText()).toMatch(lesson.answerMentions);
    await adasAnswers
      .last()
      .getByText(/interrupted/i)
      .waitFor();
    await expect.poll(() => objectCount(ada.page)).toBe(objects);
    await expect.poll(() => objectCount(bob.page)).toBe(objects);

    const again = await ask(ada.page, lesson.question);
    await again.getByRole("button", { name: /^Source 1/ }).waitFor();
    await answered(ada.page);
  });

  it("the session is ended and its report is read by both", async () => {
    await ada.page.getByRole("button", { name: "Session menu" }).click();
    await ada.page.getByRole("menuitem", { name: "End session" }).click();
    await ada.page.getByRole("button", { name: "End session" }).click();
    for (const { page } of [ada, bob]) {
      const panel = await open(page, "Report");
      const report = panel.getByRole("article", { name: "Session report" });
      await report.waitFor();
      expect(await report.innerText()).toMatch(/questions? asked/i);
    }
  });

  it("nobody's page reported an error of its own", () => {
    // While the server was dead the browser itself reports connections that failed.
    const own = (problem: string) =>
      !/WebSocket|ERR_CONNECTION|Failed to (load|fetch)/.test(problem);
    expect([...ada.problems, ...bob.problems].filter(own)).toEqual([]);
  });
});
