/**
 * Components that clients watch live, over real sockets and with their own React hooks: presence,
 * streamed texts, agents, limits, knowledge.
 */
import { useUIMessages } from "@convex-dev/agent/react";
import type { UIMessagesQuery } from "@convex-dev/agent/react";
import { useStream } from "@convex-dev/persistent-text-streaming/react";
import type { StreamBody, StreamId } from "@convex-dev/persistent-text-streaming";
import usePresence from "@convex-dev/presence/react";
import type { PresenceState } from "@convex-dev/presence/react";
import { useRateLimit } from "@convex-dev/rate-limiter/react";
import type { GetRateLimitValueQuery } from "@convex-dev/rate-limiter/react";
import { ConvexProvider, ConvexReactClient } from "convex/react";
import { makeFunctionReference } from "convex/server";
import type { PaginationResult } from "convex/server";
import { createElement } from "react";
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";
import { httpClient, startTestEngine } from "../../support/convexEngine.ts";
import type { TestEngine } from "../../support/convexEngine.ts";
import { renderHook } from "../../support/renderHook.ts";
import type { RenderedHook } from "../../support/renderHook.ts";
import { projectFolder } from "../../support/testRuntime.ts";
const letGoOn = makeFunctionReference<"mutation", { topic: string }, null>("notes:letGoOn");
let engine: TestEngine;

beforeAll(async () => {
  engine = await startTestEngine({ functionsDir: projectFolder("official") });
});
afterAll(() => engine.close());

/** Runs a hook as a page of its own would; closed with the test. */
function renderOnPage<Result>(hook: () => Result): RenderedHook<Result> {
  const noEvents = { addEventListener: () => undefined, removeEventListener: () => undefined };
  vi.stubGlobal("document", { ...noEvents, hidden: false });
  const client = new ConvexReactClient(engine.url, {
    logger: false,
    webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
  });
  onTestFinished(() => client.close());
  return renderHook(hook, (children) => createElement(ConvexProvider, { client }, children));
}

const rateLimits = {
  limit: makeFunctionReference<"mutation", { name: string; key: string; count: number }, object>(
    "rateLimits:limit",
  ),
  value: makeFunctionReference("rateLimits:getRateLimit") as unknown as GetRateLimitValueQuery,
  time: makeFunctionReference<"mutation", Record<string, never>, number>(
    "rateLimits:getServerTime",
  ),
};

it("[OC2] rate-limiter: a page sees whether it may go on, and when again", async () => {
  const hook = renderOnPage(() =>
    useRateLimit(rateLimits.value, { key: "page", getServerTimeMutation: rateLimits.time }),
  );
  await expect.poll(() => hook.current?.status).toMatchObject({ ok: true });
  expect(hook.current?.check(Date.now(), 3)).toMatchObject({ ok: true, value: 0 });
  const all = { name: "bucket", key: "page", count: 3 };
  await httpClient(engine.url).mutation(rateLimits.limit, all);
  await expect
    .poll(() => hook.current?.status)
    .toEqual({ ok: false, retryAt: expect.closeTo(Date.now() + 1_800_000, -6) as number });
});

const presence = {
  heartbeat: makeFunctionReference<
    "mutation",
    { roomId: string; userId: string; sessionId: string; interval: number },
    { roomToken: string; sessionToken: string }
  >("presence:heartbeat"),
  list: makeFunctionReference<"query", { roomToken: string }, PresenceState[]>("presence:list"),
  disconnect: makeFunctionReference<"mutation", { sessionToken: string }, null>(
    "presence:disconnect",
  ),
  setData: makeFunctionReference<
    "mutation",
    { roomId: string; userId: string; data: unknown },
    null
  >("presence:setData"),
  roomsOf: makeFunctionReference<"query", { userId: string }, string[]>("presence:roomsOf"),
  removeRoom: makeFunctionReference<"mutation", { roomId: string }, null>("presence:removeRoom"),
};

