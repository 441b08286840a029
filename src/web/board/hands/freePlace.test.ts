import { expect, it } from "vitest";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { BoardScene } from "../link/boardScene.ts";
import { freePlace } from "./freePlace.ts";

const size = { width: 100, height: 60 };
const room = { width: 800, height: 600 };
const middle = { x: 400, y: 300 };
const rectAt = (id: string, { x, y }: { x: number; y: number }): CanvasObject => ({
  ...{ id, kind: "rect", x: x - 50, y: y - 30 },
  ...size,
});

it("[BO28] what keys place lies in the middle of the view, and then beside what is there", () => {
  const scene = new BoardScene();
  const places: string[] = [];
  for (let i = 0; i < 20; i++) {
    const place = freePlace(size, middle, scene, room);
    expect(scene.within({ x: place.x - 50, y: place.y - 30, ...size })).toEqual([]);
    expect(place.x - 50).toBeGreaterThanOrEqual(0);
    expect(place.y + 30).toBeLessThanOrEqual(600);
    places.push(JSON.stringify(place));
    scene.apply([[`o${i}`, rectAt(`o${i}`, place)]]);
  }
  expect(places[0]).toBe(JSON.stringify(middle));
  expect(new Set(places).size).toBe(20);
});

it("[BO28] a view that is full takes it in its middle", () => {
  const whole: CanvasObject = { id: "all", kind: "rect", x: 0, y: 0, ...room };
  expect(freePlace(size, middle, BoardScene.of([whole]), room)).toEqual(middle);
});
