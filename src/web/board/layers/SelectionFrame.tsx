/**
 * The frame around what is selected, with its handles. A picture of its own that is moved as a whole, so
 * that it follows a drag without anything being drawn anew.
 */
import { useMemo, useRef } from "react";
import type { Box, CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { useMediaQuery } from "../../classroom/useMediaQuery.ts";
import type { Draft } from "../hands/gesture.ts";
import { useLive, type LiveValue } from "../hands/liveValue.ts";
import { HANDLES, TURN_HANDLE } from "../objects/objectGeometry.ts";
import { frameAngle, selectionBox } from "../hands/selectGestures.ts";
import { useMovedLayer } from "./useMovedLayer.ts";
import { toScreen, type Viewport } from "./viewport.ts";

const HANDLE_RADIUS = 5;
const TURN_DISTANCE = 22; // screen pixels from the frame to the handle that turns it
const MARGIN = 5; // screen pixels between an object and its frame
/** Screen pixels; a frame with handles leaves room between them to take hold of the object itself. */
const MIN_SIDE = { fine: 24, coarse: 52 } as const;

interface SelectionFrameProps {
  chosen: readonly CanvasObject[];
  draft: LiveValue<Draft | undefined>;
  seen: LiveValue<Viewport>;
  hasHandles: boolean;
}

export function SelectionFrame({ chosen, draft, seen, hasHandles }: SelectionFrameProps) {
  const viewport = useLive(seen);
  const now = useLive(draft);
  const isCoarse = useMediaQuery("(pointer: coarse)"); // as the size of the handles (board.css)
  const shown = shownOf(chosen, now);
  const box = useMemo(() => selectionBox(shown), [shown]);
  if (!box) return null;
  const [dx, dy] = now?.kind === "moved" ? [now.dx, now.dy] : [0, 0];
  const place = toScreen(viewport, { x: box.x + dx, y: box.y + dy });
  const least = hasHandles ? MIN_SIDE[isCoarse ? "coarse" : "fine"] : 0;
  const across = framed(place.x, box.width * viewport.zoom, least);
  const down = framed(place.y, box.height * viewport.zoom, least);
  return (
    <Frame
      angle={frameAngle(shown)}
      x={across.start}
      y={down.start}
      width={across.length}
      height={down.length}
      hasHandles={hasHandles}
    />
  );
}

/** One side of the frame around a side of the object, in screen pixels. */
function framed(start: number, length: number, least: number) {
  const margin = Math.max(MARGIN, (least - length) / 2);
  return { start: Math.round(start - margin), length: length + 2 * margin };
}

/** What is selected, as the draft has it: those on the board follow a hand in steps only. */
function shownOf(chosen: readonly CanvasObject[], draft: Draft | undefined) {
  if (draft?.kind === "moved") return draft.objects;
  const isResized =
    draft?.kind === "objects" && draft.objects.some(({ id }) => id === chosen[0]?.id);
  return isResized ? draft.objects : chosen;
}

interface FrameProps extends Box {
  /** Degrees, clockwise, around its middle. */
  angle: number;
  hasHandles: boolean;
}

function Frame({ x, y, width, height, angle, hasHandles }: FrameProps) {
  const picture = useRef<SVGSVGElement>(null);
  useMovedLayer(picture, `translate3d(${x}px, ${y}px, 0)`);
  return (
    <svg ref={picture} className="board-selection" aria-hidden="true">
      <g transform={angle === 0 ? undefined : `rotate(${angle} ${width / 2} ${height / 2})`}>
        <rect width={width} height={height} rx={3} />
        {hasHandles && <Handles width={width} height={height} />}
      </g>
    </svg>
  );
}

function Handles({ width, height }: Pick<Box, "width" | "height">) {
  return (
    <>
      <path d={`M ${width / 2} 0 v ${-TURN_DISTANCE}`} />
      <circle
        data-handle={TURN_HANDLE}
        className="board-handle board-handle-turn"
        cx={width / 2}
        cy={-TURN_DISTANCE}
        r={HANDLE_RADIUS}
      />
      {HANDLES.map(({ name, horizontal, vertical }) => (
        <circle
          key={name}
          data-handle={name}
          className={`board-handle board-handle-${name}`}
          cx={(width * (1 + horizontal)) / 2}
          cy={(height * (1 + vertical)) / 2}
          r={HANDLE_RADIUS}
        />
      ))}
    </>
  );
}
