/** Boards such as a class leaves behind: pen strokes, texts, shapes, some of them turned, in random places. */
import * as prng from "lib0/prng";

import type { CanvasObject } from "../../convex/contract/boardOps.ts";
import { strokeObject } from "../../src/web/board/hands/freehand.ts";

export interface RandomBoard {
  /** An object with this id, another one with every call. */
  object(id: string): CanvasObject;
  /** `count` of them, by id. */
  objects(count: number): Map<string, CanvasObject>;
}

/** `depth`: board pixels over which the objects are spread from top to bottom. */
export function randomBoard(random: prng.PRNG, depth: number): RandomBoard {
  const between = (min: number, max: number) => prng.int32(random, min, max);
  const object = (id: string): CanvasObject => {
    const place = { id, x: between(0, 1_500), y: between(0, depth) };
    const sort = between(0, 3);
    if (sort === 0) {
      return { ...place, ...strokeObject(wave(), "#2463c9", 4), id, x: place.x, y: place.y };
    }
    if (sort === 1) {
      const text = "What the students wrote about it ".repeat(between(1, 4));
      return { ...place, kind: "textbox", text, width: between(80, 300), fontSize: 16 };
    }
    const angle = sort === 2 ? between(0, 90) : 0;
    return { ...place, kind: "rect", width: between(20, 150), height: between(20, 100), angle };
  };
  /** A hand that writes: about as many points as a pen leaves in a second. */
  const wave = () =>
    Array.from({ length: 50 }, (_, i) => {
      return { x: 3 * i + between(0, 2), y: 30 * Math.sin(i / 3) + between(0, 3), pressure: 0.5 };
    });
  return {
    object,
    objects(count) {
      const ids = Array.from({ length: count }, (_, i) => `person-${i}`);
      return new Map(ids.map((id) => [id, object(id)]));
    },
  };
}
