/**
 * One address in front of an engine that is killed and started on another port each time. A connection that
 * comes while the engine is down waits for it, so clients lose no time to failed attempts.
 */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export type PatientProxy = {
  readonly address: string;
  /** Where connections lead from now on; null: nowhere yet. */
  lead(port: number | null): void;
  close(): void;
};

export async function startPatientProxy(): Promise<PatientProxy> {
  let target: number | null = null;
  const waiting = new Set<Socket>();
  const open = new Set<Socket>();

  function join(client: Socket, port: number): void {
    const engine = connect(port, "127.0.0.1");
    engine.on("error", () => client.destroy());
    engine.on("close", () => client.destroy());
    client.on("close", () => engine.destroy());
    client.pipe(engine).pipe(client);
  }

  const server = createServer((client) => {
    open.add(client);
    client.on("error", () => client.destroy());
    client.on("close", () => {
      open.delete(client);
      waiting.delete(client);
    });
    if (target === null) waiting.add(client);
    else join(client, target);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead(port) {
      target = port;
      if (port === null) return;
      for (const client of waiting) join(client, port);
      waiting.clear();
    },
    close() {
      server.close();
      for (const client of open) client.destroy();
    },
  };
}
