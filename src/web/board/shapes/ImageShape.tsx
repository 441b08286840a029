/** A picture, or the place where one will be. */
import { use } from "react";
import { boxOf } from "../../../../convex/contract/board/objectBox.ts";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { BoardImages, imageHref } from "../pictures/boardImages.ts";

export function ImageShape({ object }: { object: CanvasObject }) {
  const { x, y, width, height } = boxOf(object);
  const href = imageHref(object.src, use(BoardImages));
  if (href !== undefined) {
    return <image href={href} {...{ x, y, width, height }} preserveAspectRatio="xMidYMid meet" />;
  }
  return (
    <g className="board-missing">
      <rect {...{ x, y, width, height }} rx={5} />
      <text x={x + width / 2} y={y + height / 2}>
        {object.label ?? "Picture"}
      </text>
    </g>
  );
}
