/** A `redis-server` of Debian's in a process of its own, on a free port, that keeps nothing on disk. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { freePort } from "./freePort.ts";

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Stops it dead, with its sockets open, as a machine that hangs. */
  pause(): void;
  resume(): void;
  /** `kill -9`; all it held is gone. */
  kill(): Promise<void>;
  /** Again on the same port, empty. */
  start(): Promise<void>;
}

/** Whether this machine has one; tests that need it are skipped where it has not. */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;

export async function startRedisServer(): Promise<RedisServer> {
  const port = await freePort();
  let child: ChildProcess | undefined;

  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    port,
    pause: () => child?.kill("SIGSTOP"),
    resume: () => child?.kill("SIGCONT"),
    async kill() {
      const ending = child;
      child = undefined;
      if (ending?.exitCode !== null || ending.signalCode !== null) return;
      const exited = once(ending, "exit");
      ending.kill("SIGKILL");
      await exited;
    },
    async start() {
      const options = [
        "--port",
        String(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
      ];
      child = spawn("redis-server", options, { stdio: "ignore" });
      while (!(await accepts(port))) await new Promise((resolve) => setTimeout(resolve, 20));
    },
  };
  await server.start();
  return server;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  return (await new Promise((resolve) => {
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  }).finally(() => socket.destroy())) as boolean;
}
