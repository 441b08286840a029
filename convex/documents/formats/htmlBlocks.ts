/** Reads HTML as a reader sees it: the main part of the page, without navigation, forms and scripts. PURE. */
import { parse, type DefaultTreeAdapterTypes } from "parse5";
import { block, type Block } from "./blocks.ts";

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

const SKIPPED = new Set(
  "script style noscript template nav header footer aside form button select svg math iframe object canvas audio video head".split(
    " ",
  ),
);
const BLOCKS = new Set(
  "address article blockquote body dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 hr html li main ol p pre section summary table tbody td th thead tr ul".split(
    " ",
  ),
);

export function htmlBlocks(source: string): Block[] {
  const document = parse(source);
  const main = findMain(document);
  return blocksOf(main ?? document, "paragraph");
}

/** The part that holds the text, where the page names it. */
function findMain(node: Node): Element | undefined {
  if (isElement(node)) {
    const role = node.attrs.find(({ name }) => name === "role")?.value;
    if (node.tagName === "main" || node.tagName === "article" || role === "main") return node;
  }
  for (const child of childrenOf(node)) {
    const found = findMain(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Runs of inline content become blocks of `kind`; elements that are blocks speak for themselves. */
function blocksOf(node: Node, kind: Block["kind"]): Block[] {
  const blocks: Block[] = [];
  let inline = "";
  const finish = () => {
    blocks.push(...block(kind, inline.replace(/\s+/gu, " ")));
    inline = "";
  };
  for (const child of childrenOf(node)) {
    if (isElement(child) && (BLOCKS.has(child.tagName) || holdsBlocks(child))) {
      finish();
      blocks.push(...elementBlocks(child, kind));
    } else {
      inline += textOf(child);
    }
  }
  finish();
  return blocks;
}

function elementBlocks(element: Element, kind: Block["kind"]): Block[] {
  const { tagName } = element;
  if (SKIPPED.has(tagName)) return [];
  const level = /^h([1-6])$/u.exec(tagName)?.[1];
  if (level !== undefined) {
    return block("heading", textOf(element).replace(/\s+/gu, " "), Number(level));
  }
  if (tagName === "pre") return block("code", textOf(element));
  if (tagName === "table") return block("table", rowsOf(element).join("\n"));
  if (tagName === "figcaption") return block("caption", textOf(element));
  if (tagName === "li" || tagName === "dd") return blocksOf(element, "list");
  return blocksOf(element, kind);
}

function holdsBlocks(node: Node): boolean {
  return childrenOf(node).some(
    (child) => isElement(child) && (BLOCKS.has(child.tagName) || holdsBlocks(child)),
  );
}

function rowsOf(node: Node): string[] {
  if (isElement(node) && node.tagName === "tr") {
    const cells = childrenOf(node).filter(isElement);
    const texts = cells.map((cell) => textOf(cell).replace(/\s+/gu, " ").trim());
    return [texts.filter((text) => text !== "").join(" | ")];
  }
  return childrenOf(node).flatMap(rowsOf);
}

function textOf(node: Node): string {
  if (node.nodeName === "#text" && "value" in node) return node.value;
  if (isElement(node)) {
    if (SKIPPED.has(node.tagName)) return "";
    if (node.tagName === "br") return "\n";
    if (node.tagName === "a" && isPermalink(node)) return "";
  }
  return childrenOf(node).map(textOf).join("");
}

/** The "¶" or "#" beside a heading. */
function isPermalink(anchor: Element): boolean {
  const text = childrenOf(anchor).map(textOf).join("").trim();
  return /^[#¶§🔗]?$/u.test(text);
}

function isElement(node: Node): node is Element {
  return "tagName" in node;
}

function childrenOf(node: Node): Node[] {
  return "childNodes" in node ? node.childNodes : [];
}
