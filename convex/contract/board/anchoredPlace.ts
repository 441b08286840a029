/** Where something lies that is placed by an edge of what is there already, as the legacy API says it (rule BV16). */
import { BOARD_HEIGHT, BOARD_WIDTH, type Box } from "../boardOps.ts";

export interface Anchoring {
  anchorEdgeX: "left" | "center_x" | "right";
  anchorEdgeY: "top" | "center_y" | "bottom";
  /** The edges of the object that come to lie there. */
  objectEdgeX: "left" | "center_x" | "right";
  objectEdgeY: "top" | "center_y" | "bottom";
  /** Of the board's width and height. */
  offsetXPct: number;
  offsetYPct: number;
}

const USUAL: Anchoring = {
  ...{ anchorEdgeX: "right", anchorEdgeY: "top" },
  ...{ objectEdgeX: "left", objectEdgeY: "top" },
  ...{ offsetXPct: 0, offsetYPct: 0 },
};
const USUAL_SIZE = { width: 50, height: 50 };

/** How far along a side an edge is. */
const ALONG = { left: 0, top: 0, center_x: 0.5, center_y: 0.5, right: 1, bottom: 1 } as const;

/** The left top corner, in board pixels, of an object of this size beside `anchor`. */
export function anchoredPlace(
  anchor: Box,
  anchoring: Partial<Anchoring> = {},
  size: Pick<Box, "width" | "height"> = USUAL_SIZE,
): Pick<Box, "x" | "y"> {
  const { anchorEdgeX, anchorEdgeY, objectEdgeX, objectEdgeY, offsetXPct, offsetYPct } = {
    ...USUAL,
    ...anchoring,
  };
  const [edgeX, edgeY] = [
    anchor.x + ALONG[anchorEdgeX] * anchor.width,
    anchor.y + ALONG[anchorEdgeY] * anchor.height,
  ];
  return {
    x: edgeX + offsetXPct * BOARD_WIDTH - ALONG[objectEdgeX] * size.width,
    y: edgeY + offsetYPct * BOARD_HEIGHT - ALONG[objectEdgeY] * size.height,
  };
}
