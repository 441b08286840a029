/**
 * A socket as the rooms see it: already authenticated, with the messages that arrived meanwhile
 * waiting. Rooms know no `ws`; tests hand them a pair in memory. Implemented by serverSocket.ts. Its
 * listeners are objects: thousands of sockets are idle, and a closure each was much of what they held.
 */
import type { CloseName } from "./closeCodes.ts";

export interface MessageListener {
  receive(data: string | Uint8Array): void;
}

export interface CloseListener {
  closed(code: number): void;
}

export interface GatewaySocket {
  /** Queues one message, text or binary. Does nothing once the socket is closing. */
  send(data: string | Uint8Array): void;
  /** Queues messages that leave together, in as few writes as the kernel lets them. */
  sendAll(messages: readonly Uint8Array[]): void;
  /** Starts closing with the code of that name; later sends and closes do nothing. */
  close(name: CloseName): void;
  /** Bytes accepted by `send` that the kernel has not taken yet. */
  bufferedBytes(): number;
  /** Sets the one listener; messages that came before are delivered to it first, in order. */
  onMessage(listener: MessageListener): void;
  /** Tells `listener` once when the socket has closed; at once if it already has. */
  onClose(listener: CloseListener): void;
}
