/**
 * The reader's theme: the system's unless chosen. Kept in localStorage, where `public/theme.js`
 * finds it before the first paint; the colours themselves are `light-dark()` pairs in theme.css.
 */
export type ThemeChoice = "system" | "light" | "dark";

const KEY = "lectern.theme";
const listeners = new Set<() => void>();

export function readThemeChoice(): ThemeChoice {
  const chosen = document.documentElement.dataset["theme"];
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

export function chooseTheme(choice: ThemeChoice): void {
  if (choice === "system") {
    delete document.documentElement.dataset["theme"];
    localStorage.removeItem(KEY);
  } else {
    document.documentElement.dataset["theme"] = choice;
    localStorage.setItem(KEY, choice);
  }
  for (const listener of listeners) listener();
}

export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the page is dark right now, chosen or by the system. */
export function isDarkNow(): boolean {
  const choice = readThemeChoice();
  return (
    choice === "dark" || (choice === "system" && matchMedia("(prefers-color-scheme: dark)").matches)
  );
}
