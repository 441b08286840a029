/** The kinds that point at something: highlights, question tags, pointers. */
import {
  boxOf,
  fontSizeOf,
  originOf,
  pointsOf,
  TAG_GAP,
  TAG_WORDS_WIDTH,
  tagRadius,
} from "../../../../convex/contract/board/objectBox.ts";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { themedColour } from "./palette.ts";
import { TextShape } from "./TextShape.tsx";

const HIGHLIGHT_WIDTH = 12; // board pixels

export function HighlightShape({ object }: { object: CanvasObject }) {
  const { points, stroke } = object;
  if (!points || points.length === 0) {
    return <rect className="board-highlight-box" {...boxOf(object)} rx={6} />;
  }
  const { x, y } = originOf(object);
  return (
    <g className="board-highlight" style={{ strokeWidth: object.strokeWidth ?? HIGHLIGHT_WIDTH }}>
      <path
        d={typeof points === "string" ? points : linePath(pointsOf(object))}
        transform={`translate(${x} ${y})`}
        style={stroke ? { stroke: themedColour(stroke) } : undefined}
      />
    </g>
  );
}

function linePath(flat: readonly number[]): string {
  const pairs = Array.from({ length: Math.floor(flat.length / 2) }, (_, i) => {
    return `${flat[2 * i] ?? 0} ${flat[2 * i + 1] ?? 0}`;
  });
  return `M ${pairs.join(" L ")}`;
}

export function QuestionTag({ object }: { object: CanvasObject }) {
  const { x, y } = boxOf(object);
  const radius = tagRadius(object);
  const left = 2 * radius + TAG_GAP;
  const words: CanvasObject = {
    ...{ id: `${object.id}-words`, kind: "textbox", x: x + left, y: y + 1, width: TAG_WORDS_WIDTH },
    ...{ text: object.text ?? "", fontSize: fontSizeOf(object) },
  };
  return (
    <>
      <g className="board-question">
        <circle cx={x + radius} cy={y + radius} r={radius} />
        <text x={x + radius} y={y + radius} fontSize={radius * 1.24}>
          ?
        </text>
      </g>
      {object.text && <TextShape object={words} />}
    </>
  );
}

export function PointerPing({ object }: { object: CanvasObject }) {
  const { x, y, width } = boxOf(object);
  return <circle className="board-ping" cx={x + width / 2} cy={y + width / 2} r={width / 2} />;
}
