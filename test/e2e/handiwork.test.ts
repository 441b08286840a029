import type { CDPSession, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { extentOf } from "../../convex/contract/board/objectExtent.ts";
import { overlaps } from "../../convex/contract/boardOps.ts";
import { violations } from "./accessibility.ts";
import { openBoardTab, type BoardTab } from "./boardTab.ts";
import { newPerson, type Person } from "./browser.ts";
import { boardCentre, enterAsGuest, invitationLink, objectCount } from "./classroom.ts";
import { openSession, type OpenSession } from "./openSession.ts";

/** What hands do with objects beside drawing and moving them: turn, order, label, answer, find, touch. */

let session: OpenSession;
let ada: Person;
let tab: BoardTab;
let board: Locator;

const press = async (...keys: string[]) => {
  for (const key of keys) await ada.page.keyboard.press(key);
};
const button = (name: string | RegExp) => ada.page.getByRole("button", { name, exact: true });
const objectsOf = () => [...tab.objects.values()];
const only = () => objectsOf()[0];

async function drag(page: Page, from: { x: number; y: number }, dx: number, dy: number) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  for (let step = 1; step <= 6; step++) {
    await page.mouse.move(from.x + (dx * step) / 6, from.y + (dy * step) / 6);
  }
  await page.mouse.up();
}

async function middleOf(locator: Locator) {
  const { x, y, width, height } = (await locator.boundingBox())!;
  return { x: x + width / 2, y: y + height / 2 };
}

/** Nothing on the board, nothing selected, the board in focus. @param other who has drawn, besides Ada */
async function clear(other?: Page) {
  await expect
    .poll(async () => {
      // The last step of a gesture may still be on its way, and bring back what it is about.
      tab.doc.transact(() => [...tab.objects.keys()].forEach((id) => tab.objects.delete(id)));
      return [await objectCount(ada.page), await objectCount(other ?? ada.page)];
    })
    .toEqual([0, 0]);
  await board.focus();
  await press("v", "Escape", "0");
}

beforeAll(async () => {
  session = await openSession("Hands");
  ada = session.owner;
  board = ada.page.getByRole("application", { name: "Whiteboard" });
  tab = await openBoardTab(ada.page);
});
afterAll(async () => {
  tab.close();
  await session.close();
});

