/**
 * Which part of a streaming answer a screen reader should say next: whole sentences, not tokens, and
 * not more often than they are completed. Pure.
 */
const MIN_CHUNK_CHARS = 40; // shorter sentences wait for the next one

/** The end (exclusive) of what can be said now, at least `spoken`. When done, all of it. */
export function speakableEnd(text: string, spoken: number, isDone: boolean): number {
  if (isDone) return text.length;
  let end = spoken;
  for (const match of text.slice(spoken).matchAll(/[.!?:](?:\s*\[\d+\])*(?=\s)|\n\n/g)) {
    end = spoken + match.index + match[0].length;
  }
  return end - spoken >= MIN_CHUNK_CHARS ? end : spoken;
}

/** The words without markup; citations are read as "source n". */
export function speakableText(text: string): string {
  return text
    .replace(/\[(\d+)\]/g, " (source $1)")
    .replace(/[*_`#>]+/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
