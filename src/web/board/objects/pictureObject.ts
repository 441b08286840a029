/** A picture as an object of the board: as large as it is, unless it would fill the board. Pure (rule BO14). */
import { sourceOf } from "../../../../convex/contract/board/pictureIds.ts";
import type { NewObject } from "./newObject.ts";
import { round } from "./objectGeometry.ts";
import type { Point, Size } from "../layers/viewport.ts";

const MAX_SIDES = { width: 640, height: 480 }; // board pixels; it can be resized
const MIN_SIDE = 24; // smaller could not be taken hold of
const NAMELESS = /^(image|picture|screenshot|clipboard|img|dsc|pxl)?[\W_\d]*$/i; // what machines call files

export interface AddedPicture {
  imageId: string;
  /** Of the file itself; says what the picture shows when it says anything. */
  name: string;
  /** Its own pixels. */
  size: Size;
}

/** `middle`: where its middle goes, in board pixels. */
export function pictureObject({ imageId, name, size }: AddedPicture, middle: Point): NewObject {
  const shrink = Math.min(1, MAX_SIDES.width / size.width, MAX_SIDES.height / size.height);
  const grow = Math.max(1, MIN_SIDE / Math.max(size.width, size.height));
  const width = round(size.width * shrink * grow);
  const height = round(size.height * shrink * grow);
  const stem = name.replace(/\.\w+$/, "").trim();
  const place = { x: round(middle.x - width / 2), y: round(middle.y - height / 2), width, height };
  return {
    kind: "image",
    src: sourceOf(imageId),
    ...place,
    ...(NAMELESS.test(stem) ? {} : { label: stem }),
  };
}
