/** The browser's address as a React value, and the one way to change it. */
import { useSyncExternalStore } from "react";
import { parseRoute, type Route } from "./routes.ts";

const MOVED = "lectern:moved";

function subscribe(listener: () => void): () => void {
  addEventListener("popstate", listener);
  addEventListener(MOVED, listener);
  return () => {
    removeEventListener("popstate", listener);
    removeEventListener(MOVED, listener);
  };
}

function readPath(): string {
  return location.pathname + location.search;
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, readPath));
}

/** Goes to a path of this page. `replace` leaves no entry in the history (used after a join). */
export function goTo(path: string, how: "push" | "replace" = "push"): void {
  if (how === "replace") history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  dispatchEvent(new Event(MOVED));
}
