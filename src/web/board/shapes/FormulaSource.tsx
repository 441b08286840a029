/** A formula as it was written: while the typesetter has not come, and of one that cannot be typeset. */
import type { ReactNode } from "react";
import { boxOf, FORMULA_FONT_SIZE } from "../../../../convex/contract/board/objectBox.ts";
import { firstChars } from "../../../../convex/contract/board/firstChars.ts";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { textColour } from "./objectPaint.ts";
import { wordsOf } from "../objects/objectText.ts";

const MAX_SOURCE_CHARS = 200;

/** `isComing`: it will be typeset, so it shows only where that takes long enough to be noticed. */
export function FormulaSource({ object, isComing }: { object: CanvasObject; isComing?: boolean }) {
  const source = wordsOf(object) ?? "";
  const shown = firstChars(source, MAX_SOURCE_CHARS);
  return (
    <FormulaFrame object={object}>
      <div className={isComing ? "board-latex-coming" : undefined}>
        {shown.length < source.length ? `${shown}…` : shown}
      </div>
    </FormulaFrame>
  );
}

/** The object's box, in its colour and size of letters; what is larger sticks out. */
export function FormulaFrame({ object, children }: { object: CanvasObject; children: ReactNode }) {
  const { x, y, width, height } = boxOf(object);
  const style = {
    color: textColour(object),
    fontSize: object.fontSize ?? FORMULA_FONT_SIZE,
    minHeight: height,
  };
  return (
    <foreignObject {...{ x, y, width, height }} overflow="visible">
      <div className="board-latex" style={style}>
        {children}
      </div>
    </foreignObject>
  );
}
