import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CANVAS_KINDS,
  type CanvasKind,
  type CanvasObject,
} from "../../convex/contract/boardOps.ts";
import { openBoardTab } from "./boardTab.ts";
import type { Person } from "./browser.ts";
import { boardCentre, objectCount } from "./classroom.ts";
import { openSession, type OpenSession } from "./openSession.ts";

/** Every kind of object on the board, as hands and keys meet it. */

let session: OpenSession;
let ada: Person;
let board: Locator;

const press = async (...keys: string[]) => {
  for (const key of keys) await ada.page.keyboard.press(key);
};
const drawn = (kind: CanvasKind) => board.locator(`[data-kind="${kind}"]`);
const button = (name: string) => ada.page.getByRole("button", { name, exact: true });

async function drag(dx: number, dy: number, from?: { x: number; y: number }): Promise<void> {
  const { x, y } = from ?? (await boardCentre(ada.page));
  await ada.page.mouse.move(x, y);
  await ada.page.mouse.down();
  for (let step = 1; step <= 6; step++) {
    await ada.page.mouse.move(x + (dx * step) / 6, y + (dy * step) / 6);
  }
  await ada.page.mouse.up();
}

beforeAll(async () => {
  session = await openSession("Everything on a board");
  ada = session.owner;
  board = ada.page.getByRole("application", { name: "Whiteboard" });
});
afterAll(async () => {
  await session.close();
});

describe("by hand", () => {
  it("[BO8] a formula, a highlight and a question are drawn, edited, and taken back one by one", async () => {
    await board.focus();
    await press("f", "Enter");
    const editor = ada.page.getByLabel("Text on the board");
    await editor.fill("\\frac{a}{b}");
    await press("Escape");
    await drawn("latex_svg").locator(".katex").waitFor();
    await board.focus();
    await press("m");
    await drag(120, 30);
    await expect.poll(() => drawn("highlight_stroke").count()).toBe(1);
    await button("Question").click();
    const { x, y } = await boardCentre(ada.page);
    await ada.page.mouse.click(x - 200, y + 200);
    await editor.fill("Why is that so?");
    await press("Escape");
    await drawn("question_tag").getByText("Why is that so?").waitFor();
    expect(await objectCount(ada.page)).toBe(3);
    await board.focus();
    await press("Enter");
    await editor.fill("And why not?");
    await press("Escape");
    await drawn("question_tag").getByText("And why not?").waitFor();
    await board.focus();
    await press("Control+z");
    await drawn("question_tag").getByText("Why is that so?").waitFor();
    await press("Control+z", "Control+z", "Control+z", "Control+z");
    await expect.poll(() => objectCount(ada.page)).toBe(0);
  });

  it("a pointer is seen for a moment and is gone by itself", async () => {
    await board.focus();
    await press("l");
    const { x, y } = await boardCentre(ada.page);
    await ada.page.mouse.click(x, y);
    await drawn("pointer_ping").waitFor({ state: "attached" });
    await expect.poll(() => drawn("pointer_ping").count()).toBe(0);
    expect(await objectCount(ada.page)).toBe(0);
  });

  it.each([
    ["Table", "Stack | Heap\nfast | large"],
    ["Flow chart", "Read\nThink\nWrite"],
    ["Timeline", "1543: Copernicus\n1609: Kepler"],
    ["Graph", "x^2\n-2..2"],
    ["Card", "What it means"],
    ["Quiz question", "Yes\nNo"],
  ])("[BO9] a %s is inserted as one thing that is moved and deleted whole", async (name, lines) => {
    await button("Insert").click();
    await ada.page.getByRole("button", { name }).click();
    await ada.page.locator("dialog input").fill("All in one");
    await ada.page.locator("dialog textarea").fill(lines);
    await ada.page.locator("dialog").getByRole("button", { name: "Insert" }).click();
    await expect.poll(() => objectCount(ada.page)).toBeGreaterThan(2);
    await board.getByText("All in one").waitFor();
    await board.focus();
    const place = async () => (await board.getByText("All in one").boundingBox())?.x ?? 0;
    const before = await place();
    await press("Shift+ArrowRight");
    await expect.poll(place).toBeGreaterThan(before);
    await press("Delete");
    await expect.poll(() => objectCount(ada.page)).toBe(0);
  });
});

const layoutSpec = {
  nodes: ["Rain", "River"].map((id) => ({ id, width: 120, height: 48 })),
  edges: [{ source: "Rain", target: "River" }],
};
/** What each kind needs to be seen. */
const LOOKS: Record<CanvasKind, Partial<CanvasObject>> = {
  rect: {},
  ellipse: { width: 90, height: 50 },
  circle: { radius: 30 },
  text: { text: "A text", width: 90 },
  textbox: { text: "A box of text", width: 90 },
  line: { points: [0, 0, 80, 40] },
  arrow: { points: [0, 40, 80, 0] },
  path: { points: "M 0 0 L 60 40 L 80 0" },
  polygon: {
    width: 80,
    height: 60,
    points: [
      [0, 0],
      [1, 0],
      [0.5, 1],
    ],
  },
  triangle: { width: 80, height: 60 },
  image: { width: 100, height: 60, label: "A cell" },
  group: { objects: [{ id: "in", kind: "rect", x: 0, y: 0, width: 60, height: 40 }] },
  radio: { label: "A choice" },
  latex_svg: { width: 120, height: 60, metadata: { latex: "x^2" } },
  graph_layout: { metadata: { layoutSpec } },
  highlight_stroke: {
    points: [
      [0, 0],
      [90, 10],
    ],
  },
  pointer_ping: {},
  question_tag: { text: "Why?" },
};

