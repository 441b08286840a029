import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { BoardScene } from "./boardScene.ts";
import { byDrawingOrder } from "../shapes/drawingOrder.ts";

const change = fc.record({
  id: fc.constantFrom("a", "b", "c", "d", "e", "f"),
  x: fc.nat(300),
  drawnAt: fc.nat(4),
  groupId: fc.option(fc.constantFrom("g", "h"), { nil: null }),
  isDeleted: fc.boolean(),
});

test.prop([fc.array(fc.array(change, { maxLength: 90 }), { maxLength: 12 })])(
  "[BO5] after any changes the scene has what the document has, in drawing order, by place and by group",
  (batches) => {
    const scene = new BoardScene();
    const objects = new Map<string, CanvasObject>();
    for (const batch of batches) {
      const changes = batch.map(({ id, x, drawnAt, groupId, isDeleted }) => {
        const place = { x, y: 0, width: 50, height: 50 };
        const object = { id, kind: "rect" as const, ...place, groupId, metadata: { drawnAt } };
        if (isDeleted) objects.delete(id);
        else objects.set(id, object);
        return [id, isDeleted ? undefined : object] as const;
      });
      scene.apply(changes);
      const expected = [...objects.values()].sort(byDrawingOrder);
      expect(scene.list()).toEqual(expected);
      expect(scene.within({ x: 100, y: 0, width: 50, height: 9 })).toEqual(
        expected.filter(({ x }) => Number(x) > 50 && Number(x) < 150),
      );
      for (const one of expected) {
        const group = expected.filter(({ groupId }) => groupId && groupId === one.groupId);
        const wanted = one.groupId ? group : [one];
        expect(scene.groupAround(one).sort()).toEqual(wanted.map(({ id }) => id).sort());
      }
    }
  },
);
