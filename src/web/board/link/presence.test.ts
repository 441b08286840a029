import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { parsePresence, strokePreview } from "./presence.ts";

const user = { userId: "u1", name: "Ada", colour: "#2463c9" };

it.each([
  null,
  "Ada",
  {},
  { user: { ...user, colour: "red; background: url(//evil)" } },
  { user, cursor: { x: Number.NaN, y: 0 } },
  { user, stroke: { points: ["1"], colour: "#000", size: 3 } },
])("[WD10] a state that does not fit is nobody (%#)", (state) => {
  expect(parsePresence(state)).toBeUndefined();
});

const coordinate = fc.double({ min: -1e5, max: 1e5, noNaN: true });
const pen = fc.array(fc.record({ x: coordinate, y: coordinate, pressure: fc.constant(0.5) }), {
  minLength: 1,
  maxLength: 1_000,
});

test.prop([pen])("[WD10] a stroke under way always fits and is understood", (points) => {
  const stroke = { points: strokePreview(points), colour: "#1f2a26", size: 4 };
  expect(JSON.stringify(stroke).length).toBeLessThan(8 * 1024);
  expect(parsePresence({ user, stroke })?.stroke).toEqual(stroke);
});