describe("by mouse and keys", () => {
  it("[BO16] a shape is turned by its handle and by keys, brought to front and back, and each undone", async () => {
    await clear();
    await press("r", "Enter");
    await expect.poll(() => only()?.kind).toBe("rect");
    const handle = await middleOf(ada.page.locator('[data-handle="turn"]'));
    const centre = await middleOf(board.locator('[data-kind="rect"]'));
    await drag(ada.page, handle, 120, 60);
    const bearing = Math.atan2(handle.x + 120 - centre.x, centre.y - handle.y - 60);
    const expected = (bearing * 180) / Math.PI;
    await expect.poll(() => Math.abs((only()?.angle ?? 0) - expected)).toBeLessThan(2);
    const byHand = only()?.angle ?? 0;
    await board.focus();
    await press(".");
    await expect.poll(() => only()?.angle ?? 0).toBeCloseTo(byHand + 15, 0);
    await press("Control+z");
    await expect.poll(() => only()?.angle).toBe(byHand);
    await press("o", "Enter");
    await expect.poll(() => objectCount(ada.page)).toBe(2);
    const order = async () => {
      const shapes = await board.locator(".board-layer [data-object-id]").all();
      return (await Promise.all(shapes.map((one) => one.getAttribute("data-kind")))).join(" ");
    };
    await expect.poll(order).toBe("rect ellipse");
    await press("PageDown");
    await expect.poll(order).toBe("ellipse rect");
    await button("Bring to front").click();
    await expect.poll(order).toBe("rect ellipse");
    expect(await violations(ada.page, "turned and selected")).toEqual([]);
  });

  it("[BO17] a shape takes a label by Enter and by double click, which moves with it", async () => {
    await clear();
    await press("r", "Enter");
    await expect.poll(() => only()?.kind).toBe("rect");
    await press("Enter");
    const editor = ada.page.getByLabel("Text on the board");
    await editor.fill("Cell");
    await press("Escape");
    await board.getByText("Cell").waitFor();
    const shape = board.locator('[data-kind="rect"]');
    await press("Escape");
    const [before, label] = [await middleOf(shape), await middleOf(board.getByText("Cell"))];
    expect(Math.hypot(before.x - label.x, before.y - label.y)).toBeLessThan(12);
    await drag(ada.page, { x: before.x - 36, y: before.y - 20 }, 90, 40);
    await expect
      .poll(async () => (await middleOf(board.getByText("Cell"))).x)
      .toBeGreaterThan(label.x + 60);
    const moved = await middleOf(shape);
    await ada.page.mouse.dblclick(moved.x - 36, moved.y - 20);
    await editor.fill("Membrane");
    await press("Escape");
    await board.getByText("Membrane").waitFor();
    expect(await objectCount(ada.page)).toBe(2);
  });

  it("[BO23] a turned text is edited as it lies, in the lines it is drawn in", async () => {
    await clear();
    const text = "Water rises as steam, cools and falls as rain";
    const kind = { kind: "textbox", text, width: 200, height: 80, fontSize: 24 } as const;
    tab.objects.set("steep", { id: "steep", ...kind, x: 500, y: 300, angle: 60 });
    const drawn = ada.page.locator('[data-object-id="steep"] text');
    const before = await middleOf(drawn);
    await ada.page.mouse.dblclick(before.x, before.y);
    const editor = ada.page.getByLabel("Text on the board");
    await editor.waitFor();
    const during = await middleOf(editor);
    expect(Math.hypot(during.x - before.x, during.y - before.y)).toBeLessThan(12);
    const { width, height } = (await editor.boundingBox())!;
    expect(height).toBeGreaterThan(width); // it lies steeply, as the text does
    await ada.page.keyboard.type("!");
    await press("Escape");
    await expect.poll(() => only()?.text).toBe(`${text}!`);
    expect(only()?.angle).toBe(60);
    await clear();
  });

  it("[BO19] lines go from end to end, polygons corner by corner, by keys of a usual size", async () => {
    await clear();
    const { x, y } = await boardCentre(ada.page);
    await press("i");
    await drag(ada.page, { x, y }, 100, 50);
    await expect.poll(() => only()?.kind).toBe("line");
    await button("Polygon").click();
    for (const [dx, dy] of [
      [-200, -100],
      [-80, -100],
      [-80, 0],
      [-200, -100],
    ] as const) {
      await ada.page.mouse.click(x + dx, y + dy);
    }
    const polygon = () => objectsOf().find(({ kind }) => kind === "polygon");
    await expect.poll(() => polygon()?.points?.length).toBe(3);
    await board.focus();
    await press("y");
    await ada.page.mouse.click(x + 150, y + 100);
    await ada.page.mouse.click(x + 250, y + 100);
    await press("Escape");
    expect(await objectCount(ada.page)).toBe(2);
    await press("y", "Enter");
    await expect.poll(() => objectCount(ada.page)).toBe(3);
  });

  it("[BO18] objects are found in the list, shown and selected together", async () => {
    await clear();
    tab.doc.transact(() => {
      for (let i = 0; i < 30; i++) {
        const words = i % 10 === 0 ? `Leaf ${i}` : `Root ${i}`;
        const place = { x: 4_000 + i * 300, y: 4_000 };
        tab.objects.set(`n${i}`, { id: `n${i}`, kind: "text", text: words, ...place });
      }
    });
    await button(/List of objects/).click();
    await ada.page.getByRole("searchbox", { name: "Find on the board" }).fill("leaf");
    const outline = ada.page.getByRole("region", { name: "Objects on the board" });
    await outline.getByText("3 objects found").waitFor();
    expect(await outline.getByRole("listitem").count()).toBe(3);
    expect(await violations(ada.page, "search on the board")).toEqual([]);
    await press("Enter");
    await expect.poll(() => outline.locator('[aria-current="true"]').count()).toBe(3);
    await board.locator('[data-object-id="n20"]').waitFor({ state: "attached" });
    await button("Close list").click();
  });
});

