import { describe, expect, it } from "vitest";
import { EMPTY_CONTEXT } from "../../test/support/memoryTurnStore.ts";
import { openFixture, type PassageSearch } from "../../test/support/passageSearch.ts";
import type { BoardOp, CanvasObject } from "../../convex/contract/boardOps.ts";
import type { AnswerCitation } from "../../convex/contract/tutorEvents.ts";
import { findTool } from "../../convex/contract/tools/registry.ts";
import type { Clock } from "../util/clock.ts";
import { createExtractiveTutor } from "./extractiveTutor.ts";
import type { TurnContext } from "./turnStore.ts";

/** Does not wait, but lets others go on in between. */
const instantClock: Clock = {
  now: () => 0,
  after(_delayMs, task) {
    queueMicrotask(task);
    return () => undefined;
  },
};

const concepts = ["ownership", "stack", "heap", "String type"].map((name, i) => {
  return { name, explanation: "", pages: [i + 1] };
});
const bookContext: TurnContext = {
  ...EMPTY_CONTEXT,
  documents: [
    {
      documentId: "what-is-ownership.html",
      name: "what-is-ownership.html",
      summary: "",
      concepts,
      terms: [],
    },
  ],
};

/** A lesson on one real document: asks in turn, keeps the history and the board. */
function createLesson(book: PassageSearch | undefined, start: TurnContext = bookContext) {
  const objects = new Map<string, CanvasObject>();
  const context = { ...start, history: [...start.history] };
  const tutor = createExtractiveTutor(instantClock);
  return {
    objects,
    async ask(question: string, signal = new AbortController().signal) {
      const pieces: string[] = [];
      const tools: string[] = [];
      let citations: AnswerCitation[] = [];
      const useTool = (name: string, args: unknown): Promise<BoardOp[]> => {
        const tool = findTool(name)!;
        const ops = tool.plan(tool.args.parse(args), { objects });
        for (const op of ops) {
          if (op.type === "add") objects.set(op.object.id, { ...op.object });
        }
        tools.push(name);
        return Promise.resolve(ops);
      };
      const settings = { model: null, temperature: 0, maxOutputTokens: 1, isEnabled: true };
      const search = book?.search ?? (() => Promise.resolve([]));
      const request = {
        question,
        boardSelection: [],
        context,
        settings,
        search,
        board: { objects },
        useTool,
        lookAtBoard: () => Promise.reject(new Error("it has the board already")),
      };
      for await (const output of tutor.answer(request, signal)) {
        if (output.type === "text") pieces.push(output.text);
        if (output.type === "citations") citations = output.citations;
      }
      const text = pieces.join("");
      context.history.push({ question, answer: text });
      return { text, pieces, tools, citations };
    },
  };
}

describe("on a real document", () => {
  it("[TU10] [TU11] quotes what is there, word for word, each with a page and a passage", async () => {
    const book = await openFixture("what-is-ownership.html", "html");
    const lesson = createLesson(book);
    const questions = [
      "What is ownership?",
      "How does Rust free memory?",
      "What are the ownership rules?",
      "What is the difference between stack and heap?",
      "Give me an overview",
    ];
    for (const question of questions) {
      const { text, citations } = await lesson.ask(question);
      expect(citations.length).toBeGreaterThan(0);
      for (const [i, { passageId, page, quote, start, end }] of citations.entries()) {
        const passage = book.passages.find((p) => p.passageId === passageId);
        expect(passage?.text).toContain(quote);
        expect(passage?.page).toBe(page);
        expect(text.slice(start, end)).toBe(`[${i + 1}]`);
        expect(text).toContain(`page ${page}`);
      }
      const markers = new Set(text.match(/\[\d+\]/g));
      expect(markers.size).toBe(citations.length);
    }
  });

  it("[TU11] finds the sentence that defines what was asked for, and puts it on a card", async () => {
    const lesson = createLesson(await openFixture("what-is-ownership.html", "html"));
    const { text, tools } = await lesson.ask("What is ownership?");
    expect(text).toContain(
      "“Ownership is a set of rules that governs how a Rust program manages memory.”",
    );
    expect(tools).toEqual(["drawCard"]);
    expect((await lesson.ask("What is ownership?")).tools).toEqual(["highlightObject"]);
  });

  it("[TU11] defines a term of a PDF, too", async () => {
    const lesson = createLesson(await openFixture("introduction-to-r.pdf", "pdf"), EMPTY_CONTEXT);
    const { text } = await lesson.ask("what is a vector?");
    expect(text).toContain("A vector is the elementary structure for data handling in R");
  });

  it("[TU11] says about each of two things what the document says, and draws them side by side", async () => {
    const lesson = createLesson(await openFixture("what-is-ownership.html", "html"));
    const { text, tools } = await lesson.ask(
      "Explain the difference between the stack and the heap",
    );
    expect(text).toMatch(/About “stack”[\s\S]+About “heap”/);
    expect(tools).toEqual(["drawTable"]);
  });

  it("[TU11] takes up its own offer, and what “it” refers to", async () => {
    const lesson = createLesson(await openFixture("what-is-ownership.html", "html"));
    const first = await lesson.ask("What is ownership?");
    expect(first.text).toContain("Shall I go on with “stack”?");
    expect((await lesson.ask("yes please")).text).toContain("stack");
    await lesson.ask("Explain the difference between the stack and the heap");
    expect((await lesson.ask("why is it faster?")).text).toContain(
      "Pushing to the stack is faster",
    );
  });

  it("[TU11] says so when the document is silent, and what it speaks about instead", async () => {
    const lesson = createLesson(await openFixture("what-is-ownership.html", "html"));
    const { text, citations, tools } = await lesson.ask("Who won the world cup in 1998?");
    expect(text).toContain("found nothing about this");
    expect(text).toContain("ownership");
    expect([citations, tools]).toEqual([[], []]);
  });

  it("[TU11] draws nothing where the board is switched off", async () => {
    const context = { ...bookContext, interactionMode: "chat_only" as const };
    const lesson = createLesson(await openFixture("what-is-ownership.html", "html"), context);
    expect((await lesson.ask("Draw a map of ownership")).tools).toEqual([]);
  });
});

it("[TU11] without documents it asks for one", async () => {
  const { text } = await createLesson(undefined, EMPTY_CONTEXT).ask("What is osmosis?");
  expect(text).toContain("Add a document");
});

it("[TU11] greets and takes thanks without searching", async () => {
  const lesson = createLesson(undefined, EMPTY_CONTEXT);
  expect((await lesson.ask("Hello!")).text).toMatch(/^Hello!/);
  expect((await lesson.ask("thank you")).text).toMatch(/welcome/);
});

it("[V2.2.2] [TU11] speaks word by word and stops in the middle of one", async () => {
  const lesson = createLesson(await openFixture("what-is-ownership.html", "html"));
  const { pieces } = await lesson.ask("What is ownership?");
  expect(pieces.length).toBeGreaterThan(30);
  const stop = new AbortController();
  stop.abort();
  expect((await lesson.ask("What is ownership?", stop.signal)).pieces).toEqual([]);
});
