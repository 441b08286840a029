/** A formula, typeset by KaTeX; loaded only when a board holds one. */
import "katex/dist/katex.min.css"; // its fonts are fetched when a formula needs them
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { FormulaFrame, FormulaSource } from "./FormulaSource.tsx";
import { wordsOf } from "../objects/objectText.ts";
import { typesetFormula } from "./typesetFormula.ts";

export default function LatexShape({ object }: { object: CanvasObject }) {
  const html = typesetFormula(wordsOf(object) ?? "");
  if (html === undefined) return <FormulaSource object={object} />;
  return (
    <FormulaFrame object={object}>
      <div dangerouslySetInnerHTML={{ __html: html }} />
    </FormulaFrame>
  );
}
