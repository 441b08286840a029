/** Reads Markdown: headings, paragraphs, lists, quotes, code and tables; marks of emphasis and links go. PURE. */
import { block, type Block } from "./blocks.ts";

const FENCE = /^\s{0,3}(`{3,}|~{3,})/u;
const ATX = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/u;
const SETEXT = /^ {0,3}(=+|-{2,})\s*$/u;
const ITEM = /^\s*([-*+]|\d{1,9}[.)])\s+/u;
const TABLE_ROW = /^\s*\|.*\|\s*$/u;

export function markdownBlocks(source: string): Block[] {
  const blocks: Block[] = [];
  const lines = withoutFrontMatter(source.replace(/\r\n?/gu, "\n")).split("\n");
  let open: { kind: Block["kind"]; lines: string[] } | undefined;
  let fence: string | undefined;

  const finish = () => {
    if (open !== undefined) {
      const isVerbatim = open.kind === "code" || open.kind === "table";
      const text = open.lines.join("\n");
      blocks.push(...block(open.kind, isVerbatim ? text : inlineText(text)));
    }
    open = undefined;
  };
  const add = (kind: Block["kind"], line: string) => {
    if (open?.kind !== kind) finish();
    open ??= { kind, lines: [] };
    open.lines.push(line);
  };

  for (const line of lines) {
    const mark = FENCE.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence) === true) fence = undefined;
      else add("code", line);
      if (fence === undefined) finish();
      continue;
    }
    if (mark !== undefined) {
      finish();
      fence = mark;
      continue;
    }
    const heading = ATX.exec(line);
    if (heading !== null) {
      finish();
      blocks.push(...block("heading", inlineText(heading[2] ?? ""), heading[1]?.length ?? 1));
    } else if (SETEXT.test(line) && open?.kind === "paragraph" && open.lines.length === 1) {
      const text = open.lines.join("");
      open = undefined;
      blocks.push(...block("heading", inlineText(text), line.includes("=") ? 1 : 2));
    } else if (line.trim() === "" || /^ {0,3}([-*_] ?){3,}$/u.test(line)) {
      finish();
    } else if (TABLE_ROW.test(line)) {
      add("table", line);
    } else if (ITEM.test(line)) {
      finish();
      add("list", line.replace(ITEM, ""));
    } else if (/^( {4}|\t)/u.test(line) && open?.kind !== "list" && open?.kind !== "paragraph") {
      add("code", line.replace(/^( {4}|\t)/u, ""));
    } else {
      add(open?.kind === "list" ? "list" : "paragraph", line.replace(/^\s{0,3}>\s?/u, "").trim());
    }
  }
  finish();
  return blocks;
}

function withoutFrontMatter(source: string): string {
  return source.replace(/^---\n[\s\S]*?\n---\n/u, "").replace(/<!--[\s\S]*?-->/gu, "");
}

/** The words of a piece of Markdown as a reader sees them. */
function inlineText(markdown: string): string {
  return markdown
    .replace(/!\[([^\]]*)\]\([^)]*\)/gu, "")
    .replace(/!\[([^\]]*)\]\[[^\]]*\]/gu, "")
    .replace(/\[([^\]]+)\]\([^)]*\)/gu, "$1")
    .replace(/\[([^\]]+)\]\[[^\]]*\]/gu, "$1")
    .replace(/^\s*\[[^\]]+\]:\s+\S+.*$/gmu, "")
    .replace(/<((?:https?|mailto):[^>]+)>/gu, "$1")
    .replace(/<\/?[a-z][^>]*>/giu, "")
    .replace(/`{1,2}([^`]+)`{1,2}/gu, "$1")
    .replace(/(\*\*|__)(?=\S)([\s\S]*?\S)\1/gu, "$2")
    .replace(/(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]*\S)\*(?![\p{L}\p{N}*])/gu, "$1")
    .replace(/(?<![\p{L}\p{N}_])_(?=\S)([^_\n]*\S)_(?![\p{L}\p{N}_])/gu, "$1")
    .replace(/\\([\\`*_{}[\]()#+\-.!|<>])/gu, "$1")
    .replace(/&(amp|lt|gt|quot|nbsp);/gu, (_, name: string) => ENTITIES[name] ?? "")
    .replace(/\n/gu, " ");
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " " };
