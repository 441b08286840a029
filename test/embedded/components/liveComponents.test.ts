/** Components that clients watch live, over real sockets: presence, streamed texts, agents, knowledge. */
import { makeFunctionReference } from "convex/server";
import type { PaginationResult } from "convex/server";
import { afterAll, beforeAll, expect, it } from "vitest";
import { httpClient, reactiveClient, startTestEngine } from "../../support/convexEngine.ts";
import type { TestEngine } from "../../support/convexEngine.ts";
import { projectFolder } from "../../support/testRuntime.ts";

const POLLING = { timeout: 20_000 };
const letGoOn = makeFunctionReference<"mutation", { topic: string }, null>("notes:letGoOn");
let engine: TestEngine;

beforeAll(async () => {
  engine = await startTestEngine({ functionsDir: projectFolder("official") });
});
afterAll(() => engine.close());

type Present = { userId: string; online: boolean; data?: unknown };
const presence = {
  heartbeat: makeFunctionReference<
    "mutation",
    { roomId: string; userId: string; sessionId: string; interval: number },
    { roomToken: string; sessionToken: string }
  >("presence:heartbeat"),
  list: makeFunctionReference<"query", { roomToken: string }, Present[]>("presence:list"),
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

it("[OC10] presence: who is in the room shows live, until a beacon says they left", async () => {
  const client = reactiveClient(engine.url);
  const { roomToken } = await enter("room", "ada", 60_000);
  let seen: Present[] = [];
  client.onUpdate(presence.list, { roomToken }, (users) => (seen = users));
  const { sessionToken } = await enter("room", "bob", 60_000);
  const bob = (rest: object) => expect.objectContaining({ userId: "bob", ...rest }) as unknown;
  await expect.poll(() => seen, POLLING).toContainEqual(bob({ online: true }));
  await client.mutation(presence.setData, { roomId: "room", userId: "bob", data: "typing" });
  await expect.poll(() => seen, POLLING).toContainEqual(bob({ data: "typing" }));
  expect((await sendBeacon(sessionToken)).status).toBe(200);
  await expect.poll(() => seen, POLLING).toContainEqual(bob({ online: false }));
  expect(seen).toContainEqual(expect.objectContaining({ userId: "ada", online: true }));
  await client.mutation(presence.removeRoom, { roomId: "room" });
  await expect.poll(() => seen, POLLING).toEqual([]);
});

it("[OC10] presence: whoever falls silent is away after two and a half intervals", async () => {
  const client = reactiveClient(engine.url);
  const { roomToken } = await enter("quiet", "cy", 20);
  await enter("quiet", "di", 60_000);
  let seen: Present[] = [];
  client.onUpdate(presence.list, { roomToken }, (users) => (seen = users));
  await expect
    .poll(() => seen.map(({ userId, online }) => [userId, online]), POLLING)
    .toEqual([
      ["di", true],
      ["cy", false],
    ]);
  expect(await client.query(presence.roomsOf, { userId: "cy" })).toEqual([]);
  expect(await client.query(presence.roomsOf, { userId: "di" })).toEqual(["quiet"]);
});

type Body = { text: string; status: string };
const streams = {
  create: makeFunctionReference<"mutation", Record<string, never>, string>("streams:create"),
  body: makeFunctionReference<"query", { streamId: string }, Body>("streams:body"),
  remove: makeFunctionReference<"mutation", { streamId: string }, null>("streams:remove"),
};

async function speak(streamId: string, words: string[], signal?: AbortSignal): Promise<Response> {
  return await fetch(`${engine.siteUrl}/speak`, {
    method: "POST",
    body: JSON.stringify({ streamId, words }),
    ...(signal && { signal }),
  });
}

it("[OC11] persistent-text-streaming: a text comes word by word and is kept for everyone", async () => {
  const client = reactiveClient(engine.url);
  const streamId = await client.mutation(streams.create, {});
  let seen: Body | undefined;
  client.onUpdate(streams.body, { streamId }, (body) => (seen = body));
  const response = await speak(streamId, ["Hello ", "there. ", "wait", "Who ", "are ", "you?"]);
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  await expect.poll(() => seen, POLLING).toEqual({ text: "Hello there. ", status: "streaming" });
  const pieces: string[] = [];
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
    if (pieces.length === 0) await client.mutation(letGoOn, { topic: streamId });
    pieces.push(piece);
  }
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.join("")).toBe("Hello there. Who are you?");
  await expect
    .poll(() => seen, POLLING)
    .toEqual({ text: "Hello there. Who are you?", status: "done" });
  expect((await speak(streamId, ["again"])).status).toBe(205);
});