function enter(roomId: string, userId: string, interval: number) {
  const sessionId = `session of ${userId}`;
  return httpClient(engine.url).mutation(presence.heartbeat, {
    roomId,
    userId,
    sessionId,
    interval,
  });
}

/** What a page sends as it closes, when nothing but a beacon gets through. */
async function sendBeacon(sessionToken: string): Promise<Response> {
  return await fetch(`${engine.url}/api/mutation`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ path: "presence:disconnect", args: { sessionToken } }),
  });
}

it("[OC10] presence: a page sees who is in the room, until a beacon says they left", async () => {
  const client = httpClient(engine.url);
  const page = renderOnPage(() => usePresence(presence, "room", "ada", 60_000));
  const { sessionToken } = await enter("room", "bob", 60_000);
  const bob = (rest: object) => [
    expect.objectContaining({ userId: "ada", online: true }) as unknown,
    expect.objectContaining({ userId: "bob", ...rest }) as unknown,
  ];
  await expect.poll(() => page.current).toEqual(bob({ online: true }));
  await client.mutation(presence.setData, { roomId: "room", userId: "bob", data: "typing" });
  await expect.poll(() => page.current).toEqual(bob({ data: "typing" }));
  expect((await sendBeacon(sessionToken)).status).toBe(200);
  await expect.poll(() => page.current).toEqual(bob({ online: false }));
  await client.mutation(presence.removeRoom, { roomId: "room" });
  await expect.poll(() => page.current).toEqual([]);
});

it("[OC10] presence: whoever falls silent is away after two and a half intervals", async () => {
  const client = httpClient(engine.url);
  await enter("quiet", "cy", 20);
  const page = renderOnPage(() => usePresence(presence, "quiet", "di", 60_000));
  await expect
    .poll(() => page.current?.map(({ userId, online }) => [userId, online]))
    .toEqual([
      ["di", true],
      ["cy", false],
    ]);
  expect(await client.query(presence.roomsOf, { userId: "cy" })).toEqual([]);
  expect(await client.query(presence.roomsOf, { userId: "di" })).toEqual(["quiet"]);
});

const streams = {
  create: makeFunctionReference<"mutation", { words: string[] }, string>("streams:create"),
  body: makeFunctionReference<"query", { streamId: string }, StreamBody>("streams:body"),
  remove: makeFunctionReference<"mutation", { streamId: string }, null>("streams:remove"),
};

async function speak(streamId: string, signal?: AbortSignal): Promise<Response> {
  return await fetch(`${engine.siteUrl}/speak`, {
    method: "POST",
    body: JSON.stringify({ streamId }),
    ...(signal && { signal }),
  });
}

it("[OC11] persistent-text-streaming: one page drives a text word by word, all others see it too", async () => {
  const client = httpClient(engine.url);
  const words = ["Hello ", "there. ", "Who ", "wait", "are ", "you?"];
  const streamId = await client.mutation(streams.create, { words });
  const url = new URL(`${engine.siteUrl}/speak`);
  const renderStream = (isDriven: boolean) =>
    renderOnPage(() => useStream(streams.body, url, isDriven, streamId as StreamId));
  const other = renderStream(false);
  await expect.poll(() => other.current).toEqual({ text: "", status: "pending" });
  const driver = renderStream(true);
  // The driver has every word; the others whole sentences.
  await expect
    .poll(() => driver.current)
    .toEqual({ text: "Hello there. Who ", status: "streaming" });
  await expect.poll(() => other.current).toEqual({ text: "Hello there. ", status: "streaming" });
  await client.mutation(letGoOn, { topic: streamId });
  const whole = { text: "Hello there. Who are you?", status: "done" };
  await expect.poll(() => driver.current).toEqual(whole);
  await expect.poll(() => other.current).toEqual(whole);
  expect((await speak(streamId)).status).toBe(205);
});

