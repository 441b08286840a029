/** A GatewaySocket without a network: what the room sends is kept, what a client sends is handed in. */
import { CLOSE_CODES } from "../../src/protocol/closeCodes.ts";
import type { GatewaySocket } from "../../src/protocol/gatewaySocket.ts";
import type { Principal, PrincipalWatch } from "../../src/protocol/principal.ts";

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
  let listener: ((data: string | Uint8Array) => void) | undefined;
  const closeListeners: ((code: number) => void)[] = [];
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
      for (const data of queue.splice(0)) next(data);
    },
    onClose(tell) {
      if (socket.closedWith === undefined) closeListeners.push(tell);
      else tell(socket.closedWith);
    },
    receive(data) {
      if (socket.closedWith !== undefined) return;
      if (listener === undefined) queue.push(data);
      else listener(data);
    },
    drop(code = 1006) {
      if (socket.closedWith !== undefined) return;
      socket.closedWith = code;
      for (const tell of closeListeners.splice(0)) tell(code);
    },
  };
  return socket;
}

/** A principal that a test can change while its socket is open. */
export interface ChangeablePrincipal extends PrincipalWatch {
  set(changes: Partial<Principal>): void;
  listeners(): number;
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
  const listeners = new Set<(principal: Principal) => void>();
  return {
    current: () => principal,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(changes) {
      principal = { ...principal, ...changes };
      for (const tell of listeners) tell(principal);
    },
    listeners: () => listeners.size,
  };
}
