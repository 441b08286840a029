import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { boxOf } from "../../../../convex/contract/board/objectBox.ts";
import {
  CANVAS_KINDS,
  canvasObject,
  type CanvasObject,
} from "../../../../convex/contract/boardOps.ts";
import { INSERT_FORMS } from "./insertForms.ts";
import { addedBy, signedTogether } from "./newObject.ts";
import { withWords, wordsOf } from "./objectText.ts";
import { middleOf, turnPoint } from "./turnObject.ts";

const object = (kind: CanvasObject["kind"]): CanvasObject => ({ id: "o", kind, x: 0, y: 0 });

it("[BO8] what is written is what is read again, and a graph's lines are its arrows", () => {
  for (const kind of CANVAS_KINDS) {
    if (wordsOf(object(kind)) === undefined) continue;
    const written = withWords(object(kind), "rain -> river -> sea\nsun")!;
    expect(canvasObject.safeParse(written).success).toBe(true);
    const lines = kind === "graph_layout" ? "rain -> river\nriver -> sea\nsun" : undefined;
    expect(wordsOf(written)).toBe(lines ?? "rain -> river -> sea\nsun");
  }
});

it("[BO8] a text or formula without words goes, a question tag or a picture stays", () => {
  const kinds = CANVAS_KINDS.filter((kind) => wordsOf(object(kind)) !== undefined);
  const gone = kinds.filter((kind) => withWords(object(kind), " ") === undefined);
  expect(gone).toEqual(["text", "textbox", "latex_svg", "graph_layout"]);
});

test.prop([fc.integer({ min: -180, max: 180 }), fc.lorem({ maxCount: 60 })])(
  "[BO23] the first letter of a turned text stays where it is seen, whatever is written",
  (angle, words) => {
    const before: CanvasObject = { ...object("textbox"), x: 40, y: 60, width: 200, angle };
    const corner = (one: CanvasObject) => turnPoint(boxOf(one), middleOf(boxOf(one)), angle);
    const after = withWords(withWords(before, "One line")!, words)!;
    expect(after.width).toBe(200);
    const first = corner(withWords(before, "One line")!);
    expect(Math.hypot(corner(after).x - first.x, corner(after).y - first.y)).toBeLessThan(0.5);
  },
);

it("[BO9] every form's own example can be inserted, under new ids and as one group of its own", () => {
  let made = 0;
  const sign = (one: Partial<CanvasObject> & Pick<CanvasObject, "kind">): CanvasObject => ({
    ...one,
    id: `new-${made++}`,
    metadata: { ...one.metadata, source: "user", drawnAt: 5 },
  });
  for (const form of INSERT_FORMS) {
    const objects = addedBy(form.plan("A title", form.example, { objects: new Map() }));
    const signed = signedTogether(objects, sign);
    expect(signed.length).toBeGreaterThan(1);
    expect(new Set(signed.map(({ groupId }) => groupId)).size).toBe(1);
    expect(signed[0]?.groupId).not.toBe(objects[0]?.groupId);
    const ids = new Set(signed.map(({ id }) => id));
    for (const { metadata } of signed) {
      if (metadata?.["linked_to"]) expect(ids).toContain(metadata["linked_to"]);
    }
    const times = signed.map(({ metadata }) => metadata?.drawnAt ?? 0);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  }
  expect(() => INSERT_FORMS[0]!.plan("", "only headings", { objects: new Map() })).toThrow();
});
