/** What an extractive answer is made from: gathered by searches first, so that composing it is pure. */
import type { BoardView } from "../../../convex/contract/boardOps.ts";
import { contentWords } from "../contentWords.ts";
import { rankSentences, type RankedSentence } from "../sentenceRanking.ts";
import type { FoundPassage, TurnContext } from "../turnStore.ts";
import { readQuestion, type AskedQuestion } from "./questionKind.ts";

const PASSAGES = 8;
const PASSAGES_PER_TOPIC = 4;
const OVERVIEW_CONCEPTS = 5;

/** One thing that is spoken about, and what the documents say of it, best first. */
export interface TopicFindings {
  topic: string;
  ranked: RankedSentence[];
}

export interface Materials {
  asked: AskedQuestion;
  /** The question as it was meant: with what "it" or "go on" refers to. */
  meant: string;
  findings: TopicFindings[];
  passages: FoundPassage[];
  context: TurnContext;
  board: BoardView;
}

export interface Question {
  question: string;
  context: TurnContext;
  board: BoardView;
  search: (text: string, limit: number) => Promise<FoundPassage[]>;
}

export async function gatherMaterials(request: Question): Promise<Materials> {
  const { context, board, search } = request;
  const { form, subject } = resolveReference(request.question, context);
  const read = readQuestion(form);
  const wantsDrawing = read.wantsDrawing || readQuestion(request.question).wantsDrawing;
  const asked = { ...read, wantsDrawing };
  const topics = topicsOf(asked, form, context).map(({ topic, query }) => {
    return { topic, query: subject === "" ? query : `${query} ${subject}` };
  });
  const limit = topics.length > 1 ? PASSAGES_PER_TOPIC : PASSAGES;
  const found = await Promise.all(topics.map(({ query }) => search(query, limit)));
  const wantsDefinition = asked.want.kind !== "open" && asked.want.kind !== "steps";
  const findings = topics.map(({ topic, query }, i) => {
    const ranked = rankSentences(found[i] ?? [], { question: query, topic, wantsDefinition });
    return { topic, ranked };
  });
  const meant = subject === "" ? form : `${form} ${subject}`;
  return { asked, meant, findings, passages: found.flat(), context, board };
}

/** What to look for; nothing for small talk. */
function topicsOf({ want }: AskedQuestion, form: string, context: TurnContext) {
  switch (want.kind) {
    case "greeting":
    case "thanks":
    case "quiz":
    case "goOn":
      return [];
    case "overview":
      return mainConcepts(context).map((topic) => ({ topic, query: topic }));
    case "comparison":
      return want.topics.map((topic) => ({ topic, query: topic }));
    case "definition":
      return [{ topic: want.topic, query: want.topic }];
    default:
      return [{ topic: "", query: form }];
  }
}

/** The concepts that come first in each document, taken in turns. */
export function mainConcepts({ documents }: TurnContext): string[] {
  const names: string[] = [];
  for (let i = 0; i < OVERVIEW_CONCEPTS; i++) {
    for (const { concepts } of documents) {
      const name = concepts[i]?.name;
      if (name !== undefined && !names.includes(name)) names.push(name);
    }
  }
  return names.slice(0, OVERVIEW_CONCEPTS);
}

const OFFER = /Shall I go on with “([^”]+)”/g;

/** The thing the tutor offered to go on with at the end of its last answer. */
export function offeredTopic({ history }: TurnContext): string | undefined {
  return [...(history.at(-1)?.answer ?? "").matchAll(OFFER)].at(-1)?.[1];
}

/**
 * How a question is to be read where it leans on the one before: "yes" takes up the offer, and "why is
 * it faster?" is looked up together with what "it" was (`subject`).
 */
function resolveReference(
  question: string,
  context: TurnContext,
): { form: string; subject: string } {
  const last = context.history.at(-1);
  if (last === undefined) return { form: question, subject: "" };
  if (readQuestion(question).want.kind === "goOn") {
    const offered = offeredTopic(context);
    return { form: offered === undefined ? last.question : `What is ${offered}?`, subject: "" };
  }
  const words = contentWords(question);
  const leans = /\b(?:it|its|they|them|their|that|this|these|those)\b/i.test(question);
  const isThin = words.length <= 2 && leans;
  return { form: question, subject: isThin ? contentWords(last.question).join(" ") : "" };
}
