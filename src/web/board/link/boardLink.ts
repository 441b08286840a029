/**
 * One board as the page holds it: the Yjs document, its copy in this browser (y-indexeddb), the stock
 * y-websocket provider, presence. Knows nothing of React or drawing.
 *
 * WP10 Every reconnect uses the newest token; a refused one is renewed, other final codes end it.
 * BO22 The server is asked when the browser's copy is there, so that only what either lacks travels.
 */
import { IndexeddbPersistence } from "y-indexeddb";
import { readAuthMessage } from "y-protocols/auth";
import { Awareness } from "y-protocols/awareness";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { CLOSE_CODES } from "../../../protocol/closeCodes.ts";
import { freshToken, readLogin } from "../../entry/loginStore.ts";
import type { ChannelState } from "../../shell/connection.ts";
import { socketUrl } from "../../shell/socketUrl.ts";
import { createBoardMaps } from "./boardMaps.ts";
import type { BoardChange } from "./boardScene.ts";
import type { BoardScene } from "./boardScene.ts";
import { boardDatabaseName } from "./boardStorage.ts";
import { parsePresence, type Other, type Presence } from "./presence.ts";

const MAX_BACKOFF_MS = 5_000;
const MAX_COPY_MS = 1_000; // a browser that keeps its copy to itself for longer does without
const MESSAGE_AUTH = 2; // y-protocols: the server refuses something and says why

export interface BoardLink {
  /** Loads and connects until `close`; may be opened again after it. */
  open: () => void;
  close: () => void;
  /** The objects by id and by place. */
  scene: BoardScene;
  /** Each a stable value until it changes; objects in drawing order. */
  list: () => readonly CanvasObject[];
  marks: () => readonly CanvasObject[];
  others: () => readonly Other[];
  channel: () => ChannelState;
  canUndo: () => boolean;
  canRedo: () => boolean;
  subscribe: (listener: () => void) => () => void;
  /** Changes objects in one transaction, as part of the gesture that is under way. */
  write: (changes: readonly BoardChange[]) => void;
  /** Shows a mark that has an end. */
  mark: (mark: CanvasObject) => void;
  /** What follows is a new step for undo. */
  beginGesture: () => void;
  undo: () => void;
  redo: () => void;
  setPresence: (presence: Presence) => void;
}

export interface BoardLinkDeps {
  sessionId: string;
  /** The server took an edit back, with a sentence for people. */
  onRefused: (reason: string) => void;
}

export function createBoardLink({ sessionId, onRefused }: BoardLinkDeps): BoardLink {
  const doc = new Y.Doc();
  const maps = createBoardMaps(doc);
  const listeners = new Set<() => void>();
  let channel: ChannelState = "connecting";
  let others: readonly Other[] = [];
  let connection: BoardConnection | undefined;
  let presence: Presence | undefined;

  const tell = () => {
    for (const listener of listeners) listener();
  };
  maps.onChange(tell);

  return {
    open() {
      connection ??= openConnection(doc, sessionId, {
        onRefused,
        onChannel(next) {
          channel = next;
          tell();
        },
        onOthers(next) {
          others = next;
          tell();
        },
      });
      if (presence) connection.setPresence(presence);
    },
    close() {
      connection?.close();
      connection = undefined;
    },
    ...maps,
    others: () => others,
    channel: () => channel,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setPresence(next) {
      presence = next; // said before the link was open, it is told then
      connection?.setPresence(next);
    },
  };
}

interface BoardConnection {
  close: () => void;
  setPresence: (presence: Presence) => void;
}

interface ConnectionEvents {
  onRefused: (reason: string) => void;
  onChannel: (state: ChannelState) => void;
  onOthers: (others: readonly Other[]) => void;
}

function openConnection(doc: Y.Doc, sessionId: string, events: ConnectionEvents): BoardConnection {
  const persistence = new IndexeddbPersistence(boardDatabaseName(sessionId), doc);
  const awareness = new Awareness(doc);
  awareness.setLocalState(null); // nobody until this page says who it is
  const provider = new WebsocketProvider(socketUrl("/ws/board"), sessionId, doc, {
    awareness,
    connect: false,
    disableBc: true, // tabs meet at the server, which knows whose presence is whose
    maxBackoffTime: MAX_BACKOFF_MS,
  });
  let isClosed = false;

  // Read for every socket, so that each bears what is the newest token then.
  Object.defineProperty(provider, "protocols", {
    get: () => ["lectern.v1", `bearer.${readLogin()?.token ?? ""}`],
  });
  const copied = Promise.race([
    persistence.whenSynced,
    new Promise((resolve) => setTimeout(resolve, MAX_COPY_MS)),
  ]);
  const connect = async (mustBeNew: boolean) => {
    const [token] = await Promise.all([freshToken(mustBeNew), copied]);
    if (isClosed) return;
    if (token === null) events.onChannel("closed");
    else provider.connect();
  };

  provider.on("sync", (isSynced) => {
    if (isSynced) events.onChannel("open");
  });
  provider.on("connection-close", () => {
    if (!isClosed) events.onChannel("waiting");
  });
  provider.on("closed", ({ code }) => {
    if (code === CLOSE_CODES.unauthenticated.code) void connect(true);
    else events.onChannel("closed");
  });
  provider.messageHandlers[MESSAGE_AUTH] = (_encoder, decoder) => {
    readAuthMessage(decoder, doc, (_doc, reason) => events.onRefused(reason));
  };
  awareness.on("change", ({ added, updated, removed }: AwarenessChange) => {
    const isMine = [...added, ...updated, ...removed].every((id) => id === awareness.clientID);
    if (!isMine) events.onOthers(readOthers(awareness));
  });
  const hurry = () => {
    if (provider.shouldConnect) provider.connect();
  };
  addEventListener("online", hurry);
  void connect(false);

  return {
    close() {
      isClosed = true;
      removeEventListener("online", hurry);
      provider.destroy();
      awareness.destroy();
      void persistence.destroy();
    },
    setPresence: (presence) => awareness.setLocalState(presence),
  };
}

/** The client ids of whom it is about. */
interface AwarenessChange {
  added: number[];
  updated: number[];
  removed: number[];
}

function readOthers(awareness: Awareness): readonly Other[] {
  return [...awareness.getStates()].flatMap(([clientId, state]) => {
    const presence = clientId === awareness.clientID ? undefined : parsePresence(state);
    return presence ? [{ clientId, presence }] : [];
  });
}
