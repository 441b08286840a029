/** The picture that was drawn last, and when the next one is. */
import { useDeferredValue, useEffect, useState } from "react";
import { nextPicture, pictureAround, standsFor, type Picture } from "./layerWindow.ts";
import type { Size, Viewport } from "./viewport.ts";

const REST_MS = 140; // after the last step of a zoom

/**
 * `hasOverview`: something else is shown while the picture does not stand for what is seen, so that what a
 * zoom asks for may be drawn piece by piece when the hand rests; without it the picture is drawn at once.
 */
export function usePicture(viewport: Viewport, size: Size, hasOverview: boolean) {
  const [picture, setPicture] = useState(() => pictureAround(viewport, size));
  const isResting = useIsResting(viewport.zoom);
  const mayWait = hasOverview || standsFor(picture, viewport, size);
  const next: Picture = nextPicture(picture, viewport, size, !isResting && mayWait);
  if (next !== picture) setPicture(next);

  const deferred = useDeferredValue(next);
  const isNewSheet = deferred.sheet !== next.sheet; // a move only brings some objects more
  const drawn = hasOverview && isNewSheet ? deferred : next;
  return { picture: drawn, isComplete: standsFor(drawn, viewport, size) };
}

function useIsResting(zoom: number): boolean {
  const [restedAt, setRestedAt] = useState(zoom);
  useEffect(() => {
    if (restedAt === zoom) return;
    let frame = 0;
    // the steps of a zoom come right before a frame, so a busy page has taken those it owes by then
    const timer = setTimeout(() => {
      frame = requestAnimationFrame(() => setRestedAt(zoom));
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
    };
  }, [restedAt, zoom]);
  return restedAt === zoom;
}
