/**
 * Objects in as few characters as a model needs to reason about them: id, tags and box. Bounded: what does
 * not fit is left out and counted (rule BV6).
 */
interface Compressible {
  id?: string | undefined;
  metadata?: Readonly<Record<string, unknown>> | null | undefined;
}

export interface CompressedObjects {
  /** A JSON array of `{id, tags?, bbox?}`. */
  json: string;
  /** How many objects with an id did not fit. */
  omitted: number;
}

/** `maxChars` bounds `json`, but never below the two characters of an empty list. */
export function compressObjects(
  objects: Iterable<Compressible>,
  maxChars = Infinity,
): CompressedObjects {
  const entries: string[] = [];
  let [length, omitted] = ["[]".length, 0];
  for (const object of objects) {
    const entry = compressed(object);
    if (entry === undefined) continue;
    const added = entry.length + (entries.length > 0 ? 1 : 0); // the comma
    if (length + added > maxChars) {
      omitted++;
      continue;
    }
    entries.push(entry);
    length += added;
  }
  return { json: `[${entries.join(",")}]`, omitted };
}

function compressed({ id, metadata }: Compressible): string | undefined {
  if (id === undefined || id === "") return undefined;
  const tags = metadata?.["semantic_tags"];
  const bbox = metadata?.["bbox"];
  return JSON.stringify({
    id,
    ...(Array.isArray(tags) && tags.length > 0 ? { tags: tags as unknown[] } : {}),
    ...(Array.isArray(bbox) && bbox.length === 4 ? { bbox: bbox as unknown[] } : {}),
  });
}
