/**
 * How much room a text takes, without a browser: by the width of letters as sans-serif has them, a little
 * too much rather than too little, so that a text stays inside what is drawn around it. Pure. One pass over
 * the signs and no pieces of strings, since a board that was just loaded has thousands of texts to measure.
 */

export const LINE_HEIGHT = 1.35; // of the font size
const CHAR_WIDTH = 0.58; // of the font size: wide for Latin sans-serif, so that text stays inside
const WIDE_CHAR_WIDTH = 1.05; // CJK, emoji
const FIRST_WIDE = 0x2e80;

/** How much room `text` needs when wrapped at `available` pixels; errs towards too much. Pixels. */
export function measureText(
  text: string,
  fontSize: number,
  available: number,
): { width: number; height: number; lines: number } {
  const maxWidth = Math.max(available, fontSize); // no line is narrower than a letter
  let lines = 1;
  let widest = 0;
  let lineWidth = 0;
  let wordWidth = 0; // with the space after it
  const endWord = () => {
    if (lineWidth > 0 && lineWidth + wordWidth > maxWidth) {
      lines++;
      lineWidth = 0;
    }
    lines += Math.max(0, Math.ceil(wordWidth / maxWidth) - 1); // a word longer than a line is broken
    lineWidth += wordWidth;
    widest = Math.max(widest, Math.min(lineWidth, maxWidth));
    wordWidth = 0;
  };
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === NEWLINE) {
      endWord();
      lines++;
      lineWidth = 0;
      continue;
    }
    if (isLowSurrogate(code)) continue; // its sign was counted with the first half
    wordWidth += (code >= FIRST_WIDE ? WIDE_CHAR_WIDTH : CHAR_WIDTH) * fontSize;
    if (code === SPACE || (code !== NO_BREAK_SPACE && isOtherSpace(code))) endWord();
  }
  endWord();
  return { width: Math.ceil(widest), height: Math.ceil(lines * fontSize * LINE_HEIGHT), lines };
}

const NEWLINE = 0x0a;
const SPACE = 0x20;
const NO_BREAK_SPACE = 0xa0;

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

/** Tabs, the typographic spaces, and the wide space of Chinese and Japanese. */
function isOtherSpace(code: number): boolean {
  return (code >= 0x09 && code <= 0x0d) || (code >= 0x2000 && code <= 0x200a) || code === 0x3000;
}
