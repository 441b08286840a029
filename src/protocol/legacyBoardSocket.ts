/**
 * Lets a client of the legacy board socket into a room as if it spoke y-protocols. Its frames are bare
 * Yjs updates (encoding v1) both ways: no message type, no sync steps, no presence (rules LB1-LB3). So
 * the envelope is put on and taken off here, and the question that a stock client asks on connecting,
 * "I have nothing", is asked for it. Rights, limits and slow readers stay the room's business.
 */
import { encodeStateVectorMessage, encodeUpdateMessage, updateOf } from "./boardMessages.ts";
import type { GatewaySocket } from "./gatewaySocket.ts";

const NOTHING = encodeStateVectorMessage(new Uint8Array([0]));

export function createLegacyBoardSocket(socket: GatewaySocket): GatewaySocket {
  return {
    send(data) {
      const update = typeof data === "string" ? undefined : updateOf(data);
      if (update !== undefined) socket.send(update);
    },
    sendAll(messages) {
      socket.sendAll(messages.map(updateOf).filter((update) => update !== undefined));
    },
    close: (name) => socket.close(name),
    bufferedBytes: () => socket.bufferedBytes(),
    onMessage(listener) {
      listener.receive(NOTHING); // before what waits: the board comes first, as its client expects
      socket.onMessage({
        receive(data) {
          listener.receive(typeof data === "string" ? data : encodeUpdateMessage(data));
        },
      });
    },
    onClose: (listener) => socket.onClose(listener),
  };
}
