/** How the process starts, refuses to start and ends: real processes, as an operator sees them. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { api } from "../../convex/_generated/api.js";
import { startProduct } from "../support/product.ts";

/** Whole processes that bundle the functions: seconds, on a busy machine tens of them. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "lectern-start-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs main.ts until it ends by itself. */
async function runToEnd(environment: Record<string, string>, cwd = process.cwd()) {
  const main = join(process.cwd(), "src", "main.ts");
  const child = spawn(process.execPath, [main], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", DATA_DIR: temporaryFolder(), ...environment },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, errors };
}

async function takePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const FREE = { PORT: "0", CONVEX_PORT: "0", CONVEX_SITE_PORT: "0" };

it("[V1.1.4] [CF1] a bad value ends the start with exit code 1 and the variable's name", async () => {
  const { code, errors } = await runToEnd({ PORT: "eighty", LOG_LEVEL: "loud" });
  expect(code).toBe(1);
  expect(errors).toContain('PORT must be a port, 0 to 65535 (it is "eighty")');
  expect(errors).toContain("LOG_LEVEL must be one of");
  expect(errors).not.toContain("    at "); // a sentence, not a stack
});

it("[V1.1.4] [CF5] a bad value in .env is named as well", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, ".env"), "CONVEX_PORT=none\n");
  const { code, errors } = await runToEnd({}, cwd);
  expect([code, errors]).toEqual([1, expect.stringContaining("CONVEX_PORT must be a port")]);
});

it("[CF6] a taken PORT is named, and nothing stays running", async () => {
  const port = await takePort();
  const { code, errors } = await runToEnd({ ...FREE, PORT: String(port) });
  expect([code, errors]).toEqual([1, expect.stringContaining(`port ${port} is taken`)]);
});

it("[CF6] a taken CONVEX_PORT is named", async () => {
  const port = await takePort();
  const { code, errors } = await runToEnd({ ...FREE, CONVEX_PORT: String(port) });
  expect([code, errors]).toEqual([1, expect.stringContaining(String(port))]);
  expect(errors).toContain("CONVEX_PORT");
});

it("[ID4] damaged keys end the start with the file's name", async () => {
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, "keys.json"), "{}");
  const { code, errors } = await runToEnd({ ...FREE, DATA_DIR: dataDir });
  expect([code, errors]).toEqual([1, expect.stringContaining(join(dataDir, "keys.json"))]);
});

it("[V1.1.3] [V1.1.5] the functions start and serve, and a first one answers", async () => {
  const product = await startProduct();
  onTestFinished(() => product.dispose());
  const health = await fetch(`${product.url}/healthz`);
  expect(await health.json()).toMatchObject({ status: "ok", convex: "embedded" });
  const guest = await fetch(`${product.url}/auth/guest`, {
    method: "POST",
    body: JSON.stringify({ name: "Ada" }),
  });
  const { token } = (await guest.json()) as { token: string };
  const convex = new ConvexHttpClient(product.convexUrl, { auth: token, logger: false });
  expect(await convex.query(api.users.profile.me, {})).toMatchObject({ name: "Ada" });
  expect(await (await fetch(product.url)).text()).toContain("Lectern");
});

it("[CF7] SIGTERM drains: sockets close with 1001 and the exit code is 0", async () => {
  const product = await startProduct();
  onTestFinished(() => product.dispose());
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ name: "Ada" });
  const reply = await fetch(`${product.url}/auth/guest`, { method: "POST", headers, body });
  const { token } = (await reply.json()) as { token: string };
  const convex = new ConvexHttpClient(product.convexUrl, { auth: token, logger: false });
  const sessionId = await convex.mutation(api.sessions.lifecycle.start, { title: "T" });
  const sockets = ["tutor", "board"].map((kind) => {
    const address = `${product.url.replace("http", "ws")}/ws/${kind}/${sessionId}`;
    const ws = new WebSocket(address, ["lectern.v1", `bearer.${token}`]);
    onTestFinished(() => ws.terminate());
    return ws;
  });
  await Promise.all(sockets.map((ws) => once(ws, "open")));
  const codes = sockets.map(async (ws) => (await once(ws, "close"))[0] as number);
  const exit = product.stop();
  expect(await Promise.all(codes)).toEqual([1001, 1001]);
  expect(await exit).toBe(0);
  expect(product.output()).not.toContain('"level":"error"');
});

it("[GW5] with a Convex that cannot be reached the companion runs and says so", async () => {
  const dataDir = temporaryFolder();
  const main = join(process.cwd(), "src", "main.ts");
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = String((server.address() as AddressInfo).port);
  server.close();
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env["PATH"] ?? "",
      DATA_DIR: dataDir,
      PORT: port,
      CONVEX_URL: "http://127.0.0.1:1",
    },
    stdio: "ignore",
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const health = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    return response === undefined
      ? undefined
      : { ...((await response.json()) as object), httpStatus: response.status };
  };
  await expect.poll(health).toMatchObject({
    httpStatus: 503,
    convex: "remote",
    reason: "Convex at http://127.0.0.1:1 cannot be reached",
  });
  child.kill("SIGTERM");
  expect((await once(child, "exit"))[0]).toBe(0);
});
