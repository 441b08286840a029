/**
 * What a reader lacks, in updates small enough for a slow line. A message arrives only when its last
 * byte has, and the stock provider gives a server up from which no message came for 30 s: a board in one
 * message would never arrive over a line that needs longer, and be sent from its start for ever. Each
 * piece can be applied when those before it have been, so whoever is cut off goes on from there (WB15).
 */
import * as encoding from "lib0/encoding";
import * as Y from "yjs";

/** 30 s for one of these is a line of 4 KiB/s. A single larger object still goes in one piece. */
export const PIECE_BYTES = 128 * 1024;

type Struct = Y.Item | Y.GC;

/** What is still to be written of one client. */
interface Cursor {
  structs: Struct[];
  index: number;
  /** First clock that the reader lacks. */
  clock: number;
}

export interface UpdatePiece {
  update: Uint8Array;
  /** The reader's state vector once it has applied `update`; undefined = it has everything then. */
  reached: Uint8Array | undefined;
}

/** The first piece of what a reader with `stateVector` lacks. @throws when it is no state vector */
export function encodePiece(
  doc: Y.Doc,
  stateVector: Uint8Array,
  pieceBytes = PIECE_BYTES,
): UpdatePiece {
  const known = Y.decodeStateVector(stateVector);
  const piece = new Piece();
  for (const struct of inOrder(cursorsFrom(doc, known))) {
    if (piece.bytes >= pieceBytes) {
      return { update: piece.encode(), reached: Y.encodeStateVector(known) };
    }
    const { client, clock } = struct.id;
    piece.write(struct, known.get(client) ?? 0);
    known.set(client, clock + struct.length);
  }
  return { update: encodeApplied(doc, stateVector), reached: undefined };
}

/**
 * All that somebody with `stateVector` lacks, or all there is; without what waits for something that has
 * not come, which nobody has judged: who got it could bring it back as their own.
 */
export function encodeApplied(doc: Y.Doc, stateVector?: Uint8Array): Uint8Array {
  const { store } = doc;
  const { pendingStructs, pendingDs } = store;
  store.pendingStructs = null;
  store.pendingDs = null;
  try {
    return Y.encodeStateAsUpdate(doc, stateVector);
  } finally {
    store.pendingStructs = pendingStructs;
    store.pendingDs = pendingDs;
  }
}

function cursorsFrom({ store }: Y.Doc, known: Map<number, number>): Map<number, Cursor> {
  const cursors = new Map<number, Cursor>();
  for (const [client, structs] of store.clients) {
    const clock = known.get(client) ?? 0;
    if (clock >= Y.getState(store, client)) continue;
    cursors.set(client, { structs, index: Y.findIndexSS(structs, clock), clock });
  }
  return cursors;
}

/** Yields every struct after those that it builds on; they were integrated once, so there is such an order. */
function* inOrder(cursors: Map<number, Cursor>): Generator<Struct> {
  for (const cursor of cursors.values()) {
    const path = [{ cursor, until: Infinity }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const struct = top.cursor.structs[top.cursor.index];
      if (struct === undefined || struct.id.clock > top.until) {
        path.pop();
        continue;
      }
      const missing = foundations(struct).find((id) => isAhead(cursors, id));
      const owner = missing && cursors.get(missing.client);
      if (missing !== undefined && owner !== undefined) {
        path.push({ cursor: owner, until: missing.clock });
      } else {
        yield struct;
        top.cursor.index++;
      }
    }
  }
}

/** Whether the struct that holds `id` has not been written yet. */
function isAhead(cursors: Map<number, Cursor>, { client, clock }: Y.ID): boolean {
  const cursor = cursors.get(client);
  const next = cursor?.structs[cursor.index];
  return next !== undefined && clock >= next.id.clock && clock >= (cursor?.clock ?? 0);
}

function foundations(struct: Struct): Y.ID[] {
  if (!(struct instanceof Y.Item)) return [];
  const { origin, rightOrigin, parent } = struct;
  const container = parent instanceof Y.AbstractType ? (parent._item?.id ?? null) : null;
  return [origin, rightOrigin, container].filter((id) => id !== null);
}

/** One update in the making: per client a run of structs. */
class Piece {
  readonly #runs = new Map<number, { clock: number; count: number; encoder: Y.UpdateEncoderV1 }>();
  bytes = 0;

  /** `from`: the first clock that the reader lacks of the struct's client. */
  write(struct: Struct, from: number): void {
    const { client, clock } = struct.id;
    const offset = Math.max(0, from - clock);
    let run = this.#runs.get(client);
    if (run === undefined) {
      run = { clock: clock + offset, count: 0, encoder: new Y.UpdateEncoderV1() };
      this.#runs.set(client, run);
    }
    const before = encoding.length(run.encoder.restEncoder);
    struct.write(run.encoder, offset);
    run.count++;
    this.bytes += encoding.length(run.encoder.restEncoder) - before;
  }

  encode(): Uint8Array {
    return encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, this.#runs.size);
      for (const [client, { clock, count, encoder: structs }] of this.#runs) {
        encoding.writeVarUint(encoder, count);
        encoding.writeVarUint(encoder, client);
        encoding.writeVarUint(encoder, clock);
        encoding.writeBinaryEncoder(encoder, structs.restEncoder);
      }
      encoding.writeVarUint(encoder, 0); // no deletions
    });
  }
}
