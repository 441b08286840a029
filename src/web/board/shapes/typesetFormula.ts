/** LaTeX to HTML, by KaTeX, such that no formula can break, hold up or script the page that shows it. */
import katex from "katex";

/** A longer one would hold the page up, and fits on no board. */
const MAX_FORMULA_CHARS = 4_000;

/** Undefined when it cannot be typeset; what is merely wrong is shown in red by the typesetter itself. */
export function typesetFormula(latex: string): string | undefined {
  if (latex.length > MAX_FORMULA_CHARS) return undefined;
  try {
    return katex.renderToString(latex, {
      displayMode: true,
      throwOnError: false,
      strict: "ignore", // says nothing in the console of somebody who has not written it
      trust: false, // no links, classes or pictures from a formula
      maxExpand: 500, // a macro bomb ends in an error, not in a frozen page
      maxSize: 20,
    });
  } catch {
    return undefined; // braces in braces in braces, deeper than the typesetter can go
  }
}
