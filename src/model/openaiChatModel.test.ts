import { LLMock, type FixtureOpts, type FixtureResponse } from "@copilotkit/aimock";
import { describe, expect, it, onTestFinished } from "vitest";
import { createFakeClock } from "../../test/support/fakeClock.ts";
import { createMemorySocket, createPrincipal } from "../../test/support/memorySocket.ts";
import { createMemoryTurnStore } from "../../test/support/memoryTurnStore.ts";
import type { CanvasObject } from "../../convex/contract/boardOps.ts";
import { appErrorDataOf } from "../../convex/contract/errors.ts";
import type { ChatPart, ChatRequest } from "../tutor/chatModel.ts";
import { createTutorRooms } from "../tutor/tutorRooms.ts";
import { decodeServerFrame, encodeFrame } from "../protocol/tutorFrames.ts";
import { silentLogger } from "../util/logger.ts";
import { createOpenAiChatModel } from "./openaiChatModel.ts";

/** A Chat Completions server that says what the test wants. */
async function startModel() {
  const mock = new LLMock({ port: 0 });
  await mock.start();
  onTestFinished(() => mock.stop());
  const model = createOpenAiChatModel({ baseUrl: `${mock.url}/v1`, apiKey: "test", model: "tiny" });
  return { mock, model };
}

const request = (content: string): ChatRequest => ({
  messages: [{ role: "user", content }],
  tools: [],
  model: null,
  temperature: 0,
  maxOutputTokens: 100,
});

async function listen(parts: AsyncIterable<ChatPart>) {
  const heard: ChatPart[] = [];
  let code: string | undefined;
  let thrown: unknown;
  try {
    for await (const part of parts) heard.push(part);
  } catch (error) {
    thrown = error;
    code = appErrorDataOf(error)?.code;
  }
  const text = heard.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
  return { heard, text, code, thrown };
}

async function hear(
  response: FixtureResponse,
  options: FixtureOpts = {},
  signal = new AbortController().signal,
) {
  const { mock, model } = await startModel();
  mock.onMessage(/.*/, response, options);
  return { mock, ...(await listen(model.stream(request("hello"), signal))) };
}

describe("the OpenAI client", () => {
  it("[V2.2.2] [MO1] streams text in pieces and ends with the usage", async () => {
    const content = "Water moves towards the salt. ".repeat(4);
    const { heard, text } = await hear({ content }, { chunkSize: 8 });
    expect(text).toBe(content);
    expect(heard.filter(({ type }) => type === "text").length).toBeGreaterThan(5);
    expect(heard.at(-1)).toMatchObject({ type: "usage" });
  });

  it("[MO1] hands over tool calls whole, however they were cut", async () => {
    const args = JSON.stringify({ text: "Osmosis", size: null, at: null });
    const { heard } = await hear(
      { toolCalls: [{ name: "drawText", arguments: args }] },
      { chunkSize: 5 },
    );
    const calls = heard.flatMap((part) => (part.type === "toolCall" ? [part.call] : []));
    expect(calls).toEqual([
      { toolCallId: expect.any(String), name: "drawText", argumentsText: args },
    ]);
  });

  it("[MO2] tries again by itself before the first word", async () => {
    const { mock, model } = await startModel();
    mock.onMessage(/.*/, { content: "Here I am." });
    mock.nextRequestError(500, { message: "down for a moment" });
    const { text } = await listen(model.stream(request("hello"), new AbortController().signal));
    expect(text).toBe("Here I am.");
    expect(mock.getRequests().length).toBe(2);
  });

  it.each([
    [500, "server_error", "MODEL_UNAVAILABLE"],
    [429, "rate_limit_exceeded", "MODEL_RATE_LIMITED"],
    [429, "insufficient_quota", "MODEL_AUTH_FAILED"],
    [401, "invalid_api_key", "MODEL_AUTH_FAILED"],
    [400, "context_length_exceeded", "MODEL_CONTEXT_TOO_LONG"],
    [400, "content_policy_violation", "MODEL_REFUSED"],
    [404, "model_not_found", "INTERNAL"],
  ])("[MO3] %i %s becomes %s", async (status, code, expected) => {
    const heard = await hear({ error: { message: "no", type: "error", code }, status });
    expect(heard.code).toBe(expected);
  });

  it("[MO4] a stream cut in the middle is MODEL_STREAM_CUT, and what came is kept", async () => {
    const content = "A sentence that will not be finished because the line breaks.";
    const { text, code } = await hear(
      { content },
      { chunkSize: 6, latency: 20, truncateAfterChunks: 4 },
    );
    expect(code).toBe("MODEL_STREAM_CUT");
    expect(content.startsWith(text)).toBe(true);
    expect(text).not.toBe("");
  });

  it("[MO3] a server that is not there is MODEL_UNAVAILABLE", async () => {
    const model = createOpenAiChatModel({
      baseUrl: "http://127.0.0.1:9/v1",
      apiKey: "x",
      model: "tiny",
    });
    const { code } = await listen(model.stream(request("hello"), new AbortController().signal));
    expect(code).toBe("MODEL_UNAVAILABLE");
  });

  it("[MO4] an abort ends the stream with the signal's reason", async () => {
    const stop = new AbortController();
    const reason = new Error("the student stopped it");
    const { mock, model } = await startModel();
    mock.onMessage(/.*/, { content: "word ".repeat(200) }, { chunkSize: 5, latency: 20 });
    const parts = model.stream(request("hello"), stop.signal);
    const heard = (async () => {
      for await (const part of parts) if (part.type === "text") stop.abort(reason);
    })();
    await expect(heard).rejects.toBe(reason);
  });
});

