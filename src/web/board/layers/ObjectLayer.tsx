/** Objects as one picture: only those in and around what is seen are in it (rule BO5). */
import { useMemo, useState } from "react";
import type { Box, CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { Drawing } from "../shapes/Drawing.tsx";
import type { Picture } from "./layerWindow.ts";
import { SheetLayer } from "./SheetLayer.tsx";
import type { Viewport } from "./viewport.ts";

interface ObjectLayerProps {
  /** What covers some of a box; another function when its answer may be another one. */
  within: (box: Box) => readonly CanvasObject[];
  picture: Picture;
  viewport: Viewport;
  isHidden?: boolean;
  isPaper?: boolean;
}

export function ObjectLayer({ within, picture, ...place }: ObjectLayerProps) {
  const { sheet, window } = picture;
  const shown = useSame(useMemo(() => within(window), [within, window]));
  return (
    <SheetLayer sheet={sheet} {...place}>
      {(zoom) => <Drawing objects={shown} zoom={zoom} />}
    </SheetLayer>
  );
}

/** The same list until another object is in it: what changes far away draws nothing anew. */
function useSame(list: readonly CanvasObject[]): readonly CanvasObject[] {
  const [same, setSame] = useState(list);
  const isSame = list.length === same.length && list.every((object, at) => object === same[at]);
  if (isSame) return same;
  setSame(list);
  return list;
}
