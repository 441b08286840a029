/** Lines that structure a document rather than say something. PURE. */

/** "3.2 Scope" or "Chapter 4: Ownership": a number of at most four parts, then a word with a capital. */
export const NUMBERED_HEADING =
  /^(?:(?:chapter|section|part|appendix)\s+)?(\d{1,2}(?:\.\d{1,2}){0,3})[.:]?\s+\p{Lu}/iu;

const REFERENCES = /^(\d+(\.\d+)*\.?\s+)?(references|bibliography|works cited|literature|index)$/iu;

export function isReferencesHeading(text: string): boolean {
  return REFERENCES.test(text.trim());
}

/** "Ownership . . . . 59", or short words and then only page numbers, as in an index. */
export function isContentsLine(text: string): boolean {
  if (/(\.\s?){4,}\s*\d*$/u.test(text)) return true;
  return text.length < 90 && /^[^.!?]{3,}?[\s,]\d{1,4}([,–-]\s?\d{1,4})*$/u.test(text);
}
