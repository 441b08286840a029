/**
 * The list of passing messages, outside React so that any code can say something. A problem stays
 * until it is dismissed or replaced by newer ones; news leaves by itself, unless somebody is at it, and
 * later when it offers to take something back: WCAG 2.2, 2.2.1 "Timing adjustable" asks for 20 seconds.
 */
export interface Toast {
  toastId: number;
  kind: "news" | "problem";
  text: string;
  action?: { label: string; run: () => void };
}

const MAX_TOASTS = 4; // more would cover the board; the oldest go
const NEWS_MS = 6_000;
const OFFER_MS = 20_000;

let toasts: readonly Toast[] = [];
let nextToastId = 1;
const listeners = new Set<() => void>();
const leaving = new Map<number, ReturnType<typeof setTimeout>>();

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
  holdToast(toastId);
  publish(toasts.filter((toast) => toast.toastId !== toastId));
}

export function showNews(text: string, action?: Toast["action"]): void {
  const news = { toastId: nextToastId++, kind: "news" as const, text, ...(action && { action }) };
  publish([...toasts, news].slice(-MAX_TOASTS));
  releaseToast(news);
}

/** It does not leave by itself while somebody points at it or is in it with the keyboard. */
export function holdToast(toastId: number): void {
  clearTimeout(leaving.get(toastId));
  leaving.delete(toastId);
}

/** Its time begins anew. */
export function releaseToast({ toastId, kind, action }: Toast): void {
  holdToast(toastId);
  if (kind === "problem") return;
  const ms = action === undefined ? NEWS_MS : OFFER_MS;
  leaving.set(
    toastId,
    setTimeout(() => dismissToast(toastId), ms),
  );
}

/** The same sentence is shown once, however often it is reported. */
export function showProblem(text: string): void {
  const others = toasts.filter((toast) => toast.text !== text);
  publish(
    [...others, { toastId: nextToastId++, kind: "problem" as const, text }].slice(-MAX_TOASTS),
  );
}
