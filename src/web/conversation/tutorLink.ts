/**
 * The page's end of the tutor socket: connects, resumes after the last event it saw, keeps what was
 * asked until the server has taken it, and folds events with the contract's own reducer. Knows
 * nothing of React; sockets, tokens and timers are handed in.
 *
 * WP6 A question stays pending, and is sent again on every new socket under the same id, until the
 *     server accepts or refuses it.
 * WP7 After a lost socket the link resumes after the last event seen; a gap asks again at once.
 * WP8 Final close codes end the link, except "sign in again", which first tries a new token.
 */
import {
  applyTutorEvent,
  INITIAL_TUTOR_STATE,
  serverFrame,
  type ClientFrame,
  type ServerFrame,
  type TutorState,
} from "../../../convex/contract/tutorEvents.ts";
import { CLOSE_CODES, isFinalClose } from "../../protocol/closeCodes.ts";
import type { ChannelState } from "../shell/connection.ts";
import { retryDelay } from "../shell/retryDelay.ts";

export const PING_MS = 20_000;
const SILENCE_MS = 50_000; // two pings unanswered: the network is gone without having said so

export interface PendingAsk {
  id: string;
  text: string;
  boardSelection: string[];
  isAccepted: boolean;
}

export interface TutorLinkState {
  channel: ChannelState;
  tutor: TutorState;
  pending: readonly PendingAsk[];
}

/** What the link needs of a WebSocket; the browser's fits. */
export type TutorSocket = Pick<WebSocket, "send" | "close"> & {
  onopen: ((event: Event) => unknown) | null;
  onmessage: ((event: MessageEvent) => unknown) | null;
  onclose: ((event: CloseEvent) => unknown) | null;
};

export interface TutorLinkDeps {
  openSocket: (token: string) => TutorSocket;
  /** Null when nobody is signed in any more. */
  getToken: (mustBeNew: boolean) => Promise<string | null>;
  /** Runs the task after `ms`; the result cancels it. */
  after: (ms: number, task: () => void) => () => void;
  now: () => number;
  newId: () => string;
  onRefused: (ask: PendingAsk | undefined, message: string) => void;
}

export interface TutorLink {
  /** Connects and stays connected until `close`; may be opened again after it. */
  open: () => void;
  read: () => TutorLinkState;
  subscribe: (listener: () => void) => () => void;
  ask: (text: string, boardSelection: string[]) => void;
  stop: (turnId: string) => void;
  /** Tries at once instead of waiting, for when the browser says it is online again. */
  hurry: () => void;
  close: () => void;
}

export function createTutorLink(deps: TutorLinkDeps): TutorLink {
  const { openSocket, getToken, after, now, newId, onRefused } = deps;
  let state: TutorLinkState = { channel: "connecting", tutor: INITIAL_TUTOR_STATE, pending: [] };
  const listeners = new Set<() => void>();
  let socket: TutorSocket | undefined;
  let isOpen = false;
  let hasResumed = false; // false: nothing was seen yet, so only what comes from now on is asked for
  let failures = 0;
  let lastHeardAt = 0;
  let cancelRetry: (() => void) | undefined;
  let cancelPing: (() => void) | undefined;
  let isWanted = false;

  function set(change: Partial<TutorLinkState>): void {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  }

  function send(frame: ClientFrame): void {
    if (isOpen) socket?.send(JSON.stringify(frame));
  }

  function sendAsk({ id, text, boardSelection }: PendingAsk): void {
    send({ type: "ask", id, text, ...(boardSelection.length > 0 && { boardSelection }) });
  }

  function resume(): void {
    send({ type: "resume", id: newId(), after: hasResumed ? state.tutor.seq : null });
  }

  async function connect(mustBeNew = false): Promise<void> {
    cancelRetry = undefined;
    const token = await getToken(mustBeNew);
    if (!isWanted || socket) return; // closed, or overtaken by another attempt, meanwhile
    if (token === null) {
      set({ channel: "closed" });
      return;
    }
    const opened = openSocket(token);
    socket = opened;
    opened.onopen = () => {
      if (socket !== opened) return;
      isOpen = true;
      lastHeardAt = now();
      resume();
      for (const ask of state.pending) if (!ask.isAccepted) sendAsk(ask);
      schedulePing();
    };
    opened.onmessage = ({ data }) => {
      lastHeardAt = now();
      receive(data);
    };
    opened.onclose = ({ code }) => {
      if (socket === opened) lose(code);
    };
  }

  function schedulePing(): void {
    cancelPing = after(PING_MS, () => {
      if (now() - lastHeardAt > SILENCE_MS) {
        socket?.close();
        lose(CLOSE_CODES.goingAway.code); // a dead network never delivers the close event
        return;
      }
      send({ type: "ping" });
      schedulePing();
    });
  }

  function lose(code: number): void {
    socket = undefined;
    isOpen = false;
    cancelPing?.();
    if (!isWanted) return;
    const isStale = code === CLOSE_CODES.unauthenticated.code;
    if (isFinalClose(code) && !isStale) {
      set({ channel: "closed" });
      return;
    }
    set({ channel: "waiting" });
    cancelRetry = after(retryDelay(failures++, Math.random()), () => void connect(isStale));
  }

  function receive(data: unknown): void {
    const frame = parseFrame(data);
    if (!frame) return; // from a newer server: what is not understood is not needed
    switch (frame.type) {
      case "welcome":
        failures = 0;
        if (!hasResumed) set({ tutor: { ...INITIAL_TUTOR_STATE, seq: frame.seq } });
        hasResumed = true;
        {
          set({ channel: "open" });
          return;
        }
      case "event": {
        const tutor = applyTutorEvent(state.tutor, frame);
        if (tutor.hasGap && !state.tutor.hasGap) resume();
        const { event } = frame;
        const started = event.type === "turnStarted" ? event.clientMessageId : undefined;
        set({ tutor, pending: state.pending.filter((ask) => ask.id !== started) });
        return;
      }
      case "reset": {
        set({ tutor: { seq: frame.seq, turn: frame.turn, hasGap: false } });
        return;
      }
      case "accepted": {
        set({
          pending: state.pending.map((ask) =>
            ask.id === frame.id ? { ...ask, isAccepted: true } : ask,
          ),
        });
        return;
      }
      case "refused": {
        const refused = state.pending.find((ask) => ask.id === frame.id);
        set({ pending: state.pending.filter((ask) => ask !== refused) });
        onRefused(refused, frame.message);
        return;
      }
      case "pong":
    }
  }

  return {
    open() {
      if (isWanted) return;
      isWanted = true;
      void connect();
    },
    read: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ask(text, boardSelection) {
      const ask = { id: newId(), text, boardSelection, isAccepted: false };
      set({ pending: [...state.pending, ask] });
      sendAsk(ask);
    },
    stop: (turnId) => send({ type: "stop", id: newId(), turnId }),
    hurry() {
      if (!cancelRetry) return;
      cancelRetry();
      void connect();
    },
    close() {
      isWanted = false;
      cancelRetry?.();
      cancelRetry = undefined;
      cancelPing?.();
      socket?.close();
      socket = undefined;
      isOpen = false;
    },
  };
}

function parseFrame(data: unknown): ServerFrame | undefined {
  if (typeof data !== "string") return undefined;
  try {
    return serverFrame.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined; // not JSON: as good as not understood
  }
}
