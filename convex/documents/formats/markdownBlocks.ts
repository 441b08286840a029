/** Reads Markdown: headings, paragraphs, lists, quotes, code and tables; marks of emphasis and links go. PURE. */
import { block, type Block } from "./blocks.ts";

const FENCE = /^\s{0,3}(`{3,}|~{3,})/u;
const ATX = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/u;
const SETEXT = /^ {0,3}(=+|-{2,})\s*$/u;
const ITEM = /^\s*([-*+]|\d{1,9}[.)])\s+/u;
const TABLE_ROW = /^\s*\|.*\|\s*$/u;

export function markdownBlocks(source: string): Block[] {
  const reader = new MarkdownReader();
  const lines = withoutFrontMatter(source.replace(/\r\n?/gu, "\n")).split("\n");
  for (const line of lines) reader.read(line);
  return reader.end();
}

/** Takes lines one by one and knows which block is open. */
class MarkdownReader {
  private readonly blocks: Block[] = [];
  private open: { kind: Block["kind"]; lines: string[] } | undefined;
  private fence: string | undefined;

  read(line: string): void {
    if (this.readFence(line) || this.readHeading(line)) return;
    if (line.trim() === "" || RULE.test(line)) this.close();
    else if (TABLE_ROW.test(line)) this.add("table", line);
    else if (ITEM.test(line)) this.addItem(line);
    else if (INDENT.test(line) && !this.isInText()) this.add("code", line.replace(INDENT, ""));
    else
      this.add(this.open?.kind === "list" ? "list" : "paragraph", line.replace(QUOTE, "").trim());
  }

  end(): Block[] {
    this.close();
    return this.blocks;
  }

  private readFence(line: string): boolean {
    const mark = FENCE.exec(line)?.[1];
    if (this.fence === undefined && mark === undefined) return false;
    if (this.fence === undefined) {
      this.close();
      this.fence = mark;
    } else if (mark?.startsWith(this.fence) === true) {
      this.close();
      this.fence = undefined;
    } else {
      this.add("code", line);
    }
    return true;
  }

  private readHeading(line: string): boolean {
    const heading = ATX.exec(line);
    if (heading !== null) {
      this.close();
      const level = heading[1]?.length ?? 1;
      this.blocks.push(...block("heading", inlineText(heading[2] ?? ""), level));
      return true;
    }
    const isUnderline = SETEXT.test(line) && this.open?.kind === "paragraph";
    if (!isUnderline || this.open?.lines.length !== 1) return false;
    const text = inlineText(this.open.lines.join(""));
    this.open = undefined;
    this.blocks.push(...block("heading", text, line.includes("=") ? 1 : 2));
    return true;
  }

  private isInText(): boolean {
    return this.open?.kind === "list" || this.open?.kind === "paragraph";
  }

  private addItem(line: string): void {
    this.close();
    this.add("list", line.replace(ITEM, ""));
  }

  private add(kind: Block["kind"], line: string): void {
    if (this.open?.kind !== kind) this.close();
    this.open ??= { kind, lines: [] };
    this.open.lines.push(line);
  }

  private close(): void {
    if (this.open === undefined) return;
    const { kind, lines } = this.open;
    const text = lines.join("\n");
    const isVerbatim = kind === "code" || kind === "table";
    this.blocks.push(...block(kind, isVerbatim ? text : inlineText(text)));
    this.open = undefined;
  }
}

const RULE = /^ {0,3}([-*_] ?){3,}$/u;
const INDENT = /^( {4}|\t)/u;
const QUOTE = /^\s{0,3}>\s?/u;

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
