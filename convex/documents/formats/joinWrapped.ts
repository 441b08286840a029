/** Joins the lines of a paragraph again, and words that were hyphenated at a line's end. PURE. */

const WORD = /\p{L}[\p{L}\p{M}'’-]*\p{L}|\p{L}/gu;

/** The words of a text in lower case, hyphenated ones whole. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

/**
 * `known`: the words of the whole document. They decide whether "well-" + "known" was one word that was cut or
 * has a hyphen of its own.
 */
export function joinWrapped(lines: readonly string[], known: ReadonlySet<string>): string {
  return lines.reduce((text, line) => {
    if (text === "") return line;
    const before = /(\p{L}+)[-‐]$/u.exec(text)?.[1];
    const after = /^(\p{Ll}[\p{L}\p{M}]*)/u.exec(line)?.[1];
    if (before === undefined || after === undefined) return `${text} ${line}`;
    const hyphenated = `${before}-${after}`.toLowerCase();
    const joined = `${before}${after}`.toLowerCase();
    const keepsHyphen = known.has(hyphenated) && !known.has(joined);
    return keepsHyphen ? text + line : text.slice(0, -1) + line;
  }, "");
}
