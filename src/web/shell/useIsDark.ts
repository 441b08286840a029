/** Whether the page is dark now, as React state. */
import { useSyncExternalStore } from "react";
import { isDarkNow, onThemeChange } from "./themeChoice.ts";

function subscribe(listener: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", listener);
  const stop = onThemeChange(listener);
  return () => {
    system.removeEventListener("change", listener);
    stop();
  };
}

export function useIsDark(): boolean {
  return useSyncExternalStore(subscribe, isDarkNow);
}
