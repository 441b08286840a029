/** The parts that drawings are built of: boxes with text that fits, lines, captions. Block coordinates. */
import type { CanvasObject } from "../boardOps.ts";
import { measureText } from "../board/measureText.ts";
import { INK, PALETTE, type ColorName } from "./palette.ts";

export const BODY_FONT = 16;
export const TITLE_FONT = 22;
const PADDING = 12;

/** How high a box of this width must be to hold its text. */
export function boxHeight(text: string, width: number, fontSize = BODY_FONT): number {
  return measureText(text, fontSize, width - 2 * PADDING).height + 2 * PADDING;
}

export interface BoxSpec {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
  text: string;
  color: ColorName;
  role: string;
  shape?: "rect" | "ellipse";
  fontSize?: number;
}

/** A filled shape and, inside it, its text. */
export function labelledBox(spec: BoxSpec): CanvasObject[] {
  const { id, x, y, width, height, role, fontSize = BODY_FONT } = spec;
  const { fill, stroke } = PALETTE[spec.color];
  const shape: CanvasObject = {
    id,
    kind: spec.shape ?? "rect",
    ...{ x, y, width, height, fill, stroke },
    strokeWidth: 2,
    metadata: { role },
  };
  if (spec.text === "") return [shape];
  const textHeight = boxHeight(spec.text, width, fontSize) - 2 * PADDING;
  const label = caption({
    id: `${id}-text`,
    x: x + PADDING,
    y: y + Math.max(PADDING, (height - textHeight) / 2),
    width: width - 2 * PADDING,
    text: spec.text,
    fontSize,
    textAnchor: "middle",
  });
  return [shape, { ...label, metadata: { role: "label", linked_to: id } }];
}

/** Text that wraps at `width`; its height is what it needs. */
export function caption(spec: {
  id: string;
  x: number;
  y: number;
  width: number;
  text: string;
  fontSize?: number;
  textAnchor?: "start" | "middle" | "end";
}): CanvasObject {
  const fontSize = spec.fontSize ?? BODY_FONT;
  return {
    ...spec,
    kind: "textbox",
    fontSize,
    height: measureText(spec.text, fontSize, spec.width).height,
    textAnchor: spec.textAnchor ?? "start",
    fill: INK,
  };
}

/** A straight line between two points, with a head at the second for an arrow. */
export function connector(spec: {
  id: string;
  kind: "line" | "arrow";
  from: readonly [number, number];
  to: readonly [number, number];
  color?: ColorName;
}): CanvasObject {
  const [[x1, y1], [x2, y2]] = [spec.from, spec.to];
  const [x, y] = [Math.min(x1, x2), Math.min(y1, y2)];
  return {
    id: spec.id,
    kind: spec.kind,
    x,
    y,
    points: [x1 - x, y1 - y, x2 - x, y2 - y],
    stroke: PALETTE[spec.color ?? "gray"].stroke,
    strokeWidth: 2,
    metadata: { role: spec.kind },
  };
}

/** A heading above a drawing: the object, and how much room it takes from the top. */
export function heading(
  text: string | null,
  width: number,
): { objects: CanvasObject[]; height: number } {
  if (text === null || text.trim() === "") return { objects: [], height: 0 };
  const object = caption({ id: "title", x: 0, y: 0, width, text, fontSize: TITLE_FONT });
  return { objects: [object], height: Number(object.height) + PADDING };
}
