/**
 * The picture: the layer of all objects, and over it what changes with every move of a hand: drafts, marks,
 * strokes of others and the frame of the selection.
 */
import { useMemo } from "react";
import type { Box, CanvasObject } from "../../../convex/contract/boardOps.ts";
import type { BoardLink } from "./boardLink.ts";
import { Drawing } from "./Drawing.tsx";
import { EphemeralLayer } from "./EphemeralLayer.tsx";
import { strokePath } from "./freehand.ts";
import type { Draft } from "./gesture.ts";
import { ObjectLayer } from "./ObjectLayer.tsx";
import { HANDLES } from "./objectGeometry.ts";
import { OtherStrokes } from "./Cursors.tsx";
import { themedColour } from "./palette.ts";
import type { ViewportControl } from "./useViewport.ts";
import { toScreen, type Viewport } from "./viewport.ts";

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
  const { viewport, size } = view;
  const hidden = useHidden(hiddenId, draft);
  return (
    <>
      {size.width > 0 && (
        <ObjectLayer
          scene={link.scene}
          objects={objects}
          hidden={hidden}
          viewport={viewport}
          size={size}
        />
      )}
      <svg className="board-overlay" aria-hidden="true">
        <g transform={`scale(${viewport.zoom}) translate(${-viewport.x} ${-viewport.y})`}>
          <EphemeralLayer link={link} />
          <OtherStrokes link={link} />
          {draft && <DraftView draft={draft} zoom={viewport.zoom} />}
        </g>
        {frame && <SelectionFrame box={frame} viewport={viewport} hasHandles={hasHandles} />}
      </svg>
    </>
  );
}

/** What the overlay or the editor shows instead. The same set while the same objects are moved. */
function useHidden(
  hiddenId: string | undefined,
  draft: Draft | undefined,
): ReadonlySet<string> | undefined {
  const moved = draft?.kind === "moved" ? draft.objects : undefined;
  const drafted = draft?.kind === "objects" ? draft.objects.map(({ id }) => id).join(" ") : "";
  return useMemo(() => {
    const ids = [...(moved ?? []).map(({ id }) => id), ...drafted.split(" "), hiddenId ?? ""];
    const named = ids.filter((id) => id !== "");
    return named.length === 0 ? undefined : new Set(named);
  }, [hiddenId, moved, drafted]);
}

function DraftView({ draft, zoom }: { draft: Draft; zoom: number }) {
  switch (draft.kind) {
    case "objects":
      return <Drawing objects={draft.objects} zoom={zoom} />;
    case "moved":
      return (
        <g transform={`translate(${draft.dx} ${draft.dy})`}>
          <Drawing objects={draft.objects} zoom={zoom} />
        </g>
      );
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
