/** A sync socket by hand: says what a stock client never would, and keeps every message that comes back. */
import { onTestFinished, vi } from "vitest";
import { WebSocket, type ClientOptions } from "ws";

export type ServerMessage = { type: string } & Record<string, unknown>;

export type SyncSocket = {
  readonly socket: WebSocket;
  readonly received: ServerMessage[];
  /** Sends objects as JSON, texts as they are. */
  readonly say: (...messages: (object | string)[]) => void;
  /** The first message of this type, once it is there. */
  readonly first: (type: string) => Promise<ServerMessage>;
  readonly closed: Promise<{ code: number; reason: string }>;
};

export const hello = (): object => ({
  ...{ type: "Connect", sessionId: crypto.randomUUID(), connectionCount: 0, lastCloseReason: null },
});

/** An open socket, ended with the test. @param address `http://…` of the engine */
export async function openSyncSocket(
  address: string,
  options: ClientOptions & { version?: string } = {},
): Promise<SyncSocket> {
  const { version = "1.48.0", ...rest } = options;
  const socket = new WebSocket(`${address.replace("http", "ws")}/api/${version}/sync`, rest);
  onTestFinished(() => socket.terminate());
  const received: ServerMessage[] = [];
  socket.on("error", () => undefined); // what is torn on purpose ends in "close"
  socket.on("message", (data: Buffer) =>
    received.push(JSON.parse(data.toString()) as ServerMessage),
  );
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await new Promise<void>((resolve) => socket.on("open", resolve));
  return {
    ...{ socket, received, closed },
    say(...messages) {
      for (const message of messages) {
        socket.send(typeof message === "string" ? message : JSON.stringify(message));
      }
    },
    first: (type) =>
      vi.waitFor(
        () => {
          const message = received.find((one) => one.type === type);
          if (message === undefined)
            throw new Error(`no ${type} among ${received.length} messages`);
          return message;
        },
        { interval: 5 },
      ),
  };
}
