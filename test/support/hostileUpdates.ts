/** Updates that no stock client writes and that hurt whoever takes them in, byte by byte; see nestedUpdates.ts. */
import * as encoding from "lib0/encoding";

/** Numbers that Yjs gives to contents whose length is written before them. */
export const CONTENTS = { collected: 0, deleted: 1, json: 2, text: 4, any: 8 } as const;
const SUBDOCUMENT = 9;
const HAS_ORIGIN = 128;
const HAS_KEY = 32;

function ofOneAuthor(
  client: number,
  clock: number,
  count: number,
  write: (encoder: encoding.Encoder, index: number) => void,
): Uint8Array {
  return encoding.encode((encoder) => {
    for (const number of [1, count, client, clock]) encoding.writeVarUint(encoder, number);
    for (let index = 0; index < count; index++) write(encoder, index);
    encoding.writeVarUint(encoder, 0); // no deletions
  });
}

/** Writes that what follows lies in a root type, under `key` if there is one. */
function inRoot(encoder: encoding.Encoder, content: number, root: string, key?: string): void {
  encoding.writeUint8(encoder, key === undefined ? content : content | HAS_KEY);
  encoding.writeVarUint(encoder, 1);
  encoding.writeVarString(encoder, root);
  if (key !== undefined) encoding.writeVarString(encoder, key);
}

/** Content of no length as a value of `objects`; the second one to come breaks whoever took the first in. */
export function emptyContent(client: number, content: number, key = "nothing"): Uint8Array {
  return ofOneAuthor(client, 0, 1, (encoder) => {
    if (content === CONTENTS.collected) encoding.writeUint8(encoder, content);
    else inRoot(encoder, content, "objects", key);
    encoding.writeVarUint(encoder, 0);
  });
}

/** An object that is the only value of its key. */
export function valueOf(client: number, key: string, value: object): Uint8Array {
  return ofOneAuthor(client, 0, 1, (encoder) => {
    inRoot(encoder, CONTENTS.any, "objects", key);
    encoding.writeVarUint(encoder, 1);
    encoding.writeAny(encoder, value as never);
  });
}

/** So many documents in the root type `other`. */
export function manyDocuments(client: number, count: number, from = 0): Uint8Array {
  return ofOneAuthor(client, from, count, (encoder) => {
    inRoot(encoder, SUBDOCUMENT, "other");
    encoding.writeVarString(encoder, "");
    encoding.writeAny(encoder, {});
  });
}

/** So many letters in the root type `other`, each as if it knew of no other. */
export function crowd(client: number, count: number): Uint8Array {
  return ofOneAuthor(client, 0, count, (encoder) => {
    inRoot(encoder, CONTENTS.text, "other");
    encoding.writeVarString(encoder, "x");
  });
}

/** A text of no length beside a letter of the author's own. */
export function emptyNeighbour(client: number): Uint8Array {
  return ofOneAuthor(client, 0, 2, (encoder, index) => {
    if (index === 0) inRoot(encoder, CONTENTS.text, "other");
    else {
      encoding.writeUint8(encoder, CONTENTS.text | HAS_ORIGIN);
      encoding.writeVarUint(encoder, client);
      encoding.writeVarUint(encoder, 0);
    }
    encoding.writeVarString(encoder, index === 0 ? "x" : "");
  });
}
