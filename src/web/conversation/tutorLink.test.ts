import { expect, it } from "vitest";
import type { ServerFrame } from "../../../convex/contract/tutorEvents.ts";
import { createTutorLink, PING_MS, type TutorSocket } from "./tutorLink.ts";

/** A link on sockets and a clock that the test drives by hand. */
function setup() {
  const sockets: FakeSocket[] = [];
  const timers: { at: number; task: () => void }[] = [];
  const refusals: string[] = [];
  const tokensAsked: boolean[] = [];
  let now = 0;
  let ids = 0;

  class FakeSocket implements TutorSocket {
    onopen: TutorSocket["onopen"] = null;
    onmessage: TutorSocket["onmessage"] = null;
    onclose: TutorSocket["onclose"] = null;
    sent: { type: string; id?: string; after?: number | null }[] = [];
    isClosed = false;
    readonly token: string;
    constructor(token: string) {
      this.token = token;
      sockets.push(this);
    }
    send(data: unknown) {
      this.sent.push(JSON.parse(data as string) as FakeSocket["sent"][number]);
    }
    close() {
      this.isClosed = true;
    }
    opens() {
      this.onopen?.({} as Event);
    }
    says(frame: ServerFrame) {
      this.onmessage?.({ data: JSON.stringify(frame) } as MessageEvent);
    }
    breaks(code: number) {
      this.onclose?.({ code } as CloseEvent);
    }
  }

  const link = createTutorLink({
    openSocket: (token) => new FakeSocket(token),
    getToken: (mustBeNew) => {
      tokensAsked.push(mustBeNew);
      return Promise.resolve(`token${tokensAsked.length}`);
    },
    after: (ms, task) => {
      const timer = { at: now + ms, task };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer) >>> 0, 1);
    },
    now: () => now,
    newId: () => `id${++ids}`,
    onRefused: (_, message) => refusals.push(message),
  });

  /** Lets time pass and every due timer and promise run. */
  async function pass(ms: number) {
    const end = now + ms;
    for (;;) {
      await Promise.resolve();
      await Promise.resolve();
      const next = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      timers.splice(timers.indexOf(next), 1);
      now = next.at;
      next.task();
    }
    now = end;
  }

  async function openAt(index: number) {
    await pass(10_000);
    const socket = sockets[index]!;
    socket.opens();
    return socket;
  }

  return { link, sockets, timers, refusals, tokensAsked, pass, openAt };
}

const model = { kind: "extractive" as const, name: "extractive" };
const welcome = (seq: number): ServerFrame => ({ type: "welcome", sessionId: "s", seq, model });
const started = (seq: number, clientMessageId: string): ServerFrame => ({
  type: "event",
  seq,
  at: 0,
  turnId: "t1",
  event: {
    type: "turnStarted",
    number: 1,
    authorId: "u",
    authorName: "Ada",
    question: "Why?",
    clientMessageId,
  },
});
const delta = (seq: number, start: number, text: string): ServerFrame => ({
  type: "event",
  seq,
  at: 0,
  turnId: "t1",
  event: { type: "delta", start, end: start + text.length, text },
});

it("[WP6] a question asked while offline is sent once connected, and again after a loss, under one id", async () => {
  const { link, openAt } = setup();
  link.open();
  link.ask("Why?", []);
  const first = await openAt(0);
  first.says(welcome(4));
  const asked = first.sent.filter((frame) => frame.type === "ask");
  expect(asked).toHaveLength(1);
  first.breaks(1006);
  const second = await openAt(1);
  expect(second.sent.filter((frame) => frame.type === "ask")).toEqual(asked);
  second.says({ type: "accepted", id: asked[0]!.id! });
  second.breaks(1006);
  const third = await openAt(2);
  expect(third.sent.filter((frame) => frame.type === "ask")).toEqual([]);
});

it("[WP6] a pending question makes way for the turn it became", async () => {
  const { link, openAt } = setup();
  link.open();
  const socket = await openAt(0);
  socket.says(welcome(0));
  link.ask("Why?", []);
  const [pending] = link.read().pending;
  socket.says(started(1, pending!.id));
  expect(link.read().pending).toEqual([]);
  expect(link.read().tutor.turn?.question).toBe("Why?");
});

it("[WP6] a refused question is no longer pending, and the reason is told", async () => {
  const { link, openAt, refusals } = setup();
  link.open();
  const socket = await openAt(0);
  link.ask("Why?", []);
  const { id } = link.read().pending[0]!;
  socket.says({
    type: "refused",
    id,
    code: "CONFLICT",
    message: "One at a time.",
    retryable: true,
  });
  expect(link.read().pending).toEqual([]);
  expect(refusals).toEqual(["One at a time."]);
});

it("[WP7] a new socket resumes after the last event seen, the first one from now on", async () => {
  const { link, openAt } = setup();
  link.open();
  const first = await openAt(0);
  expect(first.sent[0]).toMatchObject({ type: "resume", after: null });
  first.says(welcome(7));
  first.says(started(8, "x"));
  first.says(delta(9, 0, "Be"));
  first.breaks(1001);
  const second = await openAt(1);
  expect(second.sent[0]).toMatchObject({ type: "resume", after: 9 });
  second.says(welcome(10));
  second.says(delta(10, 2, "cause"));
  expect(link.read().tutor.turn?.text).toBe("Because");
});

it("[WP7] a gap is asked for at once and nothing is shown out of order", async () => {
  const { link, openAt } = setup();
  link.open();
  const socket = await openAt(0);
  socket.says(welcome(0));
  socket.says(started(1, "x"));
  socket.says(delta(3, 2, "cause"));
  expect(link.read().tutor.turn?.text).toBe("");
  expect(socket.sent.at(-1)).toMatchObject({ type: "resume", after: 1 });
  socket.says(delta(2, 0, "Be"));
  socket.says(delta(3, 2, "cause"));
  expect(link.read().tutor.turn?.text).toBe("Because");
});

it("[WP8] a final close ends the link", async () => {
  const { link, sockets, openAt, pass } = setup();
  link.open();
  (await openAt(0)).breaks(4403);
  await pass(60_000);
  expect(sockets).toHaveLength(1);
  expect(link.read().channel).toBe("closed");
});

it("[WP8] a refused token is renewed and the link comes back", async () => {
  const { link, sockets, tokensAsked, openAt, pass } = setup();
  link.open();
  (await openAt(0)).breaks(4401);
  await pass(60_000);
  expect(tokensAsked).toEqual([false, true]);
  expect(sockets[1]?.token).toBe("token2");
});

it("[WP8] a silent network is noticed and closing leaves no timer", async () => {
  const { link, sockets, timers, openAt, pass } = setup();
  link.open();
  (await openAt(0)).says(welcome(0));
  await pass(4 * PING_MS);
  expect(sockets[0]?.isClosed).toBe(true);
  expect(sockets.length).toBeGreaterThan(1);
  link.close();
  expect(timers).toEqual([]);
});

it("[WP8] frames that are not understood change nothing", async () => {
  const { link, openAt } = setup();
  link.open();
  const socket = await openAt(0);
  const before = link.read();
  socket.onmessage?.({ data: "{not json" } as MessageEvent);
  socket.onmessage?.({ data: '{"type":"fromTheFuture"}' } as MessageEvent);
  socket.onmessage?.({ data: new ArrayBuffer(4) } as MessageEvent);
  expect(link.read()).toBe(before);
});
