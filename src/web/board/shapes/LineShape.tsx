/** A line or an arrow through its points, with a head drawn at the end of an arrow. */
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { objectPoints } from "../objects/objectGeometry.ts";
import { objectPaint } from "./objectPaint.ts";
import type { Point } from "../layers/viewport.ts";

const HEAD_ANGLE = 0.45; // radians to each side

export function LineShape({ object }: { object: CanvasObject }) {
  const points = objectPoints(object);
  const { stroke, strokeWidth } = objectPaint(object);
  const style = {
    fill: "none",
    stroke,
    strokeWidth,
    strokeLinecap: "round",
    strokeLinejoin: "round",
  } as const;
  const head = object.kind === "arrow" ? arrowHead(points, Number(strokeWidth ?? 2)) : undefined;
  return (
    <>
      <polyline points={points.map((p) => `${p.x},${p.y}`).join(" ")} style={style} />
      {head && <path d={head} style={style} />}
    </>
  );
}

function arrowHead(points: readonly Point[], strokeWidth: number): string | undefined {
  const tip = points.at(-1);
  const before = points.findLast((p) => tip && (p.x !== tip.x || p.y !== tip.y));
  if (!tip || !before) return undefined;
  const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
  const length = Math.min(
    8 + 3 * strokeWidth,
    Math.hypot(tip.x - before.x, tip.y - before.y) * 0.7,
  );
  const wing = (side: number) =>
    `${tip.x - length * Math.cos(angle + side)} ${tip.y - length * Math.sin(angle + side)}`;
  return `M ${wing(HEAD_ANGLE)} L ${tip.x} ${tip.y} L ${wing(-HEAD_ANGLE)}`;
}
