/**
 * Lectern as a user starts it, with the embedded Convex, on free ports and a folder of its own; and the people,
 * sessions and memberships that its sockets ask for, made through its public doors.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { ConvexHttpClient } from "convex/browser";

import { api } from "../../../convex/_generated/api.js";
import type { BoardServer, Door } from "./boardServer.ts";
import { startServerProcess } from "./serverProcess.ts";

const MAIN = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));
/** A session takes 200; more clients than this are further tabs of the same people. */
const PEOPLE_PER_BOARD = 100;
const PEOPLE = 1_000; // over all boards
const AT_ONCE = 24;

type Person = { token: string; convex: ConvexHttpClient };
type Addresses = { page: string; convex: string };

export async function startLecternServer(name: string): Promise<BoardServer> {
  const dataDir = mkdtempSync(join(tmpdir(), "whiteboard-bench-"));
  const { child, sample, close } = startServerProcess(MAIN, {
    ...{ PORT: "0", CONVEX_PORT: "0", CONVEX_SITE_PORT: "0", DATA_DIR: dataDir },
    HOST: "127.0.0.1",
    TRUSTED_PROXY_HOPS: "1", // so that guests can come from addresses of their own
    LOG_LEVEL: "info",
  });
  if (child.stdout === null) throw new Error("the server's output is not read");
  const addresses = await readAddresses(child.stdout);
  const people: Person[] = [];
  const findPeople = async (count: number): Promise<Person[]> => {
    const missing = Array.from({ length: Math.max(0, count - people.length) }, (_, i) => i);
    const first = people.length;
    people.push(...(await mapAtOnce(missing, (i) => enter(addresses, first + i))));
    return people;
  };
  return {
    name,
    dialect: "y-websocket",
    async doors(boards, clients) {
      const perBoard = Math.min(clients, PEOPLE_PER_BOARD);
      const everybody = await findPeople(Math.min(boards * perBoard, PEOPLE));
      const numbers = Array.from({ length: boards }, (_, board) => board);
      return await mapAtOnce(numbers, async (board) => {
        const members = Array.from(
          { length: perBoard },
          (_, i) => everybody[(board * perBoard + i) % everybody.length],
        ).filter((person) => person !== undefined);
        return doorsOf(addresses, await startSession(members), members, clients);
      });
    },
    sample,
    async close() {
      await close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function readAddresses(output: NodeJS.ReadableStream): Promise<Addresses> {
  const lines = createInterface(output);
  const addresses = await new Promise<Addresses>((resolve, reject) => {
    lines.on("line", (line) => {
      if (line.includes('"listening"')) resolve(JSON.parse(line) as Addresses);
      if (/"level":(50|60)/.test(line)) console.error(line);
    });
    lines.once("close", () => reject(new Error("Lectern ended while starting.")));
  });
  return addresses;
}

async function enter({ page, convex }: Addresses, number: number): Promise<Person> {
  const address = [10, 0, number >> 8, number & 255].join(".");
  const reply = await fetch(`${page}/auth/guest`, {
    method: "POST",
    headers: { "X-Forwarded-For": address },
    body: JSON.stringify({ name: `Person ${number}` }),
  });
  if (!reply.ok) throw new Error(`No guest was let in: ${await reply.text()}`);
  const { token } = (await reply.json()) as { token: string };
  const client = new ConvexHttpClient(convex, { skipConvexDeploymentUrlCheck: true });
  client.setAuth(token);
  return { token, convex: client };
}

/** A session of the first person, which the others join as students. */
async function startSession(members: readonly Person[]): Promise<string> {
  const [owner, ...others] = members;
  if (owner === undefined) throw new Error("a session without people");
  const { lifecycle, participants } = api.sessions;
  const sessionId = await owner.convex.mutation(lifecycle.start, { title: "Measured" });
  if (others.length === 0) return sessionId;
  const invitation = { sessionId, role: "student" as const };
  const inviteCode = await owner.convex.mutation(participants.invite, invitation);
  for (const { convex } of others) {
    await convex.mutation(lifecycle.join, { sessionId, inviteCode });
  }
  return sessionId;
}

function doorsOf(
  { page }: Addresses,
  sessionId: string,
  members: readonly Person[],
  clients: number,
): Door[] {
  return Array.from({ length: clients }, (_, i) => ({
    url: `${page}/ws/board/${sessionId}`,
    subprotocols: ["lectern.v1", `bearer.${members[i % members.length]?.token ?? ""}`],
    document: sessionId,
  }));
}

async function mapAtOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(work))));
  }
  return results;
}
