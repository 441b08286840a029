/**
 * Objects in drawing order, as SVG in board pixels: what the board, its past versions and its exports
 * show. Props in, SVG out.
 */
import { memo } from "react";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { ObjectView } from "./ObjectView.tsx";

interface DrawingProps {
  /** The last lies on top. */
  objects: readonly CanvasObject[];
  /** Objects that are shown elsewhere for the moment: being edited or moved. */
  hidden?: ReadonlySet<string> | undefined;
}

/** Drawn anew only when it is given another list, so that panning does not go through the objects. */
export const Drawing = memo(function Drawing({ objects, hidden }: DrawingProps) {
  return objects.map(
    (object) => !hidden?.has(object.id) && <ObjectView key={object.id} object={object} />,
  );
});