it("[OC11] persistent-text-streaming: the text is kept though its reader leaves, or its writer fails", async () => {
  const client = httpClient(engine.url);
  const create = (words: string[]) => client.mutation(streams.create, { words });
  const left = await create(["Still ", "wait", "talking ", "on. "]);
  const reader = new AbortController();
  const response = await speak(left, reader.signal);
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  await response.body!.getReader().read();
  reader.abort();
  await client.mutation(letGoOn, { topic: left });
  await expect
    .poll(() => client.query(streams.body, { streamId: left }))
    .toEqual({ text: "Still talking on. ", status: "done" });

  const failed = await create(["One. ", "fail"]);
  expect(await (await speak(failed)).text()).toBe("One. ");
  await expect
    .poll(() => client.query(streams.body, { streamId: failed }))
    .toEqual({ text: "One. ", status: "error" });
  await client.mutation(streams.remove, { streamId: failed });
  await expect(client.query(streams.body, { streamId: failed })).rejects.toThrow(/not found/i);
});

type Said = { role: string; text: string; status: string };
const assistant = {
  start: makeFunctionReference<"mutation", { userId?: string }, string>("assistant:start"),
  ask: makeFunctionReference<"action", { threadId: string; prompt: string }, string>(
    "assistant:ask",
  ),
  askLater: makeFunctionReference<"mutation", { threadId: string; prompt: string }, null>(
    "assistant:askLater",
  ),
  messages: makeFunctionReference<
    "query",
    { threadId: string; paginationOpts: { numItems: number; cursor: string | null } },
    PaginationResult<Said>
  >("assistant:messages"),
  search: makeFunctionReference<"action", { threadId: string; words: string }, string[]>(
    "assistant:search",
  ),
  remove: makeFunctionReference<"action", { threadId: string }, null>("assistant:remove"),
};
const page = (numItems: number, cursor: string | null = null) => ({ numItems, cursor });

it("[OC12] agent: answers with a tool, remembers the thread and pages through it", async () => {
  const client = httpClient(engine.url);
  const threadId = await client.mutation(assistant.start, { userId: "ada" });
  expect(await client.action(assistant.ask, { threadId, prompt: "hello" })).toBe("You said: hello");
  expect(await client.action(assistant.ask, { threadId, prompt: "add up 3 and 4" })).toBe(
    "The sum is 7.",
  );
  const args = { threadId, paginationOpts: page(100) };
  const said = (await client.query(assistant.messages, args)).page;
  expect(said.map(({ role, text }) => `${role}: ${text}`)).toEqual([
    "user: hello",
    "assistant: You said: hello",
    "user: add up 3 and 4",
    "assistant: The sum is 7.",
  ]);
  const newest = await client.query(assistant.messages, { threadId, paginationOpts: page(1) });
  const { continueCursor } = newest;
  expect(newest).toMatchObject({ isDone: false, page: [{ text: "The sum is 7." }] });
  const rest = { threadId, paginationOpts: page(100, continueCursor) };
  const older = (await client.query(assistant.messages, rest)).page;
  expect(older[0]).toMatchObject({ text: "hello" });
});

it("[OC12] agent: a page sees an answer grow while it is made, then the message that is kept", async () => {
  const client = httpClient(engine.url);
  const threadId = await client.mutation(assistant.start, {});
  const query = assistant.messages as unknown as UIMessagesQuery<{ threadId: string }>;
  const options = { initialNumItems: 10, stream: true } as never; // its types know no generated query
  const hook = renderOnPage(() => useUIMessages(query, { threadId }, options));
  const said = () => hook.current?.results as unknown as Said[] | undefined;
  const words = Array.from({ length: 20 }, (_, i) => `word${String(i)}`);
  await client.mutation(assistant.askLater, { threadId, prompt: words.join(" ") });
  await expect
    .poll(() => said()?.at(-1))
    .toMatchObject({
      role: "assistant",
      status: "streaming",
      text: expect.stringMatching(/^You said: word0 word1 (?!.*word19)/) as string,
    });
  await client.mutation(letGoOn, { topic: threadId });
  await expect.poll(said).toMatchObject([
    { role: "user", text: words.join(" ") },
    { role: "assistant", text: `You said: ${words.join(" ")}`, status: "success" },
  ]);
});

