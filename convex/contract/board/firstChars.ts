/** The beginning of a text, for whoever shows or keeps only so much of it. */

const FIRST_HALF = /[\ud800-\udbff]$/;

/**
 * At most `max` UTF-16 units. Never ends within a sign: half an emoji is no text, and files and databases
 * refuse it.
 */
export function firstChars(text: string, max: number): string {
  return text.slice(0, max).replace(FIRST_HALF, "");
}
