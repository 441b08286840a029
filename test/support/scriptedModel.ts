/**
 * A language model with a script: an OpenAI-compatible server over HTTP that prepares a lesson on
 * ownership in Rust, answers a few questions, draws, and can be told to fail. Stands in for a paid
 * model; the product reaches it by its address like any other.
 */
import { LLMock } from "@copilotkit/aimock";
import type { ChatCompletionRequest } from "@copilotkit/aimock";

export const MODEL_NAME = "scripted-tutor";

export const ANALYSIS = {
  summary: "The text teaches how Rust frees memory: every value has one owner.",
  keyConcepts: [
    { name: "One owner", explanation: "Each value has exactly one owner.", passages: [0, 1] },
    { name: "Scope", explanation: "A value is dropped when its owner leaves.", passages: [2] },
  ],
  terms: [{ term: "owner", definition: "the variable that holds a value", passage: 1 }],
};
export const PLAN = {
  objectives: [
    { title: "Say who owns a value", why: "All else follows from it.", pages: [1] },
    { title: "Tell the stack from the heap", why: "It explains the costs.", pages: [2] },
  ],
};
export const QUIZ = {
  questions: [
    {
      kind: "choice",
      prompt: "How many owners does a value have at a time?",
      options: ["None", "One", "Two", "As many as it likes"],
      correct: 1,
      accepted: null,
      explanation: "There can only be one owner at a time.",
      concept: "One owner",
      passage: 1,
    },
    {
      kind: "short",
      prompt: "What is called when a value goes out of scope?",
      options: null,
      correct: null,
      accepted: ["drop"],
      explanation: "Rust calls drop at the closing bracket.",
      concept: "Scope",
      passage: 2,
    },
  ],
};
export const REPORT = {
  summary: "You asked about owners and saw the stack and the heap side by side.",
  strengths: ["You asked again when an answer broke off."],
  gaps: ["Moves were not discussed."],
  recommendations: ["Read about moves next."],
};
const PREPARED: Record<string, object> = {
  analysis: ANALYSIS,
  plan: PLAN,
  quiz: QUIZ,
  report: REPORT,
};

export const QUESTIONS = {
  cited: "Who owns a value?",
  drawn: "Please draw the stack and the heap.",
  refused: "What happens when the model is down?",
  cut: "What happens when the line breaks?",
  endless: "Please tell me everything there is to tell.",
};
const ANSWERS: Record<keyof typeof QUESTIONS, string> = {
  cited:
    "Every value has one owner [1]. When the owner goes out of scope the value is dropped [2]. " +
    "Nobody has to free it by hand [1]. Which variable owns the string in the example?",
  drawn: "I drew both on the board: what has a fixed size lies on the stack [1].",
  refused: "It is up again, and says that a value has one owner [1].",
  cut: "The line held this time, and so the whole sentence arrives, down to the last word [1].",
  endless: "And every value has one owner [1]. ".repeat(200), // 22 s: whoever stops it is in time
};

/** The arguments of its one tool call. */
export const CARD = {
  title: "Stack and heap",
  body: "The stack holds what has a fixed size, the heap what grows.",
  source: null,
  color: null,
};

export interface ScriptedModel {
  /** For MODEL_BASE_URL. */
  readonly baseUrl: string;
  /** While true, every call about `QUESTIONS.refused` is answered 500. */
  isDown: boolean;
  /** While true, the answer to `QUESTIONS.cut` breaks off in the middle. */
  isCutting: boolean;
  stop(): Promise<void>;
}

export async function startScriptedModel(): Promise<ScriptedModel> {
  const mock = new LLMock({ port: 0 });
  await mock.start();
  const model = {
    baseUrl: `${mock.url}/v1`,
    isDown: true,
    isCutting: true,
    stop: () => mock.stop(),
  };
  for (const [name, reply] of Object.entries(PREPARED)) {
    mock.on({ predicate: (asked) => shapeOf(asked) === name }, { content: JSON.stringify(reply) });
  }
  const error = { message: "out of order", type: "server_error" };
  mock.on({ predicate: (asked) => model.isDown && asks(asked, "refused") }, { error, status: 500 });
  const slowly = { chunkSize: 8, latency: 25 };
  mock.on(
    { predicate: (asked) => model.isCutting && asks(asked, "cut") },
    { content: ANSWERS.cut },
    { ...slowly, truncateAfterChunks: 5 },
  );
  mock.on(
    { predicate: (asked) => asks(asked, "drawn") && asked.messages.at(-1)?.role !== "tool" },
    { toolCalls: [{ name: "drawCard", arguments: JSON.stringify(CARD) }] },
  );
  for (const key of Object.keys(QUESTIONS) as (keyof typeof QUESTIONS)[]) {
    const content = ANSWERS[key];
    mock.on({ predicate: (asked) => asks(asked, key) }, { content }, slowly);
  }
  return model;
}

/** The name of the JSON shape that is asked for, if one is. */
function shapeOf({ response_format: format }: ChatCompletionRequest): string | undefined {
  return (format as { json_schema?: { name: string } } | undefined)?.json_schema?.name;
}

function asks({ messages }: ChatCompletionRequest, key: keyof typeof QUESTIONS): boolean {
  return messages.findLast(({ role }) => role === "user")?.content === QUESTIONS[key];
}
