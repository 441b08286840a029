import { afterAll, beforeAll, expect, it } from "vitest";
import { violations } from "./accessibility.ts";
import type { Person } from "./browser.ts";
import { drawStroke, objectCount, open } from "./classroom.ts";
import { openSession, type OpenSession } from "./openSession.ts";

/** What the board tells of who drew: live for the owner, and for everyone in the ended session's report. */

let session: OpenSession;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  session = await openSession("Group work", "Ada Alder");
  ada = session.owner;
  bob = await session.join("Bob Birch");
});
afterAll(async () => {
  await session.close();
});

it("the people who are here are named by the button's own text, to machines as well", async () => {
  await ada.page.getByRole("button", { name: "People here: Ada Alder, Bob Birch" }).waitFor();
  await bob.page.getByRole("button", { name: "People here: Bob Birch, Ada Alder" }).waitFor();
  expect(await violations(ada.page, "two people")).toEqual([]);
});

it("[BV10] the owner sees live who draws how much of what, a student does not", async () => {
  const panel = await open(ada.page, "Report");
  const insights = panel.getByRole("region", { name: "Board insights" });
  await insights.getByText("Nothing has been drawn.").waitFor();
  for (const count of [1, 2]) {
    await drawStroke(bob.page);
    await expect.poll(() => objectCount(ada.page)).toBe(count);
  }
  const people = insights.getByRole("list", { name: "By person" });
  await people
    .getByRole("listitem")
    .filter({ hasText: "Bob Birch" })
    .getByText("2 drawings")
    .waitFor();
  await people.getByRole("img", { name: "2 objects over time" }).waitFor();
  await drawStroke(ada.page);
  await insights.getByText("3 objects, 0 of them the tutor’s.").waitFor();
  expect(await people.getByRole("listitem").count()).toBe(2);
  expect(await violations(ada.page, "insights")).toEqual([]);
  const bobs = await open(bob.page, "Report");
  await bobs.getByText("No report yet").waitFor();
  expect(await bobs.getByRole("region", { name: "Board insights" }).count()).toBe(0);
});

it("[RE3] the report of the ended session keeps them, for everyone", async () => {
  await ada.page.getByRole("button", { name: "Session menu" }).click();
  await ada.page.getByRole("menuitem", { name: "End session" }).click();
  await ada.page.getByRole("button", { name: "End session" }).click();
  for (const { page } of [ada, bob]) {
    await page.getByRole("article", { name: "Session report" }).waitFor();
    await page.reload();
    const insights = page.getByRole("region", { name: "Board insights" });
    await insights.getByText(/^3 objects.*As the board was when the session ended/).waitFor();
    const bobs = insights.getByRole("listitem").filter({ hasText: "Bob Birch" });
    await bobs.getByText("2 drawings").waitFor();
  }
  expect(await violations(ada.page, "report with insights")).toEqual([]);
  expect([...ada.problems, ...bob.problems]).toEqual([]);
});
