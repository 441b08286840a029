import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { canvasObject } from "../../../../convex/contract/boardOps.ts";
import { pictureObject } from "./pictureObject.ts";

const middle = { x: 100, y: 50 };

it("[BO14] a small picture has its own size, a large one fits beside other things", () => {
  const of = (width: number, height: number) =>
    pictureObject({ imageId: "i", name: "", size: { width, height } }, middle);
  expect(of(300, 200)).toMatchObject({ x: -50, y: -50, width: 300, height: 200, src: "file:i" });
  expect(of(4000, 3000)).toMatchObject({ width: 640, height: 480 });
  expect(of(1, 1)).toMatchObject({ width: 24, height: 24 });
});

it("[BO14] a picture is called as its file is, unless a machine named it", () => {
  const named = (name: string) =>
    pictureObject({ imageId: "i", name, size: { width: 9, height: 9 } }, middle).label;
  expect(named("Krebs cycle.png")).toBe("Krebs cycle");
  for (const name of ["image.png", "IMG_2031.jpg", "Screenshot 2026-11-02 10.11.12.png", ""]) {
    expect(named(name)).toBeUndefined();
  }
});

const side = fc.integer({ min: 1, max: 20_000 });
test.prop([side, side])(
  "[BO14] every picture is a valid object in its own proportion",
  (...sides) => {
    const [width, height] = sides;
    const picture = pictureObject({ imageId: "i", name: "", size: { width, height } }, middle);
    const object = canvasObject.parse({ ...picture, id: "i" });
    const [w, h] = [Number(object.width), Number(object.height)];
    // to a tenth of a pixel of either side
    expect(Math.abs(w * height - h * width)).toBeLessThanOrEqual(0.1 * (width + height));
    expect(Math.max(w / 640, h / 480)).toBeLessThanOrEqual(1.001);
  },
);
