/** The sockets on one board, of this companion. Decides nothing. */
import type { CloseName } from "../protocol/closeCodes.ts";
import type { BoardConnection } from "./boardConnection.ts";
import type { Writer } from "./document/changeOrigins.ts";

export class RoomConnections {
  readonly #connections = new Set<BoardConnection>();

  get count(): number {
    return this.#connections.size;
  }

  /** Of those that do not read what they are sent. */
  get stalledCount(): number {
    return [...this.#connections].filter(({ isStalled }) => isStalled).length;
  }

  add(connection: BoardConnection): void {
    this.#connections.add(connection);
  }

  delete(connection: BoardConnection): void {
    this.#connections.delete(connection);
  }

  send(frame: Uint8Array, except?: Writer): void {
    for (const connection of this.#connections) if (connection !== except) connection.send(frame);
  }

  sendSignsOfLife(): void {
    for (const connection of this.#connections) connection.sendSignOfLife();
  }

  closeAll(name: CloseName): void {
    for (const connection of this.#connections) connection.close(name);
  }
}
