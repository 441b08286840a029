/**
 * Breaks a text of the board into the lines that are drawn, as wide as the page's own font is here. Lines
 * and not a block of HTML, since SVG that is taken out of the page must show its texts everywhere, and
 * thousands of HTML boxes in a drawing make it slow. Pure but for the measuring of words.
 */
/** The page's own face (theme.css), which an export names as well. */
export const BOARD_FONT =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, Cantarell, Ubuntu, "Noto Sans", ' +
  '"Liberation Sans", Arial, system-ui, sans-serif';

const MEASURED_AT = 100; // pixels; widths grow with the font size
const MAX_KNOWN_WORDS = 20_000;
const ESTIMATED_WIDTH = 0.58; // of the font size, where there is no canvas to ask

const known = new Map<string, number>();
let pen: CanvasRenderingContext2D | null | undefined;

/** At least one line, which may be empty. `maxWidth` and `fontSize` in pixels of one scale. */
export function wrapText(
  text: string,
  fontSize: number,
  maxWidth: number,
  widthOf: (word: string) => number = wordWidth,
): string[] {
  const available = Math.max(1, maxWidth / fontSize);
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    let width = 0;
    for (const word of piecesOf(paragraph, available, widthOf)) {
      const needed = widthOf(word.trimEnd()); // a space may hang over the edge
      if (line !== "" && width + needed > available) {
        lines.push(line.trimEnd());
        [line, width] = ["", 0];
      }
      line += word;
      width += widthOf(word);
    }
    lines.push(line.trimEnd());
  }
  return lines;
}

/** Words with the spaces after them; one that is longer than a line comes in pieces. */
function piecesOf(
  paragraph: string,
  available: number,
  widthOf: (word: string) => number,
): string[] {
  const words = paragraph.match(/\s*\S+\s*|\s+/g) ?? [];
  return words.flatMap((word) => (widthOf(word.trimEnd()) <= available ? [word] : cut(word)));

  function cut(word: string): string[] {
    const pieces = [""];
    for (const sign of word) {
      const grown = `${pieces.at(-1) ?? ""}${sign}`;
      if (grown.length > 1 && widthOf(grown.trimEnd()) > available) pieces.push(sign);
      else pieces[pieces.length - 1] = grown;
    }
    return pieces;
  }
}

/** In multiples of the font size. */
function wordWidth(word: string): number {
  const before = known.get(word);
  if (before !== undefined) return before;
  pen ??=
    typeof document === "undefined" ? null : document.createElement("canvas").getContext("2d");
  if (pen) pen.font = `${MEASURED_AT}px ${BOARD_FONT}`;
  const width = pen ? pen.measureText(word).width / MEASURED_AT : word.length * ESTIMATED_WIDTH;
  if (known.size >= MAX_KNOWN_WORDS) known.clear();
  known.set(word, width);
  return width;
}
