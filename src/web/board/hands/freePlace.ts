/**
 * Where the keyboard puts something new: as near as can be to where one looks, but not on what is there, since
 * whoever draws without a hand cannot simply aim beside it. Pure (rule BO28).
 */
import type { BoardScene } from "../link/boardScene.ts";
import type { Point, Size } from "../layers/viewport.ts";

const GAP = 24; // board pixels
const STEPS = 4; // looked at in each direction

/**
 * The middle of a free place of this size, within `room` around `middle`; `middle` itself where all is taken.
 * Board pixels.
 */
export function freePlace(
  { width, height }: Size,
  middle: Point,
  scene: Pick<BoardScene, "within">,
  room: Size,
): Point {
  const steps = Array.from({ length: 2 * STEPS + 1 }, (_, i) => i - STEPS);
  const places = steps.flatMap((down) =>
    steps.map((right) => ({
      x: middle.x + right * (width + GAP),
      y: middle.y + down * (height + GAP),
    })),
  );
  const farness = ({ x, y }: Point) => Math.hypot(x - middle.x, y - middle.y);
  const isWithin = ({ x, y }: Point) =>
    Math.abs(x - middle.x) <= (room.width - width) / 2 &&
    Math.abs(y - middle.y) <= (room.height - height) / 2;
  const isFree = ({ x, y }: Point) => {
    const [left, top] = [x - (width + GAP) / 2, y - (height + GAP) / 2];
    return scene.within({ x: left, y: top, width: width + GAP, height: height + GAP }).length === 0;
  };
  const near = places.filter(isWithin).sort((a, b) => farness(a) - farness(b));
  return near.find(isFree) ?? middle;
}
