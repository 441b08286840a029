/** One board link for as long as a classroom is shown, and its values as React state. */
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { showProblem } from "../shell/toastStore.ts";
import { createBoardLink, type BoardLink } from "./boardLink.ts";
import type { BoardObjects } from "./boardMaps.ts";
import { inDrawingOrder } from "./drawingOrder.ts";

/** `sessionId` must not change during the life of the component. */
export function useBoardLink(sessionId: string): BoardLink {
  const [link] = useState(() => createBoardLink({ sessionId, onRefused: showProblem }));
  useEffect(() => {
    link.open();
    return link.close;
  }, [link]);
  return link;
}

export function useBoardObjects(link: BoardLink): readonly CanvasObject[] {
  const objects = useSyncExternalStore(link.subscribe, link.objects);
  return useMemo(() => inDrawingOrder(objects), [objects]);
}

export function useBoardEphemerals(link: BoardLink): BoardObjects {
  return useSyncExternalStore(link.subscribe, link.ephemerals);
}
