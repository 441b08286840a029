/**
 * A value that changes with every move of a hand: what is seen, what is being drawn. Only what follows it
 * is rendered for it, not the board around it, which has sixteen milliseconds for all of a frame.
 */
import { useSyncExternalStore } from "react";

export interface LiveValue<T> {
  get: () => T;
  set: (next: T) => void;
  /** Returns what ends it. */
  subscribe: (listener: () => void) => () => void;
}

export function createLiveValue<T>(first: T): LiveValue<T> {
  const listeners = new Set<() => void>();
  let value = first;
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The value as it is now; the component is rendered again with every other one. */
export function useLive<T>({ subscribe, get }: LiveValue<T>): T {
  return useSyncExternalStore(subscribe, get);
}
