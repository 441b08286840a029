/**
 * How soon open sockets feel that a right is gone: the product as its user starts it, and from the cause
 * being accepted by Convex or the gateway to the socket being closed at its client. Prints a table; never
 * fails on time.
 *
 *   npm run bench:access [-- --rounds 30 --keep]
 */
import { once } from "node:events";
import { parseArgs } from "node:util";

import { ConvexHttpClient } from "convex/browser";
import { WebSocket } from "ws";

import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { startProduct } from "../../test/support/product.ts";
import { asMarkdown, figure, keep, load, quantile, type Table } from "./table.ts";

const { values: options } = parseArgs({
  options: { rounds: { type: "string", default: "30" }, keep: { type: "boolean", default: false } },
});
const rounds = Number(options.rounds);
const product = await startProduct();

interface Person {
  readonly token: string;
  readonly userId: Id<"users">;
  readonly convex: ConvexHttpClient;
}

async function enter(name: string): Promise<Person> {
  const body = JSON.stringify({ name });
  const response = await fetch(`${product.url}/auth/guest`, { method: "POST", body });
  if (!response.ok) throw new Error(await response.text());
  const login = (await response.json()) as { token: string; userId: Id<"users"> };
  const convex = new ConvexHttpClient(product.convexUrl, { auth: login.token, logger: false });
  return { ...login, convex };
}

/** What takes the student's right away, and the close code that says so. */
const CAUSES = {
  "removed from the session": [
    4403,
    (owner: Person, { userId }: Person, sessionId: Id<"sessions">) =>
      owner.convex.mutation(api.sessions.participants.removeMember, { sessionId, userId }),
  ],
  "the session has ended": [
    4409,
    (owner: Person, _student: Person, sessionId: Id<"sessions">) =>
      owner.convex.mutation(api.sessions.lifecycle.end, { sessionId }),
  ],
  "logged out": [
    4401,
    (_owner: Person, { token }: Person) =>
      fetch(`${product.url}/auth/logout`, {
        method: "POST",
        headers: { Authorization: `Bearer ${token}` },
      }),
  ],
} as const;

const KINDS = ["tutor", "board"] as const;

/** Resolves when the student is heard in the room. */
async function open(kind: (typeof KINDS)[number], sessionId: string, { token }: Person) {
  const address = `${product.url.replace("http", "ws")}/ws/${kind}/${sessionId}`;
  const ws = new WebSocket(address, ["lectern.v1", `bearer.${token}`]);
  await once(ws, "open");
  const greeting = once(ws, "message");
  if (kind === "tutor") ws.send(JSON.stringify({ type: "resume", id: "1", after: null }));
  await greeting;
  return ws;
}

const owner = await enter("Ada");
const times = new Map<string, number[]>();
try {
  for (let round = 0; round < rounds; round++) {
    const student = await enter("Bob");
    for (const [cause, [expected, act]] of Object.entries(CAUSES)) {
      const { start, join } = api.sessions.lifecycle;
      const sessionId = await owner.convex.mutation(start, { title: "Lesson" });
      const inviteCode = await owner.convex.mutation(api.sessions.participants.invite, {
        sessionId,
        role: "student",
      });
      await student.convex.mutation(join, { sessionId, inviteCode });
      const sockets = await Promise.all(
        KINDS.map(async (kind) => ({ kind, ws: await open(kind, sessionId, student) })),
      );
      const closed = sockets.map(async ({ kind, ws }) => {
        const [code] = (await once(ws, "close")) as [number];
        if (code !== expected) throw new Error(`${cause}: closed with ${code}`);
        return { name: `${cause}, ${kind}`, at: performance.now() };
      });
      await act(owner, student, sessionId);
      const startedAt = performance.now();
      for (const { name, at } of await Promise.all(closed)) {
        times.set(name, [...(times.get(name) ?? []), at - startedAt]);
      }
    }
  }
} finally {
  await product.dispose();
}

const table: Table = {
  title: "Rights that are taken act on open sockets",
  header: ["cause, socket", "p50, ms", "slowest, ms"],
  rows: [...times].map(([name, all]) => [name, ...[0.5, 1].map((q) => figure(quantile(all, q)))]),
  note: `From the answer to what took the right to the socket's close at its client, ${rounds} rounds; less than nothing where the close came first. To be reached: 1,000 ms.`,
};
console.log(asMarkdown(table));
console.log(`Load average: ${load()}`);
if (options.keep) await keep("access", [table]);
process.exit();
