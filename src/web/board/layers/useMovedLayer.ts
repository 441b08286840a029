/**
 * Puts a finished picture where a hand has it. By an animation that stands still: of an element that is
 * being animated the browser takes a new place as it is, but for a new `transform` in its style it looks
 * at every object on the board again, to see which now covers which (with 5,000 of them half a frame).
 */
import { useLayoutEffect, useRef, type RefObject } from "react";

export function useMovedLayer(element: RefObject<Element | null>, transform: string): void {
  const effect = useRef<KeyframeEffect>(undefined);
  useLayoutEffect(() => {
    const held = new KeyframeEffect(element.current, null, { duration: 1_000, fill: "both" });
    effect.current = held;
    const animation = new Animation(held);
    animation.pause();
    return () => animation.cancel();
  }, [element]);
  useLayoutEffect(() => effect.current?.setKeyframes({ transform: [transform, transform] }));
}
