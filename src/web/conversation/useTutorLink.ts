/** One tutor link for as long as a classroom is shown, as React state. */
import { useEffect, useState, useSyncExternalStore } from "react";
import { freshToken } from "../entry/loginStore.ts";
import { socketUrl } from "../shell/socketUrl.ts";
import { showProblem } from "../shell/toastStore.ts";
import { createTutorLink, type TutorLink, type TutorLinkState } from "./tutorLink.ts";

/** Fired with the words of a refused question, which go back to the composer. */
export const REFUSED_EVENT = "lectern:ask-refused";

function linkFor(sessionId: string): TutorLink {
  const url = socketUrl(`/ws/tutor/${encodeURIComponent(sessionId)}`);
  return createTutorLink({
    openSocket: (token) => new WebSocket(url, ["lectern.v1", `bearer.${token}`]),
    getToken: freshToken,
    after: (ms, task) => {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
    now: Date.now,
    newId: () => newMessageId(),
    onRefused: (ask, message) => {
      showProblem(ask ? `Your question was not taken: ${message}` : message);
      if (ask) dispatchEvent(new CustomEvent(REFUSED_EVENT, { detail: ask.text }));
    },
  });
}

/** crypto.randomUUID exists on https and localhost only; getRandomValues exists everywhere. */
function newMessageId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** `sessionId` must not change during the life of the component (the classroom is keyed by it). */
export function useTutorLink(sessionId: string): TutorLinkState & { link: TutorLink } {
  const [link] = useState(() => linkFor(sessionId));
  useEffect(() => {
    link.open();
    addEventListener("online", link.hurry);
    return () => {
      removeEventListener("online", link.hurry);
      link.close();
    };
  }, [link]);
  const state = useSyncExternalStore(link.subscribe, link.read);
  return { ...state, link };
}
