/**
 * A `ws` socket that tells one owner what happens to it. A closure for each event, and the table that keeps
 * them, were a twelfth of what an idle socket holds. To be named to a WebSocketServer as its `WebSocket`,
 * with `autoPong: false`: the owner answers.
 */
import { WebSocket } from "ws";

export interface SocketOwner {
  /** A whole message has come. */
  heard(message: Buffer, isBinary: boolean): void;
  /** The peer asks whether we are there; `data` is to be sent back. */
  pinged(data: Buffer): void;
  /** The peer has answered a ping. */
  ponged(): void;
  /** The socket has closed; after it nothing happens. */
  ended(code: number): void;
}

export class OwnedWebSocket extends WebSocket {
  /** To be set before anything can happen, in the callback of the handshake. */
  owner: SocketOwner | undefined;

  /** Tells the owner first. Of an error nobody need hear: "close" follows, with a code that says more. */
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    switch (event) {
      case "message":
        this.owner?.heard(...(args as [Buffer, boolean]));
        break;
      case "ping":
        this.owner?.pinged(...(args as [Buffer]));
        break;
      case "pong":
        this.owner?.ponged();
        break;
      case "close":
        this.owner?.ended(...(args as [number]));
        break;
      case "error":
        return this.owner !== undefined || super.emit(event, ...args);
    }
    return super.emit(event, ...args);
  }
}
