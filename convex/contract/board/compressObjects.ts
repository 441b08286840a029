/**
 * Objects in as few characters as a model needs to reason about them: id, tags and box. Bounded: what does
 * not fit is left out and counted (rule BV6).
 */
import { withinChars, type Fitting } from "./withinChars.ts";

interface Compressible {
  id?: string | undefined;
  metadata?: Readonly<Record<string, unknown>> | null | undefined;
}

interface CompressedObject {
  id: string;
  tags?: unknown[];
  /** [x, y, width, height] */
  bbox?: unknown[];
}

/** Objects without an id are dropped. `maxChars` bounds the JSON of those that are kept. */
export function compressObjects(
  objects: Iterable<Compressible>,
  maxChars = Infinity,
): Fitting<CompressedObject> {
  return withinChars([...objects].flatMap(compressed), maxChars);
}

function compressed({ id, metadata }: Compressible): CompressedObject[] {
  if (id === undefined || id === "") return [];
  const tags = metadata?.["semantic_tags"];
  const bbox = metadata?.["bbox"];
  const hasTags = Array.isArray(tags) && tags.length > 0;
  const hasBox = Array.isArray(bbox) && bbox.length === 4;
  return [
    {
      id,
      ...(hasTags ? { tags: tags as unknown[] } : {}),
      ...(hasBox ? { bbox: bbox as unknown[] } : {}),
    },
  ];
}
