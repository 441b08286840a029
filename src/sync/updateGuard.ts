/**
 * Looks at an update without reading all of it, before Yjs does. Yjs reserves an array for as many structs as a header announces,
 * so eight hostile bytes could take 250 MB and 200 ms (measured); a struct takes at least two bytes,
 * which bounds what an honest header can say.
 */
import * as decoding from "lib0/decoding";
import * as Y from "yjs";

/** @throws when the update cannot be what it says. Cheap for the update of one edit. */
export function assertPlausibleUpdate(update: Uint8Array): void {
  const decoder = decoding.createDecoder(update);
  const clients = decoding.readVarUint(decoder);
  if (clients === 0) return;
  const structs = decoding.readVarUint(decoder);
  if (structs > update.byteLength) throw new RangeError("more structs than bytes");
  // Later headers can only be found by reading what is between; this reads without reserving.
  if (clients > 1) Y.decodeUpdate(update);
}

/**
 * Whether the update is one author's next work on top of `before` (clocks by author), so that whoever has
 * that lacks all of it.
 */
export function isNextStep(update: Uint8Array, before: ReadonlyMap<number, number>): boolean {
  const decoder = decoding.createDecoder(update);
  if (decoding.readVarUint(decoder) !== 1) return false;
  decoding.readVarUint(decoder); // structs
  const client = decoding.readVarUint(decoder);
  return decoding.readVarUint(decoder) === (before.get(client) ?? 0);
}
