/** One choice: its control and, beside it, its label. */
import {
  boxOf,
  fontSizeOf,
  RADIO_GAP,
  RADIO_LABEL_WIDTH,
  RADIO_RADIUS,
} from "../../../../convex/contract/board/objectBox.ts";
import { LINE_HEIGHT } from "../../../../convex/contract/board/measureText.ts";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { objectPaint } from "./objectPaint.ts";
import { TextShape } from "./TextShape.tsx";

export function RadioShape({ object }: { object: CanvasObject }) {
  const { x, y } = boxOf(object);
  const radius = object.radius ?? RADIO_RADIUS;
  const fontSize = fontSizeOf(object);
  const left = 2 * radius + RADIO_GAP;
  const label: CanvasObject = {
    id: `${object.id}-label`,
    kind: "text",
    x: x + left,
    y: y + Math.max(0, radius - (fontSize * LINE_HEIGHT) / 2),
    width: RADIO_LABEL_WIDTH,
    fontSize,
    text: object.label ?? "",
  };
  return (
    <>
      <circle cx={x + radius} cy={y + radius} r={radius} style={objectPaint(object)} />
      <TextShape object={label} />
    </>
  );
}
