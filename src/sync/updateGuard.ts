/**
 * Looks at an update before Yjs does. Yjs reserves an array for as many structs as a header announces,
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
