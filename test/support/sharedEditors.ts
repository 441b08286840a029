/**
 * People who edit root types of every kind that another editor's binding may keep on a board: formatted
 * text, lists, maps and XML, nested in each other. What they do comes from numbers, so that a property
 * can draw it and shrink it.
 */
import fc from "fast-check";
import * as Y from "yjs";

type Type = Y.Text | Y.Array<unknown> | Y.Map<unknown> | Y.XmlFragment | Y.XmlElement;

/** One step of one person; `sync`: they hear what others did, and the others of it. */
export const step = fc.record({
  who: fc.nat(1),
  root: fc.nat(3),
  path: fc.array(fc.nat(5), { maxLength: 3 }), // which nested types are walked into
  action: fc.nat(9),
  at: fc.nat(20),
  length: fc.integer({ min: 1, max: 6 }),
  sync: fc.boolean(),
});
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const rootsOf = (
  doc: Y.Doc,
): readonly [Y.Text, Y.Array<unknown>, Y.Map<unknown>, Y.XmlFragment] => [
  doc.getText("text"),
  doc.getArray("list"),
  doc.getMap("map"),
  doc.getXmlFragment("xml"),
];

/** All that a reader of the roots can see, formats and attributes included. */
export function contentOf(doc: Y.Doc): unknown {
  return rootsOf(doc).map(shown);
}

function shown(value: unknown): unknown {
  if (value instanceof Y.Text) {
    const parts = value.toDelta() as { insert: unknown; attributes?: unknown }[];
    return {
      parts: parts.map(({ insert, attributes }) => [shown(insert), attributes]),
      attributes: value.getAttributes(),
    };
  }
  if (value instanceof Y.XmlElement) {
    return [value.nodeName, value.getAttributes(), value.toArray().map(shown)];
  }
  if (value instanceof Y.XmlFragment || value instanceof Y.Array) return value.toArray().map(shown);
  if (value instanceof Y.Map) {
    return Object.fromEntries([...value].sort().map(([key, one]) => [key, shown(one)]));
  }
  return value instanceof Y.Doc ? { guid: value.guid } : value;
}

/** Does a step on the types of `doc`, in one transaction. */
export function take(doc: Y.Doc, { root, path, action, at, length }: Step): void {
  doc.transact(() => {
    let type: Type = rootsOf(doc)[root]!;
    for (const turn of path) {
      const nested = childrenOf(type);
      type = nested[turn % Math.max(1, nested.length)] ?? type;
    }
    if (type instanceof Y.Map) editMap(type, action, at);
    else if (type instanceof Y.Text) editText(type, action, at, length);
    else if (type instanceof Y.Array) editList(type, action, at, length);
    else editXml(type, action, at, length);
  });
}

const isType = (value: unknown): value is Type => value instanceof Y.AbstractType;

function childrenOf(type: Type): Type[] {
  if (type instanceof Y.Text) {
    return (type.toDelta() as { insert: unknown }[]).map(({ insert }) => insert).filter(isType);
  }
  return (type instanceof Y.Map ? [...type.values()] : type.toArray()).filter(isType);
}

function freshType(n: number): Type {
  const text = new Y.Text("nested");
  text.format(1, 3, { bold: true });
  return [text, new Y.Array(), new Y.Map([["a", n]])][n % 3]!;
}

function editText(text: Y.Text, action: number, at: number, length: number): void {
  const start = at % (text.length + 1);
  const count = Math.min(length, text.length - start);
  if (action < 4) text.insert(start, "abcdef".slice(0, length), action < 2 ? {} : { bold: true });
  else if (action < 6) text.delete(start, count);
  else if (action < 8 && count > 0) {
    text.format(start, count, [{ bold: true }, { bold: null }, { color: "red" }][at % 3]!);
  } else if (action === 8) text.insertEmbed(start, at % 2 ? { image: at } : freshType(at));
  else text.setAttribute("tag", at);
}

function editList(list: Y.Array<unknown>, action: number, at: number, length: number): void {
  const start = at % (list.length + 1);
  if (action < 4) list.insert(start, [at, "word"]);
  else if (action < 7) list.insert(start, [freshType(at), freshType(at + 1)]);
  else list.delete(start, Math.min(length, list.length - start));
}

function editMap(map: Y.Map<unknown>, action: number, at: number): void {
  const key = `k${at % 4}`;
  if (action < 4) map.set(key, at);
  else if (action < 7) map.set(key, freshType(at));
  else if (action < 9) map.delete(key);
  else map.clear();
}

function editXml(
  xml: Y.XmlFragment | Y.XmlElement,
  action: number,
  at: number,
  length: number,
): void {
  const start = at % (xml.length + 1);
  if (action < 3) xml.insert(start, [new Y.XmlElement(["p", "td", "li"][at % 3])]);
  else if (action < 6) {
    const text = new Y.XmlText("words");
    text.format(0, 2, { em: {} });
    xml.insert(start, [text]);
  } else if (action < 8 && xml instanceof Y.XmlElement) xml.setAttribute(`a${at % 3}`, `${at}`);
  else xml.delete(start, Math.min(length, xml.length - start));
}
