/**
 * The tutor that works with no language model: finds what the session's documents say, quotes it with
 * pages, draws it, and says honestly when there is nothing. It plays an answer that is composed before
 * it starts (extractive/composeAnswer.ts), word by word (rules TU10, TU11).
 */
import type { Clock } from "../util/clock.ts";
import { CitationList } from "./citationList.ts";
import { findBoardIdea, type BoardIdea } from "./extractive/boardIdea.ts";
import { composeAnswer, type AnswerPart } from "./extractive/composeAnswer.ts";
import { gatherMaterials } from "./extractive/materials.ts";
import { speak } from "./extractive/pacing.ts";
import type { Tutor, TutorOutput, TutorRequest } from "./tutor.ts";

export function createExtractiveTutor(clock: Clock): Tutor {
  return {
    madeBy: () => "extractive",
    async *answer(request, signal) {
      const materials = await gatherMaterials(request);
      const idea = findBoardIdea(materials);
      yield* play(composeAnswer(materials), { request, idea, clock, signal });
    },
  };
}

async function* play(
  parts: readonly AnswerPart[],
  stage: { request: TutorRequest; idea: BoardIdea | undefined; clock: Clock; signal: AbortSignal },
): AsyncGenerator<TutorOutput> {
  const citations = new CitationList();
  let position = 0;
  for (const part of parts) {
    for await (const text of speak(await wordsOf(part), stage.clock, stage.signal)) {
      position += text.length;
      yield { type: "text", text };
    }
    if (stage.signal.aborted) return;
  }
  yield { type: "citations", citations: citations.all, dropped: 0 };

  async function wordsOf(part: AnswerPart): Promise<string> {
    if (part.type === "say") return part.text;
    if (part.type === "draw") return await draw(stage.request, stage.idea);
    const { passage, sentence } = part.quoted;
    const spoken = `${part.before}“${sentence.text}” `;
    const quote = passage.text.slice(sentence.start, sentence.end);
    const key = `${passage.passageId} ${sentence.start}`;
    return `${spoken}${citations.mark(passage, quote, position + spoken.length, key)}${part.after}`;
  }
}

/** Draws, and returns the words that go with it; a board without room is no reason to fail. */
async function draw({ useTool }: TutorRequest, idea: BoardIdea | undefined): Promise<string> {
  if (idea === undefined) return "";
  try {
    await useTool(idea.tool, idea.args);
    return `\n\n${idea.words}`;
  } catch {
    return ""; // the answer stands without the drawing; the failed tool is shown by its own event
  }
}
