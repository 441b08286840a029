/**
 * Who worked on what, and when: per person and per concept, from the objects that are on the board now. For
 * the teacher's view and the report. Goes by what objects say of themselves: `authorId`, `concept` and
 * `drawnAt`, the drawer's clock (rule BV10).
 */
import { isAssistants, type CanvasObject } from "../boardOps.ts";
import { conceptOf, countBy } from "./boardSummary.ts";

/** Objects drawn from `startAt` for the width of a span. ms since epoch. */
export interface ActivitySpan {
  startAt: number;
  count: number;
}

interface Activity {
  objects: number;
  /** Undefined when none of the objects says when it was drawn. */
  firstAt: number | undefined;
  lastAt: number | undefined;
  /** Spans in which something was drawn, in order. */
  spans: ActivitySpan[];
}

export interface PersonInsight extends Activity {
  authorId: string;
  countsByKind: Record<string, number>;
  countsByConcept: Record<string, number>;
}

export interface ConceptInsight extends Activity {
  concept: string;
  /** Objects of each person; the tutor's are in `byTutor`. */
  countsByPerson: Record<string, number>;
  byTutor: number;
}

export interface BoardInsights {
  /** The busiest first. The tutor, and objects of which nobody is said to be the author, are left out. */
  people: PersonInsight[];
  concepts: ConceptInsight[];
}

/** `spanMs`: the width of a span, more than 0; spans begin at multiples of it. */
export function gainInsights(objects: Iterable<CanvasObject>, spanMs: number): BoardInsights {
  const all = [...objects];
  const people = groupBy(all, authorOf).map(([authorId, drawn]) => ({
    authorId,
    ...activityOf(drawn, spanMs),
    countsByKind: countBy(drawn, (object) => object.kind),
    countsByConcept: countKnown(drawn, conceptOf),
  }));
  const concepts = groupBy(all, conceptOf).map(([concept, about]) => ({
    concept,
    ...activityOf(about, spanMs),
    countsByPerson: countKnown(about, authorOf),
    byTutor: about.filter((object) => isAssistants(object)).length,
  }));
  return { people: people.toSorted(byActivity), concepts: concepts.toSorted(byActivity) };
}

function authorOf(object: CanvasObject): string | undefined {
  return isAssistants(object) ? undefined : object.metadata?.authorId;
}

type KeyOf = (object: CanvasObject) => string | undefined;

function groupBy(objects: readonly CanvasObject[], keyOf: KeyOf): [string, CanvasObject[]][] {
  return [...Map.groupBy(objects, keyOf)].flatMap(([key, group]) =>
    key === undefined ? [] : [[key, group] as [string, CanvasObject[]]],
  );
}

function countKnown(objects: readonly CanvasObject[], keyOf: KeyOf): Record<string, number> {
  return Object.fromEntries(groupBy(objects, keyOf).map(([key, group]) => [key, group.length]));
}

function activityOf(objects: readonly CanvasObject[], spanMs: number): Activity {
  const times = objects.flatMap(({ metadata }) => metadata?.drawnAt ?? []).sort((a, b) => a - b);
  const starts = Map.groupBy(times, (at) => Math.floor(at / spanMs) * spanMs);
  const spans = [...starts].map(([startAt, within]) => ({ startAt, count: within.length }));
  return { objects: objects.length, firstAt: times[0], lastAt: times.at(-1), spans };
}

function byActivity(a: Activity, b: Activity): number {
  return b.objects - a.objects;
}
