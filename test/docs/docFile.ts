/**
 * A page of the API reference as its tests see it: sections (by heading) that hold fenced blocks and
 * prose, with the lines they stand on. Knows nothing of what a block means.
 */
import { readFileSync } from "node:fs";

export interface Block {
  /** The word after the fence: http, convex, socket, signature, types, ts, text. */
  language: string;
  text: string;
  /** `docs/api/http.md:12`, for failure messages. */
  place: string;
  section: Section;
}

export interface Section {
  /** The heading's text without its marks, code ticks and links. */
  title: string;
  /** Everything outside fences, on one line. */
  prose: string;
  blocks: Block[];
}

export interface DocFile {
  path: string;
  sections: Section[];
  blocks: Block[];
}

const FENCE = /^```(\w*)$/;

export function readDocFile(path: string): DocFile {
  const sections: Section[] = [];
  let section: Section = { title: "", prose: "", blocks: [] };
  let open: { language: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of readFileSync(path, "utf8").split("\n").entries()) {
    const fence = FENCE.exec(line);
    if (open !== undefined && line === "```") {
      const { language, lines } = open;
      const place = `${path}:${open.line}`;
      section.blocks.push({ language, text: lines.join("\n"), place, section });
      open = undefined;
    } else if (open !== undefined) {
      open.lines.push(line);
    } else if (fence !== null) {
      open = { language: fence[1] ?? "", line: index + 1, lines: [] };
    } else if (/^#+ /.test(line)) {
      section = { title: line.replace(/^#+ |`/g, ""), prose: "", blocks: [] };
      sections.push(section);
    } else {
      section.prose += ` ${line.trim()}`;
    }
  }
  return { path, sections, blocks: sections.flatMap(({ blocks }) => blocks) };
}

/** The rows of the section's tables, cells without ticks; the heads and rulers are left out. */
export function tableRows(path: string, title: string): string[][] {
  const text = readFileSync(path, "utf8");
  const [, section = ""] = text.split(new RegExp(`^#+ ${title}$`, "m"));
  const lines = (section.split(/^#/m)[0] ?? "").split("\n").filter((line) => line.startsWith("|"));
  const cells = lines.map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
  const ruler = cells.findIndex((row) => row.every((cell) => /^:?-+:?$/.test(cell)));
  return cells.slice(ruler + 1);
}