describe("of every kind", () => {
  it("[BO10] each is drawn, and found, named, moved, deleted and brought back by keys alone", async () => {
    const tab = await openBoardTab(ada.page);
    tab.doc.transact(() => {
      CANVAS_KINDS.forEach((kind, i) => {
        const place = { x: 60 + (i % 6) * 250, y: 80 + Math.floor(i / 6) * 260 };
        const metadata = { ...LOOKS[kind].metadata, drawnAt: i };
        tab.objects.set(`a-${kind}`, { id: `a-${kind}`, kind, ...place, ...LOOKS[kind], metadata });
      });
    });
    await expect.poll(() => objectCount(ada.page)).toBe(CANVAS_KINDS.length);
    await board.focus();
    await press("0", "Escape");
    /** From nothing selected, by the bracket. */
    const selectNth = async (index: number) => {
      await press("Escape", ...Array.from({ length: index + 1 }, () => "]"));
    };
    const status = ada.page.locator(".board").getByRole("status");
    for (const kind of CANVAS_KINDS) {
      expect(await board.locator(`[data-object-id="a-${kind}"]`).count()).toBe(1);
      await selectNth(CANVAS_KINDS.indexOf(kind));
      expect(await status.innerText()).not.toBe("");
      const x = () => tab.objects.get(`a-${kind}`)?.x;
      const before = Number(x());
      await press("Shift+ArrowRight");
      await expect.poll(x, { message: kind }).toBe(before + 64);
      await press("Delete");
      await expect.poll(x).toBeUndefined();
      await press("Control+z", "Control+z");
      await expect.poll(x).toBe(before);
    }
    tab.close();
    expect(ada.problems).toEqual([]);
  });

  it("[BO10] a hand drags, resizes and groups what it takes hold of", async () => {
    const rect = board.locator('[data-object-id="a-rect"]');
    await board.focus();
    await press("v", "Escape");
    const box = (await rect.boundingBox())!;
    await drag(40, 30, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
    await expect.poll(async () => (await rect.boundingBox())!.x).toBeGreaterThan(box.x + 30);
    const corner = (await ada.page.locator('[data-handle="se"]').boundingBox())!;
    await drag(30, 30, { x: corner.x + corner.width / 2, y: corner.y + corner.height / 2 });
    await expect
      .poll(async () => (await rect.boundingBox())!.width)
      .toBeGreaterThan(box.width + 20);
    await press("Control+a", "Control+g");
    await button("Take the group apart").waitFor();
    await press("Escape");
    const now = (await rect.boundingBox())!;
    await ada.page.mouse.click(now.x + now.width / 2, now.y + now.height / 2);
    await press("Delete");
    await expect.poll(() => objectCount(ada.page)).toBe(0);
    await press("Control+z");
    await expect.poll(() => objectCount(ada.page)).toBe(CANVAS_KINDS.length);
    expect(ada.problems).toEqual([]);
  });

  it("[BO20] while a hand moves the board, draws or drags, the picture of all objects is left as it is", async () => {
    const tab = await openBoardTab(ada.page);
    await board.focus();
    await press("Escape", "0");
    /** How often the picture was changed since the last call. */
    const changes = () =>
      ada.page.evaluate<number>(`(() => {
        globalThis.seenChanges ??= new MutationObserver(() => undefined);
        const records = seenChanges.takeRecords();
        const whole = { subtree: true, childList: true, attributes: true, characterData: true };
        seenChanges.observe(document.querySelector(".board-paper"), whole);
        return records.length;
      })()`);
    const { x, y } = await boardCentre(ada.page);
    const circle = async (cx: number, cy: number) => {
      for (let step = 0; step < 12; step++) {
        await ada.page.mouse.move(cx + 40 * Math.sin(step), cy + 40 * Math.cos(step));
      }
    };
    const rect = board.locator('[data-object-id="a-rect"]');
    await expect.poll(async () => (await rect.boundingBox())?.width).toBeGreaterThan(0);
    await changes();

    const before = (await rect.boundingBox())!;
    await ada.page.mouse.move(x, y);
    await ada.page.mouse.wheel(0, 40);
    await expect.poll(async () => (await rect.boundingBox())!.y).toBeLessThan(before.y - 30);
    await press("p");
    await ada.page.mouse.down();
    await circle(x, y);
    await expect.poll(() => board.locator("path.board-stroke").count()).toBe(1);
    expect(await changes()).toBe(0);
    await ada.page.mouse.up();
    await press("Control+z", "v");

    const now = (await rect.boundingBox())!;
    const [left, top] = [now.x + now.width / 2, now.y + now.height / 2];
    await ada.page.mouse.move(left, top);
    await ada.page.mouse.down();
    await circle(left, top);
    await board.locator('.board-layer:not(:first-child) [data-object-id="a-rect"]').waitFor();
    await changes();
    const told = tab.objects.get("a-rect")?.x;
    await expect
      .poll(async () => {
        await circle(left, top);
        return tab.objects.get("a-rect")?.x;
      })
      .not.toBe(told);
    expect(await changes()).toBe(0);
    await ada.page.mouse.up();
    await expect
      .poll(() => ada.page.locator('.board-paper [data-object-id="a-rect"]').count())
      .toBe(1);
    tab.close();
    expect(ada.problems).toEqual([]);
  });
});
