/** Reads plain text: paragraphs at blank lines, headings by their look, indented parts as code. PURE. */
import { block, type Block } from "./blocks.ts";
import { isContentsLine, NUMBERED_HEADING } from "./headings.ts";
import { joinWrapped, wordsOf } from "./joinWrapped.ts";

const MAX_HEADING_CHARS = 80;
const BULLET = /^\s*([-*•o]|\d{1,3}[.)])\s+/u;

export function plainTextBlocks(source: string): Block[] {
  const text = source.replace(/\r\n?/gu, "\n").replace(/\f/gu, "\n\n").replace(/\t/gu, "    ");
  const known = new Set(wordsOf(text));
  return text.split(/\n[^\S\n]*\n+/u).flatMap((part) =>
    partBlocks(
      part.split("\n").filter((line) => line.trim() !== ""),
      known,
    ),
  );
}

function partBlocks(lines: readonly string[], known: ReadonlySet<string>): Block[] {
  const [first, second, ...rest] = lines;
  if (first === undefined) return [];
  if (second !== undefined && UNDERLINE.test(second)) {
    const level = second.includes("=") ? 1 : 2;
    return [...block("heading", first.trim(), level), ...partBlocks(rest, known)];
  }
  if (lines.length === 1 && isHeading(first)) {
    const parts = NUMBERED_HEADING.exec(first.trim())?.[1]?.split(".").length;
    return block("heading", first.trim(), parts ?? 2);
  }
  return textBlocks(lines, known);
}

const UNDERLINE = /^\s*([=\-~^*])\1{2,}\s*$/u;

function textBlocks(lines: readonly string[], known: ReadonlySet<string>): Block[] {
  if (lines.every((line) => isContentsLine(line.trim())))
    return block("contents", lines.join("\n"));
  if (lines.every((line) => /^ {4,}/u.test(line)) && looksLikeCode(lines)) {
    return block("code", lines.map((line) => line.slice(4)).join("\n"));
  }
  if (lines.some((line) => BULLET.test(line))) return listBlocks(lines, known);
  return block("paragraph", joinLines(lines, known));
}

function listBlocks(lines: readonly string[], known: ReadonlySet<string>): Block[] {
  const items: string[][] = [];
  for (const line of lines) {
    if (items.length === 0 || BULLET.test(line)) items.push([line.replace(BULLET, "")]);
    else items.at(-1)?.push(line);
  }
  return items.flatMap((item) => block("list", joinLines(item, known)));
}

function joinLines(lines: readonly string[], known: ReadonlySet<string>): string {
  return joinWrapped(
    lines.map((line) => line.trim()),
    known,
  );
}

function isHeading(line: string): boolean {
  const text = line.trim();
  if (text.length > MAX_HEADING_CHARS || /[.,;:!?]$/u.test(text)) return false;
  const isShouted = /\p{Lu}{3}/u.test(text) && !/\p{Ll}/u.test(text);
  return isShouted || NUMBERED_HEADING.test(text);
}

function looksLikeCode(lines: readonly string[]): boolean {
  const marks = lines.join("").match(/[{}();=<>$|\\/[\]]/gu)?.length ?? 0;
  return marks > lines.length * 1.5;
}
