/**
 * The insights of a board as they are shown and kept in the report: bounded, and in lists, since what people
 * write cannot name the fields of a record. The busiest come first, and the rest is left out (rule BV15).
 */
import { v, type Infer } from "convex/values";
import { isAssistants, type CanvasObject } from "../boardOps.ts";
import { gainInsights, type ActivitySpan } from "./boardInsights.ts";
import { summarizeBoard } from "./boardSummary.ts";
import { firstChars } from "./firstChars.ts";

const SPAN_MS = 5 * 60_000;
const MAX_SPANS = 24; // the last two hours in which something was drawn
const MAX_PEOPLE = 50;
const MAX_CONCEPTS = 12;
const MAX_QUESTIONS = 50;
const MAX_CONCEPT_CHARS = 100;

const vSpans = v.array(v.object({ startAt: v.number(), count: v.number() })); // ms since epoch; of SPAN_MS
const vPersonCount = v.object({ authorId: v.string(), count: v.number() });

export const vInsightDigest = v.object({
  objects: v.number(),
  byTutor: v.number(),
  people: v.array(
    v.object({
      authorId: v.string(), // as the objects say it, so it may be nobody's
      objects: v.number(),
      kinds: v.array(v.object({ kind: v.string(), count: v.number() })),
      spans: vSpans,
    }),
  ),
  concepts: v.array(
    v.object({
      concept: v.string(),
      byTutor: v.number(),
      people: v.array(vPersonCount),
      spans: vSpans,
    }),
  ),
  questionIds: v.array(v.string()), // objects that pin a question
});
export type InsightDigest = Infer<typeof vInsightDigest>;

export function digestInsights(objects: readonly CanvasObject[]): InsightDigest {
  const { people, concepts } = gainInsights(objects, SPAN_MS);
  const { questionTags } = summarizeBoard(objects, []);
  return {
    objects: objects.length,
    byTutor: objects.filter((object) => isAssistants(object)).length,
    people: people
      .slice(0, MAX_PEOPLE)
      .map(({ authorId, objects: count, countsByKind, spans }) => ({
        authorId,
        objects: count,
        kinds: byCount(countsByKind).map(([kind, count]) => ({ kind, count })),
        spans: lastOf(spans),
      })),
    concepts: concepts
      .slice(0, MAX_CONCEPTS)
      .map(({ concept, byTutor, countsByPerson, spans }) => ({
        concept: firstChars(concept, MAX_CONCEPT_CHARS),
        byTutor,
        people: byCount(countsByPerson)
          .slice(0, MAX_PEOPLE)
          .map(([authorId, count]) => ({ authorId, count })),
        spans: lastOf(spans),
      })),
    questionIds: questionTags.slice(0, MAX_QUESTIONS).map(({ id }) => id),
  };
}

function byCount(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).sort(([, a], [, b]) => b - a);
}

function lastOf(spans: readonly ActivitySpan[]): ActivitySpan[] {
  return spans.slice(-MAX_SPANS);
}
