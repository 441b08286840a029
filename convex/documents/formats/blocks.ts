/**
 * What every format is read into: pages of blocks. Only paragraphs, lists and headings are running text; the
 * other kinds can be searched and shown but are never summarised or asked about. PURE.
 */
export type BlockKind =
  | "heading"
  | "paragraph"
  | "list"
  | "code"
  | "table"
  | "caption"
  | "contents" // a table of contents or an index
  | "references";

export interface Block {
  kind: BlockKind;
  text: string; // never empty; a heading is one line
  level: number; // 1..6 of a heading, else 0
}

/** One page as it is read; formats without pages are cut into sections. */
export type PageBlocks = Block[];

const BETWEEN_BLOCKS = "\n\n";

export function block(kind: BlockKind, text: string, level = 0): Block[] {
  const clean = kind === "code" || kind === "table" ? trimLines(text) : squeeze(text);
  return clean === "" ? [] : [{ kind, text: clean, level }];
}

/** The page's text, and for each block where it lies in it (half-open). */
export function layOut(blocks: PageBlocks): {
  text: string;
  placed: { block: Block; start: number; end: number }[];
} {
  let text = "";
  const placed = blocks.map((block) => {
    if (text !== "") text += BETWEEN_BLOCKS;
    const start = text.length;
    text += block.text;
    return { block, start, end: text.length };
  });
  return { text, placed };
}

/** Cuts the blocks of a format without pages into sections of about `targetChars`, best before a heading. */
export function paginate(blocks: readonly Block[], targetChars: number): PageBlocks[] {
  const pages: PageBlocks[] = [];
  let page: PageBlocks = [];
  let chars = 0;
  for (const next of blocks) {
    const isGoodPlace = next.kind === "heading" && chars >= targetChars / 2;
    const isFull = chars + next.text.length > targetChars && page.at(-1)?.kind !== "heading";
    if (page.length > 0 && (isGoodPlace || isFull)) {
      pages.push(page);
      page = [];
      chars = 0;
    }
    page.push(next);
    chars += next.text.length;
  }
  if (page.length > 0) pages.push(page);
  return pages;
}

const LIGATURES: Record<string, string> = {
  ﬀ: "ff",
  ﬁ: "fi",
  ﬂ: "fl",
  ﬃ: "ffi",
  ﬄ: "ffl",
  ﬅ: "st",
  ﬆ: "st",
};

/** Signs that only look different, or cannot be seen, made plain; nothing else changes. */
export function plainSigns(text: string): string {
  return text
    .replace(/[\uFB00-\uFB06]/gu, (sign) => LIGATURES[sign] ?? sign)
    .replace(/[\u00AD\u200B-\u200D\u2060\uFEFF]/gu, "")
    .replace(/[\u00A0\u2000-\u200A\u202F\u205F\u3000]/gu, " ")
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uFFFD]/gu, "");
}

function squeeze(text: string): string {
  return plainSigns(text)
    .replace(/[^\S\n]+/gu, " ")
    .replace(/ ?\n ?/gu, "\n")
    .replace(/\n{2,}/gu, "\n")
    .trim();
}

function trimLines(text: string): string {
  const lines = plainSigns(text)
    .split("\n")
    .map((line) => line.trimEnd());
  return lines
    .join("\n")
    .replace(/^\n+|\n+$/gu, "")
    .replace(/\n{3,}/gu, "\n\n");
}
