"use node";
/** Reads a presentation, one slide a page: its title as a heading, its texts as a list, its notes as text. */
import { parseOffice, type OfficeContentNode } from "officeparser";
import { appError } from "../../contract/errors.ts";
import { block, type Block, type PageBlocks } from "./blocks.ts";

/** @throws DOCUMENT_BROKEN */
export async function readPptx(bytes: Uint8Array): Promise<PageBlocks[]> {
  const ast = await parseOffice(Buffer.from(bytes), { fileType: "pptx" }).catch(() => {
    throw appError("DOCUMENT_BROKEN", "This presentation is damaged and cannot be opened.");
  });
  const slides = ast.content.filter(({ type }) => type === "slide");
  return slides.map((slide) => withTitle(blocksOf(slide)));
}

function blocksOf(node: OfficeContentNode): Block[] {
  const children = node.children ?? [];
  switch (node.type) {
    case "heading":
      return block("heading", textOf(node).replace(/\s+/gu, " "), 2);
    case "list":
    case "paragraph":
    case "note":
    case "text":
      return block(node.type === "list" ? "list" : "paragraph", textOf(node));
    case "table":
      return block("table", children.map((row) => cellsOf(row).join(" | ")).join("\n"));
    case "image":
    case "chart":
      return [];
    default:
      return children.flatMap(blocksOf);
  }
}

/** A slide whose title has no style of its own begins with it all the same. */
function withTitle(blocks: Block[]): Block[] {
  const [first, ...rest] = blocks;
  const isTitle =
    first !== undefined && first.kind !== "heading" && first.text.length < 90 && rest.length > 0;
  const isOnly = !rest.some(({ kind }) => kind === "heading");
  return isTitle && isOnly ? [{ ...first, kind: "heading", level: 2 }, ...rest] : blocks;
}

function cellsOf(row: OfficeContentNode): string[] {
  return (row.children ?? []).map((cell) => textOf(cell).trim());
}

function textOf(node: OfficeContentNode): string {
  const { children = [] } = node;
  if (children.length === 0) return node.text ?? "";
  return children.map(textOf).join("");
}
