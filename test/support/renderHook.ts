/**
 * Runs a hook in a real React root, without a browser: its component draws nothing, so the root needs
 * little more than a place to hang on. Unmounted with the test.
 */
import { createElement, type ComponentType, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { onTestFinished, vi } from "vitest";

export interface RenderedHook<Result> {
  /** What the hook returned last; undefined before its first run. */
  readonly current: Result | undefined;
}

/** @param wrap the providers that the hook needs */
export function renderHook<Result>(
  hook: () => Result,
  wrap: (children: ReactNode) => ReactNode,
): RenderedHook<Result> {
  let current: Result | undefined;
  const Probe: ComponentType = () => {
    current = hook();
    return null;
  };
  vi.stubGlobal("window", WINDOW); // stays: React goes on for a moment after it was unmounted
  const root = createRoot(place());
  onTestFinished(() => {
    root.unmount();
  });
  root.render(wrap(createElement(Probe)));
  return {
    get current() {
      return current;
    },
  };
}

const nothing = (): void => undefined;
const NO_EVENTS = { addEventListener: nothing, removeEventListener: nothing };
/** React asks in which event it runs, and whether the focus is in a frame: nothing is one. */
const WINDOW = { ...NO_EVENTS, event: undefined, HTMLIFrameElement: Map };

/** The few members of an element and its document that React touches when nothing is drawn. */
function place(): Element {
  const ownerDocument = { ...NO_EVENTS, nodeType: 9, activeElement: null, defaultView: WINDOW };
  return {
    ...NO_EVENTS,
    nodeType: 1,
    nodeName: "DIV",
    tagName: "DIV",
    namespaceURI: "http://www.w3.org/1999/xhtml",
    ownerDocument,
  };
}
