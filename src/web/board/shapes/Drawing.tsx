/**
 * Objects in drawing order, as SVG in board pixels: what the board, its past versions and its exports
 * show. Props in, SVG out.
 */
import { memo } from "react";
import { fontSizeOf } from "../../../../convex/contract/board/objectBox.ts";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { ObjectView } from "./ObjectView.tsx";

/** Letters smaller than this on the screen are drawn as lines: nobody reads them, and they cost most. */
const SMALLEST_LETTERS = 4;

interface DrawingProps {
  /** The last lies on top. */
  objects: readonly CanvasObject[];
  /** Screen pixels a board pixel; not given, every letter is drawn. */
  zoom?: number;
}

/** Drawn anew only when it is given another list, so that panning does not go through the objects. */
export const Drawing = memo(function Drawing({ objects, zoom = Infinity }: DrawingProps) {
  return objects.map((object) => (
    <ObjectView
      key={object.id}
      object={object}
      isTiny={fontSizeOf(object) * zoom < SMALLEST_LETTERS}
    />
  ));
});
