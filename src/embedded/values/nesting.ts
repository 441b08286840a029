/**
 * How deeply the JSON text of messages nests. Everything that walks a value calls itself once a level, so
 * a text of nothing but brackets would exhaust the stack of whoever walks it first.
 */
/** What no message nests to, however deep the values in it may be, and every stack can take. */
const MAX_TEXT_NESTING = 1_000;

const [QUOTE, BACKSLASH] = [0x22, 0x5c];

/** Whether JSON text nests so deeply that nobody should walk what it stands for. Any text may be given. */
export function isTextTooNested(text: string, maxNesting = MAX_TEXT_NESTING): boolean {
  if (text.length <= maxNesting) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === QUOTE) i = endOfString(text, i + 1);
    // Brackets and braces differ in one bit: `[` 5b, `{` 7b, `]` 5d, `}` 7d.
    else if ((unit | 0x20) === 0x7b) depth += 1;
    else if ((unit | 0x20) === 0x7d) depth -= 1;
    if (depth > maxNesting) return true;
  }
  return false;
}

/** Where the string that began before `start` ends: at its quote, or at the end of the text. */
function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start);
  while (quote !== -1 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote === -1 ? text.length : quote;
}

/** Whether an odd number of backslashes stands before it. */
function isEscaped(text: string, index: number): boolean {
  let first = index;
  while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
  return (index - first) % 2 === 1;
}
