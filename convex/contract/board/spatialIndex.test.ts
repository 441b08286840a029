import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { unionBox, type CanvasObject } from "../boardOps.ts";
import { objectsWithin } from "./findObjects.ts";
import { extentOf } from "./objectExtent.ts";
import { SpatialIndex } from "./spatialIndex.ts";

const place = fc.record({
  x: fc.integer({ min: -50, max: 400 }),
  y: fc.integer({ min: -50, max: 400 }),
  width: fc.integer({ min: 0, max: 120 }),
  height: fc.integer({ min: 0, max: 120 }),
});
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant("set" as const), id: fc.nat(30), box: place }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("delete" as const), id: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("ask" as const), box: place }) },
);

test.prop([fc.array(step, { maxLength: 120 }), place])(
  "[BV12] finds what a look at every object finds, whatever was moved and deleted before",
  (steps, last) => {
    const index = new SpatialIndex();
    const objects = new Map<string, CanvasObject>();
    for (const one of [...steps, { type: "ask" as const, box: last }]) {
      if (one.type === "set") {
        const object = { id: `o${one.id}`, kind: "rect" as const, ...one.box };
        objects.set(object.id, object);
        index.set(object.id, object);
      } else if (one.type === "delete") {
        objects.delete(`o${one.id}`);
        index.set(`o${one.id}`, undefined);
      } else {
        const found = new Set(index.within(one.box));
        expect(found).toEqual(new Set(objectsWithin({ objects }, one.box)));
      }
    }
    const boxes = [...objects.values()].map(extentOf);
    expect(index.extent()).toEqual(boxes.length === 0 ? undefined : unionBox(boxes));
  },
);

it("[BV12] what only touches a place is not in it", () => {
  const index = new SpatialIndex();
  index.set("a", { id: "a", kind: "rect", x: 0, y: 0, width: 10, height: 10 });
  expect(index.within({ x: 10, y: 0, width: 5, height: 5 })).toEqual([]);
  expect(index.within({ x: 9, y: 9, width: 0, height: 0 })).toHaveLength(1);
});
