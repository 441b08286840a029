/**
 * The list of passing messages, outside React so that any code can say something. A problem stays
 * until it is dismissed or replaced by newer ones; news leaves by itself.
 */
export interface Toast {
  toastId: number;
  kind: "news" | "problem";
  text: string;
  action?: { label: string; run: () => void };
}

const MAX_TOASTS = 4; // more would cover the board; the oldest go
export const NEWS_MS = 6_000;

let toasts: readonly Toast[] = [];
let nextToastId = 1;
const listeners = new Set<() => void>();

function publish(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export function readToasts(): readonly Toast[] {
  return toasts;
}

export function onToastsChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function dismissToast(toastId: number): void {
  publish(toasts.filter((toast) => toast.toastId !== toastId));
}

export function showNews(text: string, action?: Toast["action"]): void {
  const toastId = nextToastId++;
  publish(
    [...toasts, { toastId, kind: "news" as const, text, ...(action && { action }) }].slice(
      -MAX_TOASTS,
    ),
  );
  setTimeout(() => dismissToast(toastId), NEWS_MS);
}

/** The same sentence is shown once, however often it is reported. */
export function showProblem(text: string): void {
  const others = toasts.filter((toast) => toast.text !== text);
  publish(
    [...others, { toastId: nextToastId++, kind: "problem" as const, text }].slice(-MAX_TOASTS),
  );
}
