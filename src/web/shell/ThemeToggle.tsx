/** Switches between light and dark. The first press leaves the system's choice. */
import { useSyncExternalStore } from "react";
import { IconButton } from "./IconButton.tsx";
import { chooseTheme, isDarkNow, onThemeChange } from "./themeChoice.ts";

function subscribe(listener: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", listener);
  const stop = onThemeChange(listener);
  return () => {
    system.removeEventListener("change", listener);
    stop();
  };
}

export function ThemeToggle() {
  const isDark = useSyncExternalStore(subscribe, isDarkNow);
  return (
    <IconButton
      icon={isDark ? "sun" : "moon"}
      label={isDark ? "Use light theme" : "Use dark theme"}
      onClick={() => chooseTheme(isDark ? "light" : "dark")}
    />
  );
}