describe("with keys", () => {
  it("[BO28] what is placed lies beside what is there; what is selected is highlighted and asked about", async () => {
    await clear();
    for (const tool of ["r", "o", "a"]) await press(tool, "Enter", "Escape");
    await expect.poll(() => objectCount(ada.page)).toBe(3);
    const boxes = objectsOf().map(extentOf);
    expect(overlaps(boxes[0]!, boxes[1]!)).toBe(false);
    await press("[");
    const arrow = objectsOf().find(({ kind }) => kind === "arrow")!;
    await press("m", "Enter");
    const mark = () => objectsOf().find(({ kind }) => kind === "highlight_stroke");
    await expect.poll(mark).toBeDefined();
    expect(overlaps(extentOf(mark()!), extentOf(arrow))).toBe(true);
    await press("Control+z", "Escape", "]", "}", "q", "Enter");
    await ada.page.getByLabel("Text on the board").fill("Why these?");
    await press("Escape");
    const tag = () => objectsOf().find(({ kind }) => kind === "question_tag");
    await expect.poll(tag).toBeDefined();
    expect(tag()?.metadata?.["linkedObjectId"]).toBe(
      objectsOf().find(({ kind }) => kind === "rect")?.id,
    );
    await press("l", "Enter");
    await board.locator('[data-kind="pointer_ping"]').waitFor({ state: "attached" });
  });

  it("[WD12] what is undone, or deleted by others, is not selected any more", async () => {
    await clear();
    const chip = ada.page.getByText("About 1 selected on the board");
    await press("r", "Enter");
    await chip.waitFor();
    await press("Control+z");
    await chip.waitFor({ state: "detached" });
    await press("o", "Enter");
    await expect.poll(only).toBeDefined();
    await chip.waitFor();
    tab.objects.delete(only()!.id);
    await chip.waitFor({ state: "detached" });
  });

  it("[WP26] leaving the words of an object leads to where one clicked", async () => {
    await clear();
    await press("t", "Enter");
    const editor = ada.page.getByLabel("Text on the board");
    await editor.fill("Half");
    await ada.page.getByRole("textbox", { name: "Ask the tutor" }).click();
    await editor.waitFor({ state: "detached" });
    await ada.page.keyboard.type("here");
    expect(await ada.page.getByRole("textbox", { name: "Ask the tutor" }).inputValue()).toBe(
      "here",
    );
    await ada.page.getByRole("textbox", { name: "Ask the tutor" }).fill("");
    await board.getByText("Half").waitFor();
  });
});

describe("a question on the board", () => {
  it("[BO15] is answered by a click, once, and by keys; the tutor hears it, and observers cannot", async () => {
    await clear();
    await button("Insert").click();
    await button("Quiz question").click();
    await ada.page.locator("dialog input").fill("Which one?");
    await ada.page.locator("dialog textarea").fill("One\nTwo");
    await ada.page.locator("dialog").getByRole("button", { name: "Insert" }).click();
    await board.getByText("B. Two").waitFor();
    const bob = await newPerson(session.browser, await invitationLink(ada.page, "Observer"));
    await enterAsGuest(bob.page, "Bob");
    const choices = (page: Page) => page.locator('.board [data-kind="circle"]').count();
    await expect.poll(() => choices(bob.page)).toBe(2);
    const far = await middleOf(bob.page.locator(".board").getByText("A. One"));
    await bob.page.mouse.click(far.x, far.y);
    await bob.page.getByRole("application", { name: "Whiteboard" }).focus();
    for (const key of ["Control+a", "Control+d", "Delete"]) await bob.page.keyboard.press(key);
    expect(await choices(bob.page)).toBe(2); // nothing is drawn there, not even for himself (BO29)
    await board.focus();
    await press("Escape");
    const { x, y } = await middleOf(board.getByText("B. Two"));
    await ada.page.mouse.click(x, y);
    await expect.poll(() => choices(ada.page)).toBe(3);
    await expect.poll(() => choices(bob.page)).toBe(3);
    await ada.page.getByText("My answer to “Which one?” is: B. Two").first().waitFor();
    const first = await middleOf(board.getByText("A. One"));
    await ada.page.mouse.click(first.x, first.y);
    await press("Escape");
    expect(await choices(ada.page)).toBe(3);
    await press("Control+z");
    await expect.poll(() => choices(ada.page)).toBe(2);
    const selector = objectsOf().find(({ metadata }) => metadata?.role === "option_selector");
    const index = objectsOf()
      .sort((a, b) => (a.metadata?.drawnAt ?? 0) - (b.metadata?.drawnAt ?? 0))
      .findIndex(({ id }) => id === selector?.id);
    await press(...Array.from({ length: index + 1 }, () => "]"));
    await button("Answer with this choice").waitFor();
    await press("Enter");
    await expect.poll(() => choices(bob.page)).toBe(3);
    expect([...ada.problems, ...bob.problems]).toEqual([]);
    await bob.context.close();
  });
});

