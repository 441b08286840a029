/** A formula, typeset by KaTeX; loaded only when a board holds one. */
import "katex/dist/katex.min.css";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { boxOf, FORMULA_FONT_SIZE } from "../../../convex/contract/board/objectBox.ts";
import { firstChars } from "../../../convex/contract/board/firstChars.ts";
import { textColour } from "./objectPaint.ts";
import { typesetFormula } from "./typesetFormula.ts";

/** What is shown of one that cannot be typeset. */
const MAX_SOURCE_CHARS = 200;

export default function LatexShape({ object }: { object: CanvasObject }) {
  const { x, y, width, height } = boxOf(object);
  const latex = object.metadata?.["latex"] ?? object.text;
  const source = typeof latex === "string" ? latex : "";
  const html = typesetFormula(source);
  const style = {
    color: textColour(object),
    fontSize: object.fontSize ?? FORMULA_FONT_SIZE,
    minHeight: height,
  };
  return (
    <foreignObject {...{ x, y, width, height }} overflow="visible">
      {html === undefined ? (
        <div className="board-latex" style={style}>
          {firstChars(source, MAX_SOURCE_CHARS)}…
        </div>
      ) : (
        <div className="board-latex" style={style} dangerouslySetInnerHTML={{ __html: html }} />
      )}
    </foreignObject>
  );
}