it("[OC12] agent: what fails is told; messages are found by words; threads go", async () => {
  const client = httpClient(engine.url);
  const threadId = await client.mutation(assistant.start, {});
  await expect(client.action(assistant.ask, { threadId, prompt: "fail" })).rejects.toThrow();
  await client.action(assistant.ask, { threadId, prompt: "the whale sings" });
  await client.action(assistant.ask, { threadId, prompt: "bread rises" });
  const found = await client.action(assistant.search, { threadId, words: "whale" });
  expect(found.join()).toMatch(/whale/);
  expect(found.join()).not.toMatch(/bread/);
  await client.action(assistant.remove, { threadId });
  const args = { threadId, paginationOpts: page(10) };
  expect((await client.query(assistant.messages, args)).page).toEqual([]);
});

type Added = { entryId: string; status: string; created: boolean; replaced: string | null };
const knowledge = {
  add: makeFunctionReference<
    "action",
    { namespace: string; key: string; title: string; text: string },
    Added
  >("knowledge:add"),
  addLater: makeFunctionReference<
    "mutation",
    { namespace: string; key: string; text: string },
    string
  >("knowledge:addLater"),
  search: makeFunctionReference<
    "action",
    { namespace: string; query: string; category?: string; searchType?: "text" | "hybrid" },
    { found: string[][]; text: string }
  >("knowledge:search"),
  answer: makeFunctionReference<"action", { namespace: string; prompt: string }, string>(
    "knowledge:answer",
  ),
  statuses: makeFunctionReference<"query", { namespace: string }, string[]>("knowledge:statuses"),
  remove: makeFunctionReference<"action", { entryId: string }, null>("knowledge:remove"),
};

it("[OC13] rag: texts are found by meaning and by words, within a filter, until they are deleted", async () => {
  const client = httpClient(engine.url);
  const namespace = "library";
  const add = (key: string, title: string, text: string) =>
    client.action(knowledge.add, { namespace, key, title, text });
  const whales = await add("whales", "animals", "the whale sings low\nit swims far\nand deep");
  await add("bread", "food", "bread rises slowly\nthe crust is brown");
  const search = async (query: string, rest = {}) =>
    (await client.action(knowledge.search, { namespace, query, ...rest })).found;
  // With the chunk after it.
  expect((await search("whale sings"))[0]).toEqual(["the whale sings low", "it swims far"]);
  expect((await search("whale sings", { category: "food" })).flat()).not.toContain(
    "the whale sings low",
  );
  expect((await search("crust", { searchType: "text" }))[0]).toEqual(["the crust is brown"]);
  expect((await search("bread", { searchType: "hybrid" }))[0]![0]).toBe("bread rises slowly");
  expect(await client.action(knowledge.answer, { namespace, prompt: "whale sings" })).toMatch(
    /the whale sings low/,
  );
  await client.action(knowledge.remove, { entryId: whales.entryId });
  expect((await search("whale sings")).flat().join()).not.toMatch(/whale/);
  expect(await client.query(knowledge.statuses, { namespace })).toEqual(["bread ready"]);
});

it("[OC13] rag: a key's new text replaces the old; what is added later is cut and embedded in the background", async () => {
  const client = httpClient(engine.url);
  const namespace = "notes";
  const first = await client.action(knowledge.add, {
    namespace,
    key: "a",
    title: "t",
    text: "old words",
  });
  const second = await client.action(knowledge.add, {
    namespace,
    key: "a",
    title: "t",
    text: "new words",
  });
  expect(second).toMatchObject({ status: "ready", created: true, replaced: first.entryId });
  await client.mutation(knowledge.addLater, { namespace, key: "b", text: "later lines\nof text" });
  await expect
    .poll(() => client.query(knowledge.statuses, { namespace }))
    .toEqual(expect.arrayContaining(["a ready", "b ready"]));
  const { found } = await client.action(knowledge.search, { namespace, query: "later lines" });
  expect(found[0]).toEqual(["later lines", "of text"]);
});
