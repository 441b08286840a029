import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface TcpProxy {
  /** Where clients connect. */
  readonly address: string;
  /** Breaks all connections, as a cable that is cut would. */
  cut(): void;
  /** Swallows what the server says from now on, until `cut`; what clients say still gets through. */
  muteServer(): void;
  /** Lets it be heard again; what was swallowed stays so. */
  unmuteServer(): void;
  /** Where to connect to from now on. */
  retarget(port: number): void;
  /** How many connections there were so far. */
  connections(): number;
  close(): Promise<void>;
}

/** A cable between clients and a server on this machine, which a test can cut at the worst moment. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<[Socket, Socket]>();
  let target = targetPort;
  let isMuted = false;
  let count = 0;

  const server = createServer((client) => {
    count += 1;
    const upstream = connect(target, "127.0.0.1");
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    client.on("data", (data) => upstream.write(data));
    upstream.on("data", (data) => {
      if (!isMuted) client.write(data);
    });
    for (const socket of pair) {
      socket.on("error", () => undefined); // the other side is destroyed by "close"
      socket.on("close", () => {
        pairs.delete(pair);
        client.destroy();
        upstream.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  function cut(): void {
    isMuted = false;
    for (const [client, upstream] of pairs) {
      client.destroy();
      upstream.destroy();
    }
  }

  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    muteServer: () => (isMuted = true),
    unmuteServer: () => (isMuted = false),
    retarget: (port) => (target = port),
    connections: () => count,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
