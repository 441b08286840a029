/**
 * What is in a type of a Yjs document, whatever kind of type it is and however it came about: lists, text
 * with its formats, keys and all that is nested, as a row of plain values. Two types whose rows are equal
 * look the same to every editor.
 */
import { equalityDeep } from "lib0/function";
import * as Y from "yjs";

type Type = Y.AbstractType<unknown>;
type IsThere = (item: Y.Item) => boolean;

/** Whether a type holds now, with all that is not deleted, what it held when `wasThere`. */
export function holdsTheSame(type: Type, wasThere: IsThere): boolean {
  const now = contentOf(type, (item) => !item.deleted);
  for (const value of contentOf(type, wasThere)) {
    const { value: other, done } = now.next();
    if (done === true || !equalityDeep(value, other)) return false;
  }
  return now.next().done === true;
}

function* contentOf(type: Type, isThere: IsThere): Generator<unknown, void> {
  for (let item = type._start; item !== null; item = item.right) {
    if (isThere(item)) yield* valuesOf(item, isThere);
  }
  for (const key of [...type._map.keys()].sort()) {
    let item: Y.Item | null = type._map.get(key) ?? null;
    while (item !== null && !isThere(item)) item = item.left;
    if (item === null) continue;
    yield { key };
    yield* valuesOf(item, isThere);
  }
}

function* valuesOf({ content }: Y.Item, isThere: IsThere): Generator<unknown, void> {
  if (content instanceof Y.ContentType) {
    const { type } = content;
    yield { start: type.constructor, name: type instanceof Y.XmlElement ? type.nodeName : null };
    yield* contentOf(type, isThere);
    yield "end";
  } else if (content instanceof Y.ContentFormat)
    yield { format: content.key, value: content.value };
  else if (content instanceof Y.ContentDoc) yield { document: content.doc.guid };
  else yield* content.getContent() as unknown[];
}
