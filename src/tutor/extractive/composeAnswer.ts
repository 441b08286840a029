/**
 * The extractive tutor's words: which sentences are quoted, what stands between them, and what it says
 * when the documents are silent. Pure, so that every answer can be tested. It never says anything about
 * a document in its own words: what carries meaning is a quotation with its page.
 */
import { contentWords } from "../contentWords.ts";
import { pickSentences, type RankedSentence } from "../sentenceRanking.ts";
import type { TurnContext } from "../turnStore.ts";
import { mainConcepts, type Materials, type TopicFindings } from "./materials.ts";

export type AnswerPart =
  | { type: "say"; text: string }
  /** A quotation with its marker; `before` and `after` are the tutor's words around it. */
  | { type: "quote"; before: string; quoted: RankedSentence; after: string }
  /** Where the drawing is made, if there is one. */
  | { type: "draw" };

/** From here a sentence answers; below, down to NEAR, it is offered as the nearest there is. */
const ANSWERS = 0.42;
const NEAR = 0.2;

const say = (text: string): AnswerPart => ({ type: "say", text });

export function composeAnswer(materials: Materials): AnswerPart[] {
  const { asked, context } = materials;
  switch (asked.want.kind) {
    case "greeting":
      return [say(`Hello! ${HOW_I_WORK}${suggestions(context)}`)];
    case "thanks":
      return [say(`You're welcome.${suggestions(context)}`)];
    case "quiz":
      return [say(`${QUIZ}${suggestions(context)}`)];
    case "goOn":
      return [
        say(`Go on with what? Ask me about anything in your documents.${suggestions(context)}`),
      ];
    case "overview":
      return composeOverview(materials);
    case "comparison":
      return composeComparison(materials);
    default:
      return composeSingle(materials);
  }
}

const HOW_I_WORK =
  "I answer from your own documents, in their own words and with the page. Ask me what something means, how something works, how two things differ, or for an overview.";
const QUIZ =
  "I can't make up questions in the chat, but a quiz from your documents is one click away: open Quiz and choose how many questions you want.";
const NO_DOCUMENTS =
  "There is nothing in this session yet that I could look into. Add a document (PDF, Word, PowerPoint, a web page, Markdown or plain text), and ask me again: I answer from what is written there, and show the page.";

function composeSingle(materials: Materials): AnswerPart[] {
  const { findings, meant, context } = materials;
  const [finding] = findings;
  const wantsList = materials.asked.want.kind === "steps";
  const fresh = unquoted(finding, context);
  const picked = pickSentences(fresh, { count: wantsList ? 4 : 3, threshold: ANSWERS });
  const [first, ...rest] = picked;
  if (first === undefined) return composeMiss(materials, finding?.ranked[0], meant);
  return [
    quote(`${openingOf(first, materials)} `, first),
    ...rest.map((sentence, i) =>
      quote(`\n\n${linkTo(sentence, rest[i - 1] ?? first, materials)} `, sentence),
    ),
    { type: "draw" },
    say(followUp(materials, picked)),
  ];
}

/** Leaves out what was quoted before, unless nothing else is left. */
function unquoted(finding: TopicFindings | undefined, { history }: TurnContext): RankedSentence[] {
  const ranked = finding?.ranked ?? [];
  const said = history.map(({ answer }) => answer).join("\n");
  const fresh = ranked.filter(({ sentence }) => !said.includes(sentence.text));
  return (fresh[0]?.score ?? 0) >= ANSWERS ? fresh : ranked;
}

function composeMiss(
  { context, passages }: Materials,
  nearest: RankedSentence | undefined,
  meant: string,
): AnswerPart[] {
  if (context.documents.length === 0 && passages.length === 0) return [say(NO_DOCUMENTS)];
  if (nearest !== undefined && nearest.score >= NEAR && nearest.covers.size > 0) {
    const before = `I found nothing that answers this directly. The nearest I have is on page ${nearest.passage.page}${inDocument(nearest, context)}: `;
    return [quote(before, nearest), say(suggestions(context))];
  }
  const subject = contentWords(meant).length === 0 ? "that" : "this";
  const where = context.documents.length === 1 ? "your document" : "your documents";
  return [
    say(
      `I looked through ${where} and found nothing about ${subject}. I only quote what is written there, so I would rather say so than guess.${suggestions(context)}`,
    ),
  ];
}

