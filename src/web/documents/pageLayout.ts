/**
 * A page's text as paragraphs, with a range of it marked. Offsets are those of the text as Convex
 * stores it (UTF-16 units), so nothing may be trimmed before the marking. Pure.
 */
export interface PagePiece {
  text: string;
  isMarked: boolean;
}

export interface Range {
  start: number; // half-open
  end: number;
}

/** Paragraphs end at empty lines; single line breaks within one are kept as they are. */
export function layOutPage(text: string, marked: Range | undefined): PagePiece[][] {
  const paragraphs: PagePiece[][] = [];
  let from = 0;
  for (const gap of [...text.matchAll(/\n[ \t]*\n\s*/g)]) {
    paragraphs.push(pieces(text, { start: from, end: gap.index }, marked));
    from = gap.index + gap[0].length;
  }
  paragraphs.push(pieces(text, { start: from, end: text.length }, marked));
  return paragraphs.filter((paragraph) => paragraph.some((piece) => piece.text.trim() !== ""));
}

function pieces(text: string, { start, end }: Range, marked: Range | undefined): PagePiece[] {
  const from = Math.min(end, Math.max(start, marked?.start ?? end));
  const to = Math.min(end, Math.max(from, marked?.end ?? end));
  return [
    { text: text.slice(start, from), isMarked: false },
    { text: text.slice(from, to), isMarked: true },
    { text: text.slice(to, end), isMarked: false },
  ].filter((piece) => piece.text !== "");
}
