/** Text on the board, in lines that fit the object's width. */
import { LINE_HEIGHT, measureText } from "../../../../convex/contract/board/measureText.ts";
import { boxOf, fontSizeOf, lineWidthOf } from "../../../../convex/contract/board/objectBox.ts";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { textColour } from "./objectPaint.ts";
import { BOARD_FONT, wrapText } from "./wrapText.ts";

const ALONG = { start: 0, middle: 0.5, end: 1 } as const; // of the width
const BASELINE = 0.98; // of the font size below the top of a line, where letters stand

/** Stands for letters that nobody could read: a thin line where each line of text is. */
export function TinyText({ object }: { object: CanvasObject }) {
  const { x, y, width } = boxOf(object);
  const size = fontSizeOf(object);
  const needed = measureText(object.text ?? "", size, width);
  const length = Math.min(width, 0.85 * needed.width); // the estimate errs towards too much
  const left = x + ALONG[object.textAnchor ?? "start"] * (width - length);
  const lines = Array.from({ length: needed.lines }, (_, index) => {
    return `M ${left} ${y + size * LINE_HEIGHT * (index + 0.5)} h ${length}`;
  });
  const style = { fill: "none", stroke: textColour(object), strokeWidth: size * 0.3, opacity: 0.5 };
  return <path d={lines.join(" ")} style={style} />;
}

export function TextShape({ object }: { object: CanvasObject }) {
  const { x, y, width, height } = boxOf(object);
  const size = fontSizeOf(object);
  const anchor = object.textAnchor ?? "start";
  const lines = wrapText(object.text ?? "", size, lineWidthOf(object));
  // a label's height is an estimate of its lines; it stands in the middle of what it labels all the same
  const isLabel = object.metadata?.role === "label";
  const slack = isLabel ? Math.max(0, height - lines.length * size * LINE_HEIGHT) : 0;
  return (
    <text
      fontFamily={BOARD_FONT}
      fontSize={size}
      textAnchor={anchor}
      style={{ fill: textColour(object), whiteSpace: "pre" }}
    >
      {lines.map((line, index) => (
        <tspan
          key={index}
          x={x + ALONG[anchor] * width}
          y={y + slack / 2 + size * (BASELINE + index * LINE_HEIGHT)}
        >
          {line}
        </tspan>
      ))}
    </text>
  );
}
