/**
 * The tutor that answers through a language model: one search, then rounds of text and tool calls until
 * the model is done, at most MAX_ROUNDS. Everything it says goes through the citation filter. Knows no
 * provider: the model is a port (rules TU10, TU12).
 */
import { appError } from "../../convex/contract/errors.ts";
import type { ChatModel, ChatPart, ChatToolCall } from "./chatModel.ts";
import { CitationFilter } from "./prompted/citationFilter.ts";
import { CHAT_TOOLS, ToolCalls } from "./prompted/toolCalls.ts";
import { buildPrompt } from "./prompted/tutorPrompt.ts";
import type { Tutor, TutorOutput, TutorRequest } from "./tutor.ts";

const PASSAGES = 8;
/** The last round is offered no tools, so that the model has to speak. */
const MAX_ROUNDS = 5;

export function createModelTutor(model: ChatModel): Tutor {
  return {
    madeBy: (settings) => settings.model ?? model.name,
    answer: (request, signal) => converse(model, request, signal),
  };
}

async function* converse(
  model: ChatModel,
  request: TutorRequest,
  signal: AbortSignal,
): AsyncGenerator<TutorOutput> {
  const passages = await request.search(searchTextOf(request), PASSAGES);
  const filter = new CitationFilter(passages);
  const tools = new ToolCalls(request);
  const messages = buildPrompt(request, passages);
  const mayDraw = request.context.interactionMode === "chat_and_whiteboard";
  let hasSpoken = false;
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const offered = mayDraw && round < MAX_ROUNDS ? CHAT_TOOLS : [];
    const chat = { messages, tools: offered, ...request.settings };
    const heard: Heard = yield* listen(model.stream(chat, signal), filter, hasSpoken && round > 1);
    hasSpoken ||= heard.text.trim() !== "";
    if (heard.calls.length === 0) break;
    messages.push({ role: "assistant", content: heard.text, toolCalls: heard.calls });
    messages.push(...(await tools.run(heard.calls)));
  }
  yield* sayIfAny(filter.flush());
  if (!hasSpoken) throw appError("MODEL_OUTPUT_INVALID", "The model gave an empty answer.");
  yield { type: "citations", citations: filter.citations, dropped: filter.dropped };
}

/** What a model said and asked for in one round. */
interface Heard {
  text: string;
  calls: ChatToolCall[];
}

/** Passes one round's text on as it comes; returns all that was said and the tools that were called. */
async function* listen(
  parts: AsyncIterable<ChatPart>,
  filter: CitationFilter,
  startsParagraph: boolean,
): AsyncGenerator<TutorOutput, Heard> {
  const calls: ChatToolCall[] = [];
  let text = "";
  for await (const part of parts) {
    if (part.type === "usage") yield part;
    else if (part.type === "toolCall") calls.push(part.call);
    else {
      const gap = text === "" && startsParagraph ? "\n\n" : "";
      text += part.text;
      yield* sayIfAny(filter.push(gap + part.text));
    }
  }
  return { text, calls };
}

function* sayIfAny(text: string): Generator<TutorOutput> {
  if (text !== "") yield { type: "text", text };
}

/** A short question is looked for together with the one before, on which it may lean. */
function searchTextOf({ question, context }: TutorRequest): string {
  const last = context.history.at(-1)?.question;
  return last === undefined || question.length > 60 ? question : `${question} ${last}`;
}
