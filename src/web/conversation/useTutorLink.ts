/** One tutor link for as long as a classroom is shown, as React state. */
import { useEffect, useState, useSyncExternalStore } from "react";
import { freshToken } from "../entry/loginStore.ts";
import { socketUrl } from "../shell/socketUrl.ts";
import { showProblem } from "../shell/toastStore.ts";
import { createTutorLink, type TutorLink, type TutorLinkState } from "./tutorLink.ts";

export interface Tutor extends TutorLinkState {
  link: TutorLink;
  /** The question that is being written; it outlives a look at another view of the session. */
  draft: string;
  setDraft: (text: string) => void;
}

/** `onReturned`: the words of a refused question. */
function linkFor(sessionId: string, onReturned: (text: string) => void): TutorLink {
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
      if (ask) onReturned(ask.text);
    },
  });
}

/** crypto.randomUUID exists on https and localhost only; getRandomValues exists everywhere. */
function newMessageId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** `sessionId` must not change during the life of the component (the classroom is keyed by it). */
export function useTutorLink(sessionId: string): Tutor {
  const [draft, setDraft] = useState("");
  const [link] = useState(() =>
    linkFor(sessionId, (text) => setDraft((now) => (now.trim() === "" ? text : now))),
  );
  useEffect(() => {
    link.open();
    addEventListener("online", link.hurry);
    return () => {
      removeEventListener("online", link.hurry);
      link.close();
    };
  }, [link]);
  const state = useSyncExternalStore(link.subscribe, link.read);
  return { ...state, link, draft, setDraft };
}
