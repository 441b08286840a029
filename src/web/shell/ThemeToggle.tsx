/** Switches between light and dark. The first press leaves the system's choice. */
import { IconButton } from "./IconButton.tsx";
import { chooseTheme } from "./themeChoice.ts";
import { useIsDark } from "./useIsDark.ts";

export function ThemeToggle() {
  const isDark = useIsDark();
  return (
    <IconButton
      icon={isDark ? "sun" : "moon"}
      label={isDark ? "Use light theme" : "Use dark theme"}
      onClick={() => chooseTheme(isDark ? "light" : "dark")}
    />
  );
}
