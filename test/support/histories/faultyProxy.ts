/**
 * A cable between one client and the engine that breaks at random, and always at a telling moment: just
 * before or just after something passed, in either direction. So requests are lost, and answers.
 */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

import * as prng from "lib0/prng";

export type FaultyProxy = {
  readonly address: string;
  /** How often it broke. */
  cuts(): number;
  /** Breaks no more. */
  heal(): void;
  close(): void;
};

/**
 * @param portOfEngine asked at each connection; while the engine is down, connections wait for it
 * @param cutRate 0..1: of all packets, those at which the cable breaks. The handshake passes unharmed.
 */
export async function startFaultyProxy(
  portOfEngine: () => Promise<number>,
  random: prng.PRNG,
  cutRate: number,
): Promise<FaultyProxy> {
  const open = new Set<Socket>();
  let rate = cutRate;
  let cuts = 0;

  /** Passes on what comes, until the draw says that it is time to break. */
  function forward(from: Socket, to: Socket, breakBoth: () => void): void {
    let isHandshake = true;
    from.on("data", (data) => {
      const breaks = !isHandshake && random.next() < rate;
      isHandshake = false;
      if (breaks) cuts += 1;
      if (breaks && prng.bool(random)) breakBoth();
      else to.write(data, () => (breaks ? breakBoth() : undefined));
    });
  }

  function join(client: Socket, port: number): void {
    const engine = connect(port, "127.0.0.1");
    const breakBoth = (): void => {
      client.destroy();
      engine.end(); // what was written still arrives
    };
    forward(client, engine, breakBoth);
    forward(engine, client, breakBoth);
    for (const socket of [client, engine]) {
      open.add(socket);
      socket.on("error", breakBoth);
      socket.on("close", () => {
        open.delete(socket);
        breakBoth();
      });
    }
    client.resume();
  }

  const server = createServer({ pauseOnConnect: true }, (client) => {
    client.on("error", () => client.destroy());
    void portOfEngine().then((port) => {
      if (!client.destroyed) join(client, port);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts: () => cuts,
    heal: () => (rate = 0),
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
