/** Objects as one picture: only those in and around what is seen are in it (rule BO5). */
import { useMemo, useState } from "react";
import type { Box, CanvasObject } from "../../../convex/contract/boardOps.ts";
import { Drawing } from "./Drawing.tsx";
import { seenBox, windowAround, windowFits } from "./layerWindow.ts";
import { SheetLayer } from "./SheetLayer.tsx";
import type { Size, Viewport } from "./viewport.ts";

interface ObjectLayerProps {
  /** What covers some of a box; another function when its answer may be another one. */
  within: (box: Box) => readonly CanvasObject[];
  viewport: Viewport;
  size: Size;
  isPaper?: boolean;
}

export function ObjectLayer({ within, viewport, size, isPaper = false }: ObjectLayerProps) {
  const window = useWindow(seenBox(viewport, size));
  const shown = useSame(useMemo(() => within(window), [within, window]));
  return (
    <SheetLayer viewport={viewport} size={size} isPaper={isPaper}>
      {(zoom) => <Drawing objects={shown} zoom={zoom} />}
    </SheetLayer>
  );
}

/** The same box until what is seen leaves it, or is a small part of it. */
function useWindow(seen: Box): Box {
  const [window, setWindow] = useState(() => windowAround(seen));
  if (windowFits(window, seen)) return window;
  const next = windowAround(seen);
  setWindow(next);
  return next;
}

/** The same list until another object is in it: what changes far away draws nothing anew. */
function useSame(list: readonly CanvasObject[]): readonly CanvasObject[] {
  const [same, setSame] = useState(list);
  const isSame = list.length === same.length && list.every((object, at) => object === same[at]);
  if (isSame) return same;
  setSame(list);
  return list;
}
