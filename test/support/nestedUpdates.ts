/** Updates that no stock client writes, byte by byte: types within types, and lists within lists. */
import * as encoding from "lib0/encoding";

const TYPE = 7;
const ANY = 8;
const HAS_KEY = 32;
const Y_MAP = 1;
const LIST = 117;

interface Chain {
  client: number;
  /** In the first of them lies the next, and so on; `levels` of them. */
  levels: number;
  /** Clock of the first; what came before holds it, or else the root type `other`. */
  from?: number;
}

/** Maps that lie in each other. */
export function chainOfTypes({ client, levels, from = 0 }: Chain): Uint8Array {
  return encoding.encode((encoder) => {
    for (const number of [1, levels, client, from]) encoding.writeVarUint(encoder, number);
    for (let clock = from; clock < from + levels; clock++) {
      encoding.writeUint8(encoder, TYPE | HAS_KEY);
      if (clock === 0) {
        encoding.writeVarUint(encoder, 1);
        encoding.writeVarString(encoder, "other");
      } else {
        for (const number of [0, client, clock - 1]) encoding.writeVarUint(encoder, number);
      }
      encoding.writeVarString(encoder, "in");
      encoding.writeVarUint(encoder, Y_MAP);
    }
    encoding.writeVarUint(encoder, 0);
  });
}

/** Deletes the first thing that `client` made. */
export function deletionOfFirst(client: number): Uint8Array {
  return encoding.encode((encoder) => {
    for (const number of [0, 1, client, 1, 0, 1]) encoding.writeVarUint(encoder, number);
  });
}

/** One value under the root type `other`: a list in a list, and so on. */
export function chainOfLists(client: number, levels: number): Uint8Array {
  return encoding.encode((encoder) => {
    for (const number of [1, 1, client, 0]) encoding.writeVarUint(encoder, number);
    encoding.writeUint8(encoder, ANY | HAS_KEY);
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarString(encoder, "other");
    encoding.writeVarString(encoder, "deep");
    encoding.writeVarUint(encoder, 1);
    for (let level = 0; level < levels; level++) {
      encoding.writeUint8(encoder, LIST);
      encoding.writeVarUint(encoder, 1);
    }
    encoding.writeAny(encoder, null);
    encoding.writeVarUint(encoder, 0);
  });
}

/** One thing each of so many clients that are not heard of again, collected already. */
export function manyAuthors(firstClient: number, count: number): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, count);
    for (let i = 0; i < count; i++) {
      for (const number of [1, firstClient + i, 0, 0, 1]) encoding.writeVarUint(encoder, number);
    }
    encoding.writeVarUint(encoder, 0);
  });
}
