import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { byDrawingOrder } from "./drawingOrder.ts";

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
