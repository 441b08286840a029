/**
 * The space that an object covers on the screen: its box, its angle and half its line's width included.
 * Worked out once for each value, since measuring texts and strokes is what costs when thousands lie on
 * a board; objects are values that are replaced and never changed (rule BV1).
 */
import { unionBox, type Box, type CanvasObject } from "../boardOps.ts";
import { angleOf, boxOf } from "./objectBox.ts";

const known = new WeakMap<CanvasObject, Box>();

/** The smallest axis-parallel box around all that is drawn of the object. Board pixels. */
export function extentOf(object: CanvasObject): Box {
  const before = known.get(object);
  if (before !== undefined) return before;
  const extent = grown(turned(straightBox(object), angleOf(object)), lineWidth(object) / 2);
  known.set(object, extent);
  return extent;
}

/** Like `boxOf`, but with the angles of a group's members. */
function straightBox(object: CanvasObject): Box {
  const box = boxOf(object);
  const members = object.objects ?? [];
  if (members.length === 0 || (object.points ?? []).length > 0) return box;
  const straight = unionBox(members.map(boxOf));
  const drawn = unionBox(members.map(extentOf));
  return { ...drawn, x: box.x + drawn.x - straight.x, y: box.y + drawn.y - straight.y };
}

/** The box around `box` turned by `degrees` around its middle. */
function turned(box: Box, degrees: number): Box {
  if (degrees % 180 === 0) return box;
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(radians)), Math.abs(Math.sin(radians))];
  const width = box.width * cos + box.height * sin;
  const height = box.width * sin + box.height * cos;
  const [middleX, middleY] = [box.x + box.width / 2, box.y + box.height / 2];
  return { x: middleX - width / 2, y: middleY - height / 2, width, height };
}

function lineWidth({ kind, strokeWidth }: CanvasObject): number {
  return kind === "text" || kind === "textbox" ? 0 : (strokeWidth ?? 0);
}

/** `box` with `margin` pixels more on each side. */
export function grown(box: Box, margin: number): Box {
  const { x, y, width, height } = box;
  return { x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin };
}
