/**
 * What transactions did to a board, to be written as one row. It is read from the document when it is
 * written, not kept: most of what is drawn between two rows is over by then (an object that is dragged
 * leaves a value at every step), and merging the updates that were sent would decode each of them again.
 */
import * as encoding from "lib0/encoding";
import * as Y from "yjs";

/** One transaction that is over, or several. */
export interface BoardChange {
  /** How much of each author's work the board held before the first. */
  before: ReadonlyMap<number, number>;
  deleted: Y.Transaction["deleteSet"];
}

/** What a transaction that is over did; undefined = nothing. */
export function changeOf(transaction: Y.Transaction): BoardChange | undefined {
  const { beforeState: before, afterState: after, deleteSet: deleted } = transaction;
  return deleted.clients.size > 0 || hasGrown(before, after) ? { before, deleted } : undefined;
}

function hasGrown(before: BoardChange["before"], after: BoardChange["before"]): boolean {
  for (const [client, clock] of after) if (before.get(client) !== clock) return true;
  return false;
}

/** Adds a later one, of which little is then left in memory. */
export function joinChanges({ deleted }: BoardChange, next: BoardChange): void {
  for (const [client, ranges] of next.deleted.clients) {
    const known = deleted.clients.get(client);
    if (known === undefined) deleted.clients.set(client, ranges);
    else for (const range of ranges) known.push(range);
  }
}

/** What came since the first of `changes`, all of which `doc` holds, and what they deleted; as one update. */
export function encodeChanges(doc: Y.Doc, changes: readonly BoardChange[]): Uint8Array {
  const encoder = new Y.UpdateEncoderV1();
  writeStructs(encoder, doc.store, changes[0]?.before ?? new Map());
  writeDeleted(encoder, Y.mergeDeleteSets(changes.map(({ deleted }) => deleted)));
  return encoder.toUint8Array();
}

function writeStructs(
  encoder: Y.UpdateEncoderV1,
  store: Y.Doc["store"],
  before: BoardChange["before"],
): void {
  const { restEncoder } = encoder;
  const grown = [...store.clients].filter(
    ([client]) => Y.getState(store, client) > (before.get(client) ?? 0),
  );
  encoding.writeVarUint(restEncoder, grown.length);
  for (const [client, structs] of grown) {
    const clock = before.get(client) ?? 0;
    const first = Y.findIndexSS(structs, clock);
    encoding.writeVarUint(restEncoder, structs.length - first);
    encoder.writeClient(client);
    encoding.writeVarUint(restEncoder, clock);
    for (let i = first; i < structs.length; i++) {
      const struct = structs[i];
      struct?.write(encoder, Math.max(0, clock - struct.id.clock)); // the first may have begun before
    }
  }
}

function writeDeleted(encoder: Y.UpdateEncoderV1, { clients }: BoardChange["deleted"]): void {
  const { restEncoder } = encoder;
  encoding.writeVarUint(restEncoder, clients.size);
  for (const [client, ranges] of clients) {
    encoding.writeVarUint(restEncoder, client);
    encoding.writeVarUint(restEncoder, ranges.length);
    for (const { clock, len } of ranges) {
      encoder.writeDsClock(clock);
      encoder.writeDsLen(len);
    }
  }
}