it("[OC11] persistent-text-streaming: the text is kept though its reader leaves, or its writer fails", async () => {
  const client = httpClient(engine.url);
  const [left, failed] = await Promise.all([1, 2].map(() => client.mutation(streams.create, {})));
  const reader = new AbortController();
  const response = await speak(left!, ["Still ", "wait", "talking ", "on. "], reader.signal);
  await response.body!.getReader().read();
  reader.abort();
  await client.mutation(letGoOn, { topic: left! });
  await expect
    .poll(() => client.query(streams.body, { streamId: left! }), POLLING)
    .toEqual({ text: "Still talking on. ", status: "done" });

  expect(await (await speak(failed!, ["One. ", "fail"])).text()).toBe("One. ");
  await expect
    .poll(() => client.query(streams.body, { streamId: failed! }), POLLING)
    .toEqual({ text: "One. ", status: "error" });
  await client.mutation(streams.remove, { streamId: failed! });
  await expect(client.query(streams.body, { streamId: failed! })).rejects.toThrow(/not found/i);
});

type Said = { role: string; text: string; status: string };
type StreamArgs =
  | { kind: "list"; startOrder?: number }
  | { kind: "deltas"; cursors: { streamId: string; cursor: number }[] };
type Streams =
  | { kind: "list"; messages: { streamId: string; status: string }[] }
  | { kind: "deltas"; deltas: { start: number; end: number; parts: Record<string, unknown>[] }[] };
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
    {
      threadId: string;
      paginationOpts: { numItems: number; cursor: string | null };
      streamArgs?: StreamArgs;
    },
    PaginationResult<Said> & { streams: Streams | null }
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

it("[OC12] agent: an answer is streamed in pieces to whoever watches the thread, then kept", async () => {
  const client = reactiveClient(engine.url);
  const threadId = await client.mutation(assistant.start, {});
  const watch = { threadId, paginationOpts: page(10) };
  const pieces: string[] = [];
  const watched = new Set<string>();
  client.onUpdate(assistant.messages, { ...watch, streamArgs: { kind: "list" } }, (result) => {
    if (result.streams?.kind !== "list") return;
    for (const { streamId } of result.streams.messages) {
      if (watched.has(streamId)) continue;
      watched.add(streamId);
      const streamArgs = { kind: "deltas" as const, cursors: [{ streamId, cursor: 0 }] };
      client.onUpdate(assistant.messages, { ...watch, streamArgs }, ({ streams: found }) => {
        if (found?.kind !== "deltas") return;
        const parts = found.deltas.flatMap((delta) => delta.parts);
        const words = parts.map((part) => (typeof part["delta"] === "string" ? part["delta"] : ""));
        if (words.length > 0) pieces.push(words.join(""));
      });
    }
  });
  const prompt = Array.from({ length: 20 }, (_, i) => `word${String(i)}`).join(" ");
  await client.mutation(assistant.askLater, { threadId, prompt });
  await expect.poll(() => pieces, POLLING).not.toEqual([]);
  expect(pieces.at(-1)).not.toMatch(/word19/);
  await client.mutation(letGoOn, { topic: threadId });
  await expect
    .poll(async () => (await client.query(assistant.messages, watch)).page, POLLING)
    .toMatchObject([
      { role: "user", text: prompt },
      { role: "assistant", text: `You said: ${prompt}`, status: "success" },
    ]);
  for (const piece of pieces) expect(`You said: ${prompt}`.startsWith(piece)).toBe(true);
});

it("[OC12] agent: what fails is told and kept as failed; messages are found by words; threads go", async () => {
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
    .poll(() => client.query(knowledge.statuses, { namespace }), POLLING)
    .toEqual(expect.arrayContaining(["a ready", "b ready"]));
  const { found } = await client.action(knowledge.search, { namespace, query: "later lines" });
  expect(found[0]).toEqual(["later lines", "of text"]);
});
