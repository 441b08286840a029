/**
 * What the extractive tutor draws with an answer: a map of what stands near it, a table for a
 * comparison, the steps of a list, else a card with its best sentence. Pure; a thing that is on the
 * board already is pointed at instead of drawn twice.
 */
import { firstChars } from "../../../convex/contract/board/firstChars.ts";
import { isAssistants, type BoardView } from "../../../convex/contract/boardOps.ts";
import type { ToolName } from "../../../convex/contract/tools/registry.ts";
import { contentWords } from "../contentWords.ts";
import { pickSentences, type RankedSentence } from "../sentenceRanking.ts";
import type { FoundPassage, TurnContext } from "../turnStore.ts";
import type { Materials } from "./materials.ts";

export interface BoardIdea {
  tool: ToolName;
  args: unknown;
  /** What is said when it is on the board. */
  words: string;
}

const MAX_TITLE = 80;
const MAX_BODY = 420;
const MAX_CELL = 280;
const MAX_STEP = 180;
const GOOD = 0.42;

export function findBoardIdea(materials: Materials): BoardIdea | undefined {
  const { asked, context, board } = materials;
  if (context.interactionMode === "chat_only") return undefined;
  const idea = ideaFor(materials);
  if (idea === undefined) return undefined;
  const drawnAs = findDrawn(idea.title, board);
  if (drawnAs === undefined || asked.want.kind === "comparison") return idea;
  return {
    tool: "highlightObject",
    args: { objectId: drawnAs, color: null },
    words: "It is on the board already; I have marked it.",
  };
}

type TitledIdea = BoardIdea & { title: string };

function ideaFor(materials: Materials): TitledIdea | undefined {
  const { want } = materials.asked;
  switch (want.kind) {
    case "overview":
      return overviewMap(materials.context);
    case "comparison":
      return comparisonTable(materials);
    case "steps":
      return stepsChart(want.topic, materials.passages) ?? ideaForTopic(materials);
    default:
      return ideaForTopic(materials);
  }
}

function ideaForTopic(materials: Materials): TitledIdea | undefined {
  const { want, wantsDrawing } = materials.asked;
  const [best] = materials.findings[0]?.ranked ?? [];
  if (best === undefined || best.score < GOOD) return undefined;
  const prefersMap = want.kind !== "definition" || wantsDrawing;
  return (prefersMap ? relatedMap(materials) : undefined) ?? card(materials, best);
}

function card(
  { asked: { want }, meant }: Materials,
  { sentence, passage }: RankedSentence,
): TitledIdea {
  const topic = want.kind === "definition" ? want.topic : (passage.heading ?? meant);
  const title = shorten(topic.charAt(0).toUpperCase() + topic.slice(1), MAX_TITLE);
  const source = `${passage.documentName}, page ${passage.page}`.slice(-120);
  const args = { title, body: shorten(sentence.text, MAX_BODY), source, color: "blue" };
  return { tool: "drawCard", title, args, words: "I have put a card with it on the board." };
}

function comparisonTable({ findings }: Materials): TitledIdea | undefined {
  const cells = findings.map(({ topic, ranked }) => {
    const [best] = pickSentences(ranked, { count: 1, threshold: GOOD });
    return { topic: firstChars(topic, MAX_TITLE), best };
  });
  if (cells.length !== 2 || cells.some(({ best }) => best === undefined)) return undefined;
  const texts = cells.map(({ best }) => shorten(best?.sentence.text ?? "", MAX_CELL));
  const pages = cells.map(({ best }) => `page ${best?.passage.page ?? 0}`);
  const title = firstChars(cells.map(({ topic }) => topic).join(" and "), 120);
  const args = { title, headers: cells.map(({ topic }) => topic), rows: [texts, pages] };
  return { tool: "drawTable", title, args, words: "The two stand side by side on the board." };
}

/** The items of a list that stands in one of the best passages. */
function stepsChart(topic: string, passages: readonly FoundPassage[]): TitledIdea | undefined {
  const wanted = new Set(contentWords(topic));
  for (const passage of passages.slice(0, 4)) {
    const isAboutIt = contentWords(`${passage.heading ?? ""} ${passage.text}`).some((w) =>
      wanted.has(w),
    );
    const items = isAboutIt ? listItems(passage.text) : [];
    if (items.length < 3) continue;
    const title = shorten(topic.charAt(0).toUpperCase() + topic.slice(1), 100);
    const args = { title, steps: items.slice(0, 10).map((item) => shorten(item, MAX_STEP)) };
    return { tool: "drawFlowchart", title, args, words: "I have drawn the steps on the board." };
  }
  return undefined;
}

function listItems(text: string): string[] {
  const items = text.matchAll(/^\s*(?:step\s+)?\(?\d{1,2}[.):]\s+(\S[^\n]{8,})$/gim);
  return [...items].map((match) => (match[1] ?? "").trim());
}

/** The concept that the question is about, with those that share its pages. */
function relatedMap({ context, meant }: Materials): TitledIdea | undefined {
  const words = new Set(contentWords(meant));
  for (const { concepts } of context.documents) {
    const hub = concepts.find(({ name }) => contentWords(name).every((word) => words.has(word)));
    if (hub === undefined) continue;
    const distance = (pages: readonly number[]) =>
      Math.min(...pages.map((page) => Math.min(...hub.pages.map((p) => Math.abs(p - page)))));
    const near = concepts
      .filter((concept) => concept !== hub && distance(concept.pages) <= 1)
      .sort((a, b) => distance(a.pages) - distance(b.pages))
      .slice(0, 6);
    if (near.length < 2) return undefined;
    return conceptMap(
      hub.name,
      near,
      `I have drawn what stands near “${hub.name}” in your document.`,
    );
  }
  return undefined;
}

function overviewMap({ documents }: TurnContext): TitledIdea | undefined {
  const [document] = documents;
  if (document === undefined || document.concepts.length < 2) return undefined;
  const name = document.name.replace(/\.[a-z]{2,5}$/i, "");
  const words = "The board shows how these belong together.";
  return conceptMap(name, document.concepts.slice(0, 8), words);
}

function conceptMap(
  hub: string,
  concepts: readonly { name: string; pages: number[] }[],
  words: string,
): TitledIdea {
  const title = shorten(hub, MAX_TITLE);
  const branches = concepts.map(({ name, pages }) => ({
    label: shorten(name, MAX_TITLE),
    relation: null,
    note: pages.length === 0 ? null : `page ${pages.slice(0, 4).join(", ")}`,
  }));
  return { tool: "drawConceptMap", title, args: { concept: title, branches }, words };
}

/** The object of an earlier drawing of the tutor's that has this title. */
function findDrawn(title: string, board: BoardView): string | undefined {
  for (const object of board.objects.values()) {
    if (!isAssistants(object) || object.text !== title) continue;
    const linked = object.metadata?.["linked_to"];
    const isThere = typeof linked === "string" && board.objects.has(linked);
    return isThere ? linked : object.id;
  }
  return undefined;
}

function shorten(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const cut = firstChars(text, maxChars - 1);
  return `${firstChars(cut, Math.max(cut.lastIndexOf(" "), maxChars / 2))}…`;
}
