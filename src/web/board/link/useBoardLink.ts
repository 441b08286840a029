/** One board link for as long as a classroom is shown, and its values as React state. */
import { useEffect, useState, useSyncExternalStore } from "react";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { showProblem } from "../../shell/toastStore.ts";
import { createBoardLink, type BoardLink } from "./boardLink.ts";

/** `sessionId` must not change during the life of the component. */
export function useBoardLink(sessionId: string): BoardLink {
  const [link] = useState(() => createBoardLink({ sessionId, onRefused: showProblem }));
  useEffect(() => {
    link.open();
    return link.close;
  }, [link]);
  return link;
}

/** In drawing order. */
export function useBoardObjects(link: BoardLink): readonly CanvasObject[] {
  return useSyncExternalStore(link.subscribe, link.list);
}

/** What is on the board for a moment only. */
export function useBoardMarks(link: BoardLink): readonly CanvasObject[] {
  return useSyncExternalStore(link.subscribe, link.marks);
}
