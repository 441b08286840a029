/** A GatewaySocket without a network: what the room sends is kept, what a client sends is handed in. */
import { CLOSE_CODES } from "../../src/protocol/closeCodes.ts";
import type {
  CloseListener,
  GatewaySocket,
  MessageListener,
} from "../../src/protocol/gatewaySocket.ts";
import type { Principal, PrincipalListener, PrincipalWatch } from "../../src/protocol/principal.ts";

export interface MemorySocket extends GatewaySocket {
  /** Everything sent to the client so far. */
  sent: (string | Uint8Array)[];
  /** With what it was closed, by either side. */
  closedWith: number | undefined;
  /** Pretends that this much waits for the kernel. */
  buffered: number;
  receive(data: string | Uint8Array): void;
  /** The client goes away. */
  drop(code?: number): void;
}

export function createMemorySocket(): MemorySocket {
  const queue: (string | Uint8Array)[] = [];
  let listener: MessageListener | undefined;
  const closeListeners: CloseListener[] = [];
  const socket: MemorySocket = {
    sent: [],
    closedWith: undefined,
    buffered: 0,
    send(data) {
      if (socket.closedWith === undefined) socket.sent.push(data);
    },
    sendAll(messages) {
      for (const message of messages) socket.send(message);
    },
    close(name) {
      socket.drop(CLOSE_CODES[name].code);
    },
    bufferedBytes: () => socket.buffered,
    onMessage(next) {
      listener = next;
      for (const data of queue.splice(0)) next.receive(data);
    },
    onClose(late) {
      if (socket.closedWith === undefined) closeListeners.push(late);
      else late.closed(socket.closedWith);
    },
    receive(data) {
      if (socket.closedWith !== undefined) return;
      if (listener === undefined) queue.push(data);
      else listener.receive(data);
    },
    drop(code = 1006) {
      if (socket.closedWith !== undefined) return;
      socket.closedWith = code;
      for (const one of closeListeners.splice(0)) one.closed(code);
    },
  };
  return socket;
}

/** A principal that a test can change while its socket is open. */
export interface ChangeablePrincipal extends PrincipalWatch {
  set(changes: Partial<Principal>): void;
}

export function createPrincipal(start: Partial<Principal> = {}): ChangeablePrincipal {
  let principal: Principal = {
    userId: "ada",
    loginId: "login",
    name: "Ada",
    sessionId: "session",
    role: "student",
    settings: {
      interactionMode: "chat_and_whiteboard",
      studentsMayEditAssistantObjects: false,
      studentsMayEditOthersObjects: true,
    },
    expiresAt: Number.MAX_SAFE_INTEGER,
    ...start,
  };
  const listeners: PrincipalListener[] = []; // one person may have several sockets
  return {
    current: () => principal,
    onChange(listener) {
      listeners.push(listener);
    },
    set(changes) {
      principal = { ...principal, ...changes };
      for (const listener of listeners) listener.principalChanged(principal);
    },
  };
}
