import { resolve } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startProduct, type Product } from "../support/product.ts";
import {
  ANALYSIS,
  CARD,
  MODEL_NAME,
  PLAN,
  QUESTIONS,
  QUIZ,
  REPORT,
  startScriptedModel,
  type ScriptedModel,
} from "../support/scriptedModel.ts";
import { launchBrowser, newPerson, type Person } from "./browser.ts";
import {
  answered,
  ask,
  enterAsGuest,
  objectCount,
  open,
  speaking,
  startSession,
  uploadAndWatch,
} from "./classroom.ts";

/**
 * The same lesson with a language model: what the model says is what is shown, from the analysis to the
 * report, and when it fails the page says so and asks again.
 */

const FILE = "what-is-ownership.html";

let model: ScriptedModel;
let product: Product;
let browser: Browser;
let ada: Person;

beforeAll(async () => {
  model = await startScriptedModel();
  product = await startProduct({
    MODEL_BASE_URL: model.baseUrl,
    MODEL_NAME,
    MODEL_API_KEY: "any",
  });
  browser = await launchBrowser();
  ada = await newPerson(browser, product.url);
  await enterAsGuest(ada.page, "Ada");
  await startSession(ada.page, "Ownership");
});
afterAll(async () => {
  await browser.close();
  await product.dispose();
  await model.stop();
});

it("the page names the model and does not speak of quotations", async () => {
  const health = await fetch(`${product.url}/healthz`);
  expect(await health.json()).toMatchObject({ status: "ok", model: MODEL_NAME });
  await open(ada.page, "Conversation");
  await ada.page.getByRole("textbox", { name: "Ask the tutor" }).waitFor();
  expect(await ada.page.getByText(/No AI model is configured/).count()).toBe(0);
});

it("the model's analysis and plan are shown, with the pages they are from", async () => {
  await uploadAndWatch(ada.page, resolve("test/fixtures/documents", FILE));
  const panel = await open(ada.page, "Documents");
  await panel.getByRole("button", { name: FILE, exact: true }).click();
  await panel.getByText(ANALYSIS.summary).waitFor();
  const concepts = panel.getByRole("region", { name: "Key concepts" });
  expect(await concepts.innerText()).toContain(ANALYSIS.keyConcepts[0]!.explanation);
  const terms = panel.getByRole("region", { name: "Terms" });
  await terms.getByRole("button", { name: /^Page \d+$/ }).waitFor();
  const plan = await open(ada.page, "Lesson");
  for (const { title } of PLAN.objectives) await plan.getByText(title).waitFor();
});

it("[V2.2.1] [V2.2.2] the model's words stream in, and its citations open the passages", async () => {
  const answer = await ask(ada.page, QUESTIONS.cited);
  const lengths = new Set<number>();
  const growing = async () => {
    lengths.add((await answer.innerText().catch(() => "")).length);
    return await answer.getByRole("button", { name: /^Source 2/ }).count();
  };
  await expect.poll(growing, { interval: 20 }).toBe(1);
  await answered(ada.page);
  expect(lengths.size).toBeGreaterThan(3);
  expect(await answer.innerText()).toContain("Every value has one owner");
  await answer
    .getByRole("button", { name: /^Source 1/ })
    .first()
    .click();
  const reader = ada.page.getByRole("region", { name: FILE });
  await reader.locator("mark").first().waitFor();
  await reader.getByRole("button", { name: "Close document" }).click();
});

it("the model draws on the board, and the answer leads there", async () => {
  expect(await objectCount(ada.page)).toBe(0);
  const answer = await ask(ada.page, QUESTIONS.drawn);
  await expect.poll(() => objectCount(ada.page)).toBeGreaterThan(0);
  await answered(ada.page);
  await ada.page.getByRole("application", { name: "Whiteboard" }).getByText(CARD.title).waitFor();
  await answer.getByText("I drew both on the board").waitFor();
  await answer.getByRole("button", { name: "Show on the board" }).click();
});

it("a model that fails is an answer that failed, and asking again helps", async () => {
  await ask(ada.page, QUESTIONS.refused);
  const failed = ada.page.locator('.exchange[data-phase="failed"]');
  await failed.getByText(/cannot be reached/).waitFor();
  model.isDown = false;
  await failed.getByRole("button", { name: "Ask again" }).click();
  const last = ada.page.getByRole("article", { name: "Answer of the tutor" }).last();
  await last.getByText("It is up again").waitFor();
  await answered(ada.page);
});

it("a stream that breaks keeps what was said, says that it broke, and asking again helps", async () => {
  await ask(ada.page, QUESTIONS.cut);
  const failed = ada.page.locator('.exchange[data-phase="failed"]').last();
  await failed.getByText(/cut off midway/).waitFor();
  expect(await failed.innerText()).toContain("The line held this time");
  model.isCutting = false;
  await failed.getByRole("button", { name: "Ask again" }).click();
  const last = ada.page.getByRole("article", { name: "Answer of the tutor" }).last();
  await last.getByText("down to the last word").waitFor();
  await answered(ada.page);
});

it("an answer is stopped, keeps what was said and says so", async () => {
  const answer = await ask(ada.page, QUESTIONS.endless);
  await speaking(ada.page);
  await ada.page.getByRole("button", { name: "Stop" }).click();
  await answered(ada.page);
  await answer.getByText(/stopped/i).waitFor();
  expect(await answer.innerText()).toContain("And ");
});

it("the model's quiz is taken and graded by its key", async () => {
  const panel = await open(ada.page, "Quiz");
  await panel.getByRole("button", { name: "Make quiz" }).click();
  const [choice, short] = QUIZ.questions;
  await panel.getByText(choice!.prompt).waitFor();
  const questions = panel.getByRole("group", { name: /^Question \d+/ });
  await questions.nth(0).getByRole("radio", { name: "One", exact: true }).check();
  await questions.nth(0).getByRole("button", { name: "Check answer" }).click();
  await questions.nth(1).getByRole("textbox", { name: "Your answer" }).fill("free");
  await questions.nth(1).getByRole("button", { name: "Check answer" }).click();
  await panel.getByText(short!.explanation).waitFor();
  await panel.getByRole("status", { name: "Score" }).getByText("1 of 2 right").waitFor();
});

it("the model's report counts what happened and says it in its own words", async () => {
  await ada.page.getByRole("button", { name: "Session menu" }).click();
  await ada.page.getByRole("menuitem", { name: "End session" }).click();
  await ada.page.getByRole("button", { name: "End session" }).click();
  const report = ada.page.getByRole("article", { name: "Session report" });
  await report.getByText(REPORT.summary).waitFor();
  await report.getByText(REPORT.gaps[0]!).waitFor();
  expect(ada.problems).toEqual([]);
});
