/**
 * What is on a board in numbers and places: how many of which kind and whose, where each concept lies, the
 * questions that were pinned, what is being pointed at. For the teacher's view, the report and the legacy
 * summary (rule BV4).
 */
import { unionBox, type Box, type CanvasObject } from "../boardOps.ts";
import { boxOf } from "./objectBox.ts";

export interface BoardSummary {
  countsByKind: Record<string, number>;
  /** By `metadata.source`; objects that name none count as "unknown". */
  countsByOwner: Record<string, number>;
  questionTags: { id: string; x: number; y: number; metadata: CanvasObject["metadata"] }[];
  conceptClusters: ConceptCluster[];
  marks: MarkSummary;
}

/** All objects of one `metadata.concept`; `box` is around them. */
export interface ConceptCluster {
  concept: string;
  box: Box;
  count: number;
}

interface MarkSummary {
  highlights: number;
  questionTags: { id: string; linkedObjectId: string | null }[];
  /** The ping that ends last. */
  recentPointer: { x: number; y: number; metadata: CanvasObject["metadata"] } | null;
}

/** `marks`: entries of the ephemeral map; whether they have expired is the caller's business. */
export function summarizeBoard(
  objects: Iterable<CanvasObject>,
  marks: Iterable<CanvasObject>,
): BoardSummary {
  const all = [...objects];
  return {
    countsByKind: countBy(all, (object) => object.kind),
    countsByOwner: countBy(all, (object) => object.metadata?.source ?? "unknown"),
    questionTags: all
      .filter((object) => object.metadata?.role === "question_tag")
      .map((object) => ({ id: object.id, ...placed(object) })),
    conceptClusters: clustersOf(all),
    marks: summarizeMarks([...marks]),
  };
}

/** How often each key occurs. */
export function countBy<T>(values: readonly T[], keyOf: (value: T) => string) {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(keyOf(value), (counts.get(keyOf(value)) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** The concept that an object is about, if it says so. */
export function conceptOf(object: CanvasObject): string | undefined {
  const concept = object.metadata?.["concept"];
  return typeof concept === "string" && concept !== "" ? concept : undefined;
}

function clustersOf(objects: readonly CanvasObject[]): ConceptCluster[] {
  const clusters = Map.groupBy(objects, conceptOf);
  return [...clusters].flatMap(([concept, members]) =>
    concept === undefined
      ? []
      : [{ concept, box: unionBox(members.map(boxOf)), count: members.length }],
  );
}

function summarizeMarks(marks: readonly CanvasObject[]): MarkSummary {
  const endOf = (mark: CanvasObject) => mark.metadata?.expiresAt ?? 0;
  const pointers = marks.filter((mark) => mark.kind === "pointer_ping");
  const recent = pointers.toSorted((a, b) => endOf(b) - endOf(a))[0];
  return {
    highlights: marks.filter((mark) => mark.kind === "highlight_stroke").length,
    questionTags: marks
      .filter((mark) => mark.kind === "question_tag")
      .map(({ id, metadata }) => {
        const linked = metadata?.["linkedObjectId"];
        return { id, linkedObjectId: typeof linked === "string" ? linked : null };
      }),
    recentPointer: recent === undefined ? null : placed(recent),
  };
}

function placed(object: CanvasObject) {
  const { x, y } = boxOf(object);
  return { x, y, metadata: object.metadata };
}