describe("a tutor on a model over HTTP", () => {
  async function ask(
    prepare: (mock: LLMock) => void,
    question: string,
    objects = new Map<string, CanvasObject>(),
  ) {
    const { mock, model } = await startModel();
    prepare(mock);
    const store = createMemoryTurnStore();
    const text = "Osmosis is the movement of water through a membrane. It needs no energy.";
    const place = { documentId: "d", documentName: "biology.pdf", page: 4, score: 1 };
    store.passages = [{ passageId: "p1", ...place, text }];
    const clock = createFakeClock();
    const rooms = createTutorRooms({
      store,
      board: {
        view: () => Promise.resolve({ objects }),
        draw: (_sessionId, plan) => Promise.resolve(plan({ objects })),
        turnEnded: () => undefined,
      },
      chatModel: model,
      clock,
      logger: silentLogger,
      companionId: "c",
    });
    const socket = createMemorySocket();
    rooms.openTutorSocket(socket, createPrincipal());
    socket.receive(encodeFrame({ type: "resume", id: "r", after: null }));
    socket.receive(encodeFrame({ type: "ask", id: "m", text: question }));
    await expect.poll(() => store.turns[0]?.finished !== undefined).toBe(true);
    const events = socket.sent.map((data) => decodeServerFrame(data));
    return { mock, turn: store.turns[0]!, finished: store.turns[0]!.finished!, events };
  }

  it("[V2.2.2] [TU10] cites what it was given, and loses what it made up", async () => {
    const content = "Water moves through a membrane [1]. It is blue [7].";
    const { turn, finished } = await ask(
      (mock) => mock.onMessage(/.*/, { content }, { chunkSize: 3 }),
      "What is osmosis?",
    );
    expect(turn.answer).toBe("Water moves through a membrane [1]. It is blue.");
    expect(finished).toMatchObject({
      madeBy: "tiny",
      droppedCitations: 1,
      outcome: { kind: "done" },
    });
    expect(finished.citations).toEqual([
      expect.objectContaining({
        passageId: "p1",
        page: 4,
        quote: "Osmosis is the movement of water through a membrane.",
      }),
    ]);
    expect(finished.usage.outputTokens).toBeGreaterThan(0);
  });

  it("[TU12] repairs a tool call once, draws, and goes on speaking", async () => {
    const bad = { name: "drawText", arguments: JSON.stringify({ text: "" }) };
    const good = {
      name: "drawText",
      arguments: JSON.stringify({ text: "Osmosis", size: null, at: null }),
    };
    const { mock, turn, events } = await ask((mock) => {
      mock.addFixture({
        match: { userMessage: /.*/, sequenceIndex: 0 },
        response: { toolCalls: [bad] },
      });
      mock.addFixture({
        match: { userMessage: /.*/, sequenceIndex: 1 },
        response: { toolCalls: [good] },
      });
      mock.addFixture({
        match: { userMessage: /.*/, sequenceIndex: 2 },
        response: { content: "It is on the board." },
      });
    }, "Draw osmosis");
    expect(mock.getRequests().length).toBe(3);
    expect(turn.answer).toBe("It is on the board.");
    const drawn = events.flatMap((frame) =>
      frame.type === "event" && frame.event.type === "toolEnded" ? [frame.event] : [],
    );
    expect(drawn).toEqual([
      { type: "toolEnded", tool: "drawText", ok: true, objectIds: ["text-1-text"] },
    ]);
  });

  it("[TU17] is answered with what is on the board by then, and nothing changes there", async () => {
    const objects = new Map<string, CanvasObject>();
    const filters = { concept: null, role: null, drawnBy: null, within: null };
    const looks = [
      { name: "findOnBoard", arguments: JSON.stringify({ ...filters, text: "cell" }) },
      { name: "surveyBoard", arguments: "{}" },
    ];
    const { mock, turn, events } = await ask(
      (mock) => {
        mock.addFixture({
          match: { userMessage: /.*/, sequenceIndex: 0 },
          response: () => {
            objects.set("late", { id: "late", kind: "text", text: "A cell", x: 10, y: 20 });
            return { toolCalls: looks };
          },
        });
        mock.addFixture({
          match: { userMessage: /.*/, sequenceIndex: 1 },
          response: { content: "You wrote: a cell." },
        });
      },
      "What did I write?",
      objects,
    );
    expect(turn.answer).toBe("You wrote: a cell.");
    const sent = mock.getRequests().at(-1)?.body as { messages: { content: string }[] };
    const [found, survey] = sent.messages
      .slice(-2)
      .map(({ content }) => JSON.parse(content) as unknown);
    expect(found).toMatchObject({ found: 1, objects: [{ id: "late", text: "A cell" }] });
    expect(survey).toMatchObject({ total: 1, countsByKind: { text: 1 } });
    const ended = events.flatMap((frame) =>
      frame.type === "event" && frame.event.type === "toolEnded" ? [frame.event] : [],
    );
    expect(ended.map(({ tool, ok, objectIds }) => [tool, ok, objectIds])).toEqual([
      ["findOnBoard", true, []],
      ["surveyBoard", true, []],
    ]);
    expect([...objects.keys()]).toEqual(["late"]);
  });

  it("[TU12] does not go round in circles with a model that only calls tools", async () => {
    const call = { name: "drawText", arguments: "not json" };
    const { mock, finished } = await ask(
      (mock) => mock.onMessage(/.*/, { toolCalls: [call] }),
      "Draw",
    );
    expect(mock.getRequests().length).toBeLessThanOrEqual(5);
    expect(finished.outcome).toMatchObject({ kind: "failed", code: "MODEL_OUTPUT_INVALID" });
  });

  it("[TU8] ends with the model's code when it fails, and keeps the question", async () => {
    const { turn, finished } = await ask(
      (mock) =>
        mock.onMessage(/.*/, { error: { message: "no", code: "invalid_api_key" }, status: 401 }),
      "What is osmosis?",
    );
    expect(finished.outcome).toMatchObject({ kind: "failed", code: "MODEL_AUTH_FAILED" });
    expect(turn.question).toBe("What is osmosis?");
  });
});
