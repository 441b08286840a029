import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { byDrawingOrder, drawnAt, topmost } from "./drawingOrder.ts";

const object = fc.record({
  id: fc.string({ minLength: 1, maxLength: 4 }),
  kind: fc.constant("rect" as const),
  metadata: fc.record({ drawnAt: fc.integer({ min: 0, max: 3 }) }),
});

test.prop([fc.uniqueArray(object, { selector: ({ id }) => id })])(
  "[WD11] the order is the same however the objects arrived",
  (objects) => {
    expect(objects.toSorted(byDrawingOrder)).toEqual(objects.toReversed().sort(byDrawingOrder));
  },
);

it("[BO26] what is new lies over all but what claims to be of the far future", () => {
  const now = 1_000_000;
  const at = (id: string, time: number) =>
    ({ id, kind: "rect", metadata: { drawnAt: time } }) as const;
  const ordered = [at("low", -1e308), at("a", now - 5), at("b", now + 5), at("far", 1e308)];
  expect(ordered.toReversed().sort(byDrawingOrder)).toEqual(ordered);
  expect(topmost(ordered, now)?.id).toBe("b");
  expect(ordered.map(drawnAt).every(Number.isSafeInteger)).toBe(true);
});
