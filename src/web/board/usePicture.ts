/** The picture that was drawn last, and when the next one is. */
import { useEffect, useState } from "react";
import { nextPicture, pictureAround, standsFor, type Picture } from "./layerWindow.ts";
import type { Size, Viewport } from "./viewport.ts";

const REST_MS = 140; // after the last step of a zoom

/**
 * `hasOverview`: something else is shown while the picture does not stand for what is seen; without it
 * the picture is drawn anew at once.
 */
export function usePicture(viewport: Viewport, size: Size, hasOverview: boolean) {
  const [picture, setPicture] = useState(() => pictureAround(viewport, size));
  const [restedAt, setRestedAt] = useState(viewport.zoom);
  const { zoom } = viewport;
  useEffect(() => {
    if (restedAt === zoom) return;
    const timer = setTimeout(() => setRestedAt(zoom), REST_MS);
    return () => clearTimeout(timer);
  }, [restedAt, zoom]);

  const mayWait = hasOverview || standsFor(picture, viewport, size);
  const next: Picture = nextPicture(picture, viewport, size, restedAt !== zoom && mayWait);
  if (next !== picture) setPicture(next);
  return { picture: next, isComplete: standsFor(next, viewport, size) };
}
