/** As many values as fit into so much JSON, for whoever is told of a board and cannot be told all of it. */

export interface Fitting<T> {
  /** In order; what was too long is left out, and shorter ones after it may still be in. */
  kept: T[];
  omitted: number;
}

/** `maxChars` bounds `JSON.stringify(kept)`, but never below the two characters of an empty list. */
export function withinChars<T extends object>(values: Iterable<T>, maxChars: number): Fitting<T> {
  const kept: T[] = [];
  let [length, omitted] = ["[]".length, 0];
  for (const value of values) {
    const added = JSON.stringify(value).length + (kept.length > 0 ? 1 : 0); // the comma
    if (length + added > maxChars) {
      omitted++;
      continue;
    }
    kept.push(value);
    length += added;
  }
  return { kept, omitted };
}
