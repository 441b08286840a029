/** Text on the board, wrapped by the browser within the object's width. */
import { boxOf, LINE_HEIGHT, type CanvasObject } from "../../../convex/contract/boardOps.ts";
import { textColour } from "./objectPaint.ts";

const ALIGN = { start: "left", middle: "center", end: "right" } as const;

export function TextShape({ object }: { object: CanvasObject }) {
  const { x, y, width, height } = boxOf(object);
  return (
    <foreignObject
      x={x}
      y={y}
      width={Math.max(width, 1)}
      height={Math.max(height, 1)}
      overflow="visible"
    >
      <div
        className="board-text"
        style={{
          color: textColour(object),
          fontSize: object.fontSize ?? (object.kind === "textbox" ? 16 : 18),
          lineHeight: LINE_HEIGHT,
          textAlign: ALIGN[object.textAnchor ?? "start"],
        }}
      >
        {object.text}
      </div>
    </foreignObject>
  );
}