function composeComparison(materials: Materials): AnswerPart[] {
  const { findings, context } = materials;
  const picked = findings.map((finding) => ({
    topic: finding.topic,
    sentences: pickSentences(finding.ranked, { count: 2, threshold: ANSWERS }),
  }));
  if (picked.every(({ sentences }) => sentences.length === 0)) {
    return composeMiss(materials, findings[0]?.ranked[0], materials.meant);
  }
  const parts = picked.flatMap(({ topic, sentences }, i): AnswerPart[] => {
    const gap = i === 0 ? "" : "\n\n";
    if (sentences.length === 0)
      return [say(`${gap}About “${topic}” your documents say nothing I could quote.`)];
    return sentences.map((sentence, j) => {
      const place = `page ${sentence.passage.page}${inDocument(sentence, context)}`;
      const lead = j === 0 ? `${gap}About “${topic}” (${place}): ` : ` And (${place}): `;
      return quote(lead, sentence);
    });
  });
  const all = picked.flatMap(({ sentences }) => sentences);
  return [...parts, { type: "draw" }, say(followUp(materials, all))];
}

function composeOverview(materials: Materials): AnswerPart[] {
  const { findings, context, passages } = materials;
  const lines = findings.flatMap(({ topic, ranked }) => {
    const [best] = pickSentences(ranked, { count: 1, threshold: ANSWERS });
    return best === undefined ? [] : [{ topic, best }];
  });
  if (lines.length === 0) {
    if (context.documents.length === 0 && passages.length === 0) return [say(NO_DOCUMENTS)];
    return [
      say(`I have not finished looking at your documents; ask me for an overview in a moment.`),
    ];
  }
  const names = context.documents.map(({ name }) => `“${name}”`);
  const spoken = [...new Set(lines.map(({ best }) => best.sentence.text))];
  const about = `${joined(names.slice(0, 3))} ${names.length === 1 ? "is" : "are"} mainly about ${joined(lines.map(({ topic }) => topic))}.`;
  const quotes = lines
    .filter(
      ({ best }, i) => lines.findIndex((l) => l.best.sentence.text === best.sentence.text) === i,
    )
    .map(({ topic, best }) =>
      quote(
        `\n\n• ${capital(topic)} (page ${best.passage.page}${inDocument(best, context)}): `,
        best,
      ),
    );
  if (spoken.length === 0) return [say(about)];
  return [
    say(about),
    ...quotes,
    { type: "draw" },
    say(
      followUp(
        materials,
        lines.map(({ best }) => best),
      ),
    ),
  ];
}

function quote(before: string, quoted: RankedSentence, after = ""): AnswerPart {
  return { type: "quote", before, quoted, after };
}

function openingOf(first: RankedSentence, { asked, context }: Materials): string {
  const place = `page ${first.passage.page}${inDocument(first, context)}`;
  switch (asked.want.kind) {
    case "definition":
      return `On ${place} it says:`;
    case "steps":
      return `This is how it is described on ${place}:`;
    default:
      return `The best answer I found is on ${place}:`;
  }
}

function linkTo(next: RankedSentence, last: RankedSentence, { context }: Materials): string {
  const isSameDocument = next.passage.documentId === last.passage.documentId;
  if (!isSameDocument)
    return `In another of your documents, page ${next.passage.page}${inDocument(next, context)}:`;
  if (next.passage.page === last.passage.page) return "On the same page:";
  return next.passage.page > last.passage.page
    ? `Further on, page ${next.passage.page}:`
    : `Earlier, on page ${next.passage.page}:`;
}

/** Names the document where there is more than one. */
function inDocument({ passage }: RankedSentence, { documents }: TurnContext): string {
  return documents.length > 1 ? ` of “${passage.documentName}”` : "";
}

/** An offer to go on that the next "yes" can take up; the wording is read back by materials.ts. */
function followUp(materials: Materials, quoted: readonly RankedSentence[]): string {
  const next = relatedConcept(materials, quoted);
  return next === undefined
    ? "\n\nWould you like a quiz on this, or is there something else to look up?"
    : `\n\nShall I go on with “${next}”?`;
}

/** A concept near what was quoted that has not been spoken about. */
function relatedConcept(
  { context, meant }: Materials,
  quoted: readonly RankedSentence[],
): string | undefined {
  const asked = [meant, ...context.history.map(({ question, answer }) => `${question} ${answer}`)];
  const spoken = new Set(contentWords(asked.join(" ").slice(-20_000)));
  const isNew = (name: string) => contentWords(name).some((word) => !spoken.has(word));
  const first = quoted[0]?.passage;
  const document = context.documents.find(({ documentId }) => documentId === first?.documentId);
  const distance = (pages: readonly number[]) =>
    Math.min(...pages.map((page) => Math.abs(page - (first?.page ?? 0))));
  return document?.concepts
    .filter(({ name }) => isNew(name))
    .sort((a, b) => distance(a.pages) - distance(b.pages))[0]?.name;
}

function suggestions(context: TurnContext): string {
  const names = mainConcepts(context).slice(0, 3);
  const [first] = names;
  if (first === undefined) return "";
  return `\n\nThere is something about ${joined(names)}. Shall I go on with “${first}”?`;
}

function joined(parts: readonly string[]): string {
  if (parts.length <= 1) return parts[0] ?? "";
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
