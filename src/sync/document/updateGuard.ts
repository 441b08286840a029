/**
 * Looks at an update before Yjs does, for what Yjs would take in and be hurt by. It reserves an array for
 * as many structs as a header announces, so eight hostile bytes could take 250 MB and 200 ms (measured);
 * a struct takes at least two bytes, which bounds what an honest header can say. And it writes, deletes
 * and collects by recursion whatever lies in something else: types 3,000 deep, sent in 30 KB and deleted,
 * ended the process, and would break every page that has the board.
 */
import * as decoding from "lib0/decoding";
import * as Y from "yjs";
import { isDeeper, MAX_NESTING } from "../../../convex/contract/board/nesting.ts";
import { MAX_SUBDOCUMENTS, PeoplesDecoder } from "./peoplesDecoder.ts";
import { TypeLevels, type Struct } from "./typeLevels.ts";

/** Whether it holds nothing, as what the stock provider answers when it comes with nothing new. */
export function isEmpty(update: Uint8Array): boolean {
  return update.byteLength === 2 && update[0] === 0 && update[1] === 0; // no structs, no deletions
}

/**
 * Cheap for the update of one edit. Returns how many authors (Yjs clients) it has that `doc` has not met.
 * @throws when the update cannot be what it says, or nests deeper than MAX_NESTING in `doc`.
 */
export function checkUpdate(update: Uint8Array, doc: Y.Doc): number {
  const { store } = doc;
  const decoder = decoding.createDecoder(update);
  const clients = decoding.readVarUint(decoder);
  if (clients === 0) return 0;
  const structs = decoding.readVarUint(decoder);
  if (structs > update.byteLength) throw new RangeError("more structs than bytes");
  if (clients === 1 && structs === 1) {
    const client = decoding.readVarUint(decoder);
    decoding.readVarUint(decoder); // clock
    const content = decoding.readUint8(decoder) & CONTENT_BITS;
    if (isFlatContent(content, update)) return store.clients.has(client) ? 0 : 1;
  }
  // Later headers can only be found by reading what is between; this reads without reserving.
  const decoded = Y.decodeUpdateV2(update, PeoplesDecoder).structs;
  assertFlat(decoded, store);
  assertFewDocuments(decoded, doc);
  const authors = new Set(decoded.map(({ id }) => id.client));
  return [...authors].filter((client) => !store.clients.has(client)).length;
}

/** The same for what has waited, in Yjs' second encoding: what it builds on was not there before. */
export function checkWaiting(update: Uint8Array, { store }: Y.Doc): void {
  assertFlat(Y.decodeUpdateV2(update).structs, store);
}

/** In the first byte of a struct. */
const CONTENT_BITS = 0b11111;
/** Numbers that Yjs gives to contents without anything in them: collected, deleted, bytes, letters. */
const PLAIN_CONTENTS = new Set([0, 1, 3, 4]);
const JSON_VALUES = 8;
/** How lib0 begins a list and a map. */
const [OPENS_LIST, OPENS_MAP] = [117, 118];

/** Whether an update of one struct cannot nest deeply. Goes by its bytes: most are of this kind. */
function isFlatContent(content: number, update: Uint8Array): boolean {
  if (content !== JSON_VALUES) return PLAIN_CONTENTS.has(content);
  let openings = 0;
  for (const byte of update) if (byte === OPENS_LIST || byte === OPENS_MAP) openings++;
  return openings <= MAX_NESTING;
}

function assertFlat(structs: readonly Struct[], store: Y.Doc["store"]): void {
  const levels = new TypeLevels(structs, store);
  for (const struct of structs) {
    if (!(struct instanceof Y.Item)) continue;
    const isDeep =
      struct.content instanceof Y.ContentType
        ? levels.of(struct) > MAX_NESTING
        : valuesOf(struct.content).some((value) => isDeeper(value, MAX_NESTING));
    if (isDeep) throw new RangeError("nested too deep");
  }
}

/** Counts those of the update that the document has not got, and those that it has. */
function assertFewDocuments(
  structs: readonly Struct[],
  { store, subdocs, _transaction }: Y.Doc,
): void {
  const isNewDocument = (struct: Struct) =>
    struct instanceof Y.Item &&
    struct.content instanceof Y.ContentDoc &&
    struct.id.clock >= Y.getState(store, struct.id.client);
  const more = structs.filter(isNewDocument).length;
  const known = subdocs.size + (_transaction?.subdocsAdded.size ?? 0);
  if (more > 0 && known + more > MAX_SUBDOCUMENTS) throw new RangeError("too many subdocuments");
}

function valuesOf(content: Y.Item["content"]): readonly unknown[] {
  if (content instanceof Y.ContentAny || content instanceof Y.ContentJSON) return content.arr;
  if (content instanceof Y.ContentEmbed) return [content.embed];
  if (content instanceof Y.ContentFormat) return [content.value];
  if (content instanceof Y.ContentDoc) return [content.opts];
  return [];
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
