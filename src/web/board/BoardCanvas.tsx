/** The picture: all objects in drawing order, what is being drawn, and the frame of the selection. */
import { useMemo } from "react";
import type { Box, CanvasObject } from "../../../convex/contract/boardOps.ts";
import type { BoardLink } from "./boardLink.ts";
import { Drawing } from "./Drawing.tsx";
import { EphemeralLayer } from "./EphemeralLayer.tsx";
import { strokePath } from "./freehand.ts";
import type { Draft } from "./gesture.ts";
import { ObjectView } from "./ObjectView.tsx";
import { HANDLES } from "./objectGeometry.ts";
import { OtherStrokes } from "./Cursors.tsx";
import { themedColour } from "./palette.ts";
import type { ViewportControl } from "./useViewport.ts";
import { toScreen, type Viewport } from "./viewport.ts";

const DOT_GAP = 32; // board pixels between the dots of the paper
const HANDLE_RADIUS = 5;
const FRAME_MARGIN = 5; // screen pixels between an object and its frame

interface BoardCanvasProps {
  link: BoardLink;
  objects: readonly CanvasObject[];
  /** The object whose text is being edited, and so shown by the editor instead. */
  hiddenId: string | undefined;
  view: ViewportControl;
  draft: Draft | undefined;
  frame: Box | undefined;
  hasHandles: boolean;
}

export function BoardCanvas(props: BoardCanvasProps) {
  const { link, objects, hiddenId, view, draft, frame, hasHandles } = props;
  const { x, y, zoom } = view.viewport;
  const hidden = useMemo(
    () => (hiddenId === undefined ? undefined : new Set([hiddenId])),
    [hiddenId],
  );
  return (
    <svg className="board-svg" aria-hidden="true" style={paperStyle(view.viewport)}>
      <g transform={`scale(${zoom}) translate(${-x} ${-y})`}>
        <Drawing objects={objects} hidden={hidden} />
        <EphemeralLayer link={link} />
        <OtherStrokes link={link} />
        {draft && <DraftView draft={draft} zoom={zoom} />}
      </g>
      {frame && <SelectionFrame box={frame} viewport={view.viewport} hasHandles={hasHandles} />}
    </svg>
  );
}

/** Dots that move with the paper; far out every fourth one is left, so that they never become a grey. */
function paperStyle({ x, y, zoom }: Viewport) {
  const gap = DOT_GAP * zoom * (zoom < 0.5 ? 4 : 1);
  return {
    backgroundSize: `${gap}px ${gap}px`,
    backgroundPosition: `${-x * zoom}px ${-y * zoom}px`,
  };
}

function DraftView({ draft, zoom }: { draft: Draft; zoom: number }) {
  switch (draft.kind) {
    case "object":
      return <ObjectView object={draft.object} />;
    case "stroke": {
      const d = strokePath(draft.points, draft.size, false);
      return <path d={d} style={{ fill: themedColour(draft.colour) }} />;
    }
    case "frame":
      return <rect className="board-marquee" {...draft.box} strokeWidth={1 / zoom} />;
  }
}

interface SelectionFrameProps {
  box: Box;
  viewport: Viewport;
  hasHandles: boolean;
}

function SelectionFrame({ box, viewport, hasHandles }: SelectionFrameProps) {
  const { x, y } = toScreen(viewport, box);
  const width = box.width * viewport.zoom;
  const height = box.height * viewport.zoom;
  return (
    <g className="board-selection">
      <rect
        x={x - FRAME_MARGIN}
        y={y - FRAME_MARGIN}
        width={width + 2 * FRAME_MARGIN}
        height={height + 2 * FRAME_MARGIN}
        rx={3}
      />
      {hasHandles &&
        HANDLES.map(({ name, horizontal, vertical }) => (
          <circle
            key={name}
            data-handle={name}
            className={`board-handle board-handle-${name}`}
            cx={x + (width * (1 + horizontal)) / 2 + horizontal * FRAME_MARGIN}
            cy={y + (height * (1 + vertical)) / 2 + vertical * FRAME_MARGIN}
            r={HANDLE_RADIUS}
          />
        ))}
    </g>
  );
}
