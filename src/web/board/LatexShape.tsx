/** A formula, typeset by KaTeX; loaded only when a board holds one. */
import katex from "katex";
import "katex/dist/katex.min.css";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { boxOf } from "../../../convex/contract/board/objectBox.ts";
import { textColour } from "./objectPaint.ts";

export default function LatexShape({ object }: { object: CanvasObject }) {
  const { x, y, width, height } = boxOf(object);
  const latex = object.metadata?.["latex"] ?? object.text;
  const html = katex.renderToString(typeof latex === "string" ? latex : "", {
    displayMode: true,
    throwOnError: false,
    trust: false, // no links, classes or pictures from a formula
    maxExpand: 500, // a macro bomb ends in an error, not in a frozen page
    maxSize: 20,
  });
  return (
    <foreignObject {...{ x, y, width, height }} overflow="visible">
      <div
        className="board-latex"
        style={{ color: textColour(object), fontSize: object.fontSize ?? 24, minHeight: height }}
        dangerouslySetInnerHTML={{ __html: html }}
      />
    </foreignObject>
  );
}
