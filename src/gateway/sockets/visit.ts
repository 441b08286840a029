/** One open socket in the gateway's books: for whom it counts, until it has closed (GW14). */
import type { CloseListener } from "../../protocol/gatewaySocket.ts";
import type { ServerSocket } from "../../protocol/serverSocket.ts";
import type { SocketCount } from "./socketCounts.ts";
import type { SocketKind } from "./socketRequest.ts";

export class Visit implements CloseListener {
  readonly socket: ServerSocket;
  readonly kind: SocketKind;
  readonly #address: SocketCount;
  #user: SocketCount | undefined;
  #session: SocketCount | undefined;
  readonly #onEnd: (visit: Visit, code: number) => void;

  /** `address`: where it is counted already. `onEnd`: one for all visits. */
  constructor(
    { socket, kind, address }: { socket: ServerSocket; kind: SocketKind; address: SocketCount },
    onEnd: (visit: Visit, code: number) => void,
  ) {
    this.socket = socket;
    this.kind = kind;
    this.#address = address;
    this.#onEnd = onEnd;
    socket.onClose(this);
  }

  /** It also counts there from now on. */
  countFor(user: SocketCount, session: SocketCount): void {
    this.#user = user;
    this.#session = session;
  }

  closed(code: number): void {
    this.#address.release();
    this.#user?.release();
    this.#session?.release();
    this.#onEnd(this, code);
  }
}
