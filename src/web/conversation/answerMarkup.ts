/**
 * Reads the light Markdown that tutors write into blocks and spans, with `[n]` as citations. Pure,
 * and it never produces HTML: React renders the tree, so nothing in an answer can become markup.
 * Works on unfinished text: what is not closed yet is shown as it is.
 */
export type Span =
  | { kind: "text" | "strong" | "em" | "code" | "quotation"; text: string }
  | { kind: "citation"; number: number };

export type Block =
  | { kind: "paragraph" | "quote" | "heading"; spans: Span[] }
  | { kind: "list"; isOrdered: boolean; items: Span[][] }
  | { kind: "code"; text: string };

const FENCE = /^```/;
const HEADING = /^#{1,6}\s+(.*)$/;
const QUOTE = /^>\s?(.*)$/;
const BULLET = /^\s*[-*•]\s+(.*)$/;
const NUMBERED = /^\s*\d{1,3}[.)]\s+(.*)$/;

export function readAnswer(text: string): Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length;) {
    const line = lines[i] ?? "";
    if (line.trim() === "") {
      i++;
      continue;
    }
    const [block, next] = line.startsWith("```") ? readCode(lines, i) : readBlock(lines, i);
    blocks.push(block);
    i = next;
  }
  return blocks;
}

function readCode(lines: readonly string[], start: number): [Block, number] {
  const close = lines.findIndex((line, index) => index > start && line.startsWith("```"));
  const end = close === -1 ? lines.length : close;
  return [{ kind: "code", text: lines.slice(start + 1, end).join("\n") }, end + 1];
}

function readBlock(lines: readonly string[], start: number): [Block, number] {
  const line = lines[start] ?? "";
  const heading = HEADING.exec(line);
  if (heading) return [{ kind: "heading", spans: readSpans(heading[1] ?? "") }, start + 1];
  for (const [kind, pattern] of [
    ["quote", QUOTE],
    ["bullets", BULLET],
    ["numbers", NUMBERED],
  ] as const) {
    const [contents, next] = takeWhile(lines, start, pattern);
    if (contents.length === 0) continue;
    if (kind === "quote") return [{ kind, spans: readSpans(contents.join(" ")) }, next];
    return [{ kind: "list", isOrdered: kind === "numbers", items: contents.map(readSpans) }, next];
  }
  let end = start + 1;
  while (end < lines.length && isProse(lines[end] ?? "")) end++;
  return [{ kind: "paragraph", spans: readSpans(lines.slice(start, end).join(" ")) }, end];
}

function takeWhile(lines: readonly string[], start: number, pattern: RegExp): [string[], number] {
  const contents: string[] = [];
  let at = start;
  for (; at < lines.length; at++) {
    const match = pattern.exec(lines[at] ?? "");
    if (!match) break;
    contents.push(match[1] ?? "");
  }
  return [contents, at];
}

function isProse(line: string): boolean {
  const starts = [FENCE, HEADING, QUOTE, BULLET, NUMBERED];
  return line.trim() !== "" && !starts.some((pattern) => pattern.test(line));
}

const CITATION = /\[(\d{1,2})\]/;
const STRONG = /\*\*(\S(?:[^*]*?\S)?)\*\*/;
const CODE = /`([^`]+)`/;
const QUOTATION = /(“[^”]+”)(?=\s*\[\d)/; // only with its source: other quotation marks are the tutor's own
const EM = /(?<![\w*])[*_](\S(?:[^*_]*?\S)?)[*_](?![\w*])/;
const SPAN = new RegExp(
  [CITATION, STRONG, CODE, QUOTATION, EM].map((p) => p.source).join("|"),
  "g",
);

export function readSpans(text: string): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const match of text.matchAll(SPAN)) {
    if (match.index > from) spans.push({ kind: "text", text: text.slice(from, match.index) });
    const [whole, number, strong, code, quotation, em] = match;
    if (number !== undefined) spans.push({ kind: "citation", number: Number(number) });
    else if (strong !== undefined) spans.push({ kind: "strong", text: strong });
    else if (code !== undefined) spans.push({ kind: "code", text: code });
    else if (quotation !== undefined) spans.push({ kind: "quotation", text: quotation });
    else spans.push({ kind: "em", text: em ?? "" });
    from = match.index + whole.length;
  }
  if (from < text.length) spans.push({ kind: "text", text: text.slice(from) });
  return spans;
}
