/** How an object is painted where it does not say itself, and in both themes. Pure. */
import type { CSSProperties } from "react";
import { z } from "zod";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { themedColour } from "./palette.ts";

const zStyle = z.object({
  fill: z.string().optional(),
  stroke: z.string().optional(),
  strokeWidth: z.number().optional(),
});

const INK = "#1f2a26";
const DEFAULT_STROKE_WIDTH = 2;

/** The flat fields win over the legacy `style`; shapes are outlines and texts are ink by default. */
export function objectPaint(
  object: CanvasObject,
): Pick<CSSProperties, "fill" | "stroke" | "strokeWidth"> {
  const style = zStyle.safeParse(object["style"]).data;
  const fill = object.fill ?? style?.fill;
  const isBody = object.kind === "path" && isPainted(fill); // a pen stroke is its filled outline
  const stroke = object.stroke ?? style?.stroke ?? (isBody ? "none" : INK);
  return {
    fill: themedColour(fill ?? "none"),
    stroke: themedColour(stroke),
    strokeWidth: object.strokeWidth ?? style?.strokeWidth ?? DEFAULT_STROKE_WIDTH,
  };
}

export function textColour(object: CanvasObject): string {
  return themedColour(isPainted(object.fill) ? (object.fill ?? INK) : INK);
}

function isPainted(colour: string | null | undefined): boolean {
  return colour != null && colour !== "none" && colour !== "transparent" && colour !== "";
}