describe("by touch", () => {
  let eve: Person;
  let fingers: CDPSession;
  let surface: Locator;

  /** Fingers at these places; none lifts them. */
  async function touch(
    type: "touchStart" | "touchMove" | "touchEnd",
    ...points: [number, number][]
  ) {
    const touchPoints = points.map(([x, y], id) => ({ x, y, id }));
    await fingers.send("Input.dispatchTouchEvent", { type, touchPoints });
  }
  async function swipe(from: [number, number], to: [number, number]) {
    await touch("touchStart", from);
    for (let step = 1; step <= 5; step++) {
      const at = (i: 0 | 1) => from[i] + ((to[i] - from[i]) * step) / 5;
      await touch("touchMove", [at(0), at(1)]);
    }
    await touch("touchEnd");
  }
  /** By taps until it is chosen: browsers take a first one after a swipe for its end. */
  async function choose(tool: string) {
    const button = eve.page.getByRole("button", { name: tool, exact: true });
    await expect
      .poll(async () => {
        await button.tap();
        return await button.getAttribute("aria-pressed");
      })
      .toBe("true");
  }
  const zoom = async () => Number.parseInt(await eve.page.locator(".board-zoom").innerText(), 10);
  const shown = (kind: string) => surface.locator(`[data-kind="${kind}"]`);

  beforeAll(async () => {
    const link = await invitationLink(ada.page, "Student");
    eve = await newPerson(session.browser, link, { isPhone: true });
    await enterAsGuest(eve.page, "Eve");
    await eve.page.getByRole("tab", { name: "Board" }).click();
    surface = eve.page.getByRole("application", { name: "Whiteboard" });
    await surface.waitFor();
    fingers = await eve.context.newCDPSession(eve.page);
  });

  it("[BO30] a finger draws with every tool it chose, moves and turns what it drew", async () => {
    await clear(eve.page);
    const { x, y } = await boardCentre(eve.page);
    await choose("Pen");
    await swipe([x - 60, y - 120], [x + 60, y - 100]);
    await expect.poll(() => shown("path").count()).toBe(1);
    await choose("Rectangle");
    await swipe([x - 50, y - 20], [x + 50, y + 50]);
    await expect.poll(() => shown("rect").count()).toBe(1);
    const before = await middleOf(shown("rect"));
    await swipe([before.x, before.y], [before.x + 40, before.y + 60]);
    await expect.poll(async () => (await middleOf(shown("rect"))).y).toBeGreaterThan(before.y + 40);
    const handle = await middleOf(eve.page.locator('[data-handle="turn"]'));
    await swipe([handle.x, handle.y], [handle.x + 80, handle.y + 60]);
    const rect = () => objectsOf().find(({ kind }) => kind === "rect");
    await expect.poll(() => rect()?.angle ?? 0).toBeGreaterThan(20);
  });

  it("[BO24] a finger takes hold of a small object between its handles", async () => {
    await clear(eve.page);
    const { x, y } = await boardCentre(eve.page);
    await choose("Rectangle");
    await swipe([x - 7, y - 5], [x + 7, y + 5]);
    await expect.poll(() => only()?.kind).toBe("rect");
    const before = only()!;
    await eve.page.locator('[data-handle="se"]').waitFor();
    await expect
      .poll(async () => {
        if (only()?.y === before.y) await swipe([x + 6, y + 4], [x + 56, y + 74]); // its edge, not its middle
        return Number(only()?.y);
      })
      .toBeGreaterThan(Number(before.y) + 100);
    expect([only()?.width, only()?.height]).toEqual([before.width, before.height]);
    await choose("Rectangle");
    await swipe([x - 60, y - 60], [x + 40, y + 10]);
    await expect.poll(() => objectsOf().length).toBe(2);
  });

  it("[BO30] two fingers zoom and move the board, and draw nothing, whatever the tool", async () => {
    const { x, y } = await boardCentre(eve.page);
    const [count, first] = [await objectCount(eve.page), await zoom()];
    await choose("Pen");
    await touch("touchStart", [x - 40, y]);
    await touch("touchStart", [x - 40, y], [x + 40, y]);
    for (let reach = 50; reach <= 120; reach += 10) {
      await touch("touchMove", [x - reach, y], [x + reach, y]);
    }
    await touch("touchEnd");
    await expect.poll(zoom).toBeGreaterThan(2 * first);
    const place = await middleOf(shown("rect").last());
    const magnified = await zoom();
    await touch("touchStart", [x - 60, y - 80]);
    await touch("touchStart", [x - 60, y - 80], [x + 60, y - 80]);
    for (let step = 1; step <= 6; step++) {
      await touch("touchMove", [x - 60, y - 80 + step * 10], [x + 60, y - 80 + step * 10]);
    }
    await touch("touchEnd");
    const later = async () => (await middleOf(shown("rect").last())).y;
    await expect.poll(later).toBeGreaterThan(place.y + 40);
    expect(Math.abs((await zoom()) - magnified)).toBeLessThan(5);
    expect(await objectCount(eve.page)).toBe(count);
    expect(eve.problems).toEqual([]);
  });
});
