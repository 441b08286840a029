/**
 * The picture: the layer of all objects, over it those that a hand is moving, and on top what changes with
 * every step of a hand: drafts, marks, strokes of others and the frame of the selection.
 */
import { memo, useCallback, useMemo } from "react";
import type { Box, CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { meets } from "../../../../convex/contract/board/findObjects.ts";
import { extentOf } from "../../../../convex/contract/board/objectExtent.ts";
import type { BoardLink } from "../link/boardLink.ts";
import { OtherStrokes } from "./Cursors.tsx";
import { Drawing } from "../shapes/Drawing.tsx";
import { EphemeralLayer } from "./EphemeralLayer.tsx";
import { strokePath } from "../hands/freehand.ts";
import type { Draft } from "../hands/gesture.ts";
import { useLive, type LiveValue } from "../hands/liveValue.ts";
import { ObjectLayer } from "./ObjectLayer.tsx";
import { themedColour } from "../shapes/palette.ts";
import { OverviewLayer } from "./OverviewLayer.tsx";
import { SelectionFrame } from "./SelectionFrame.tsx";
import { SheetLayer } from "./SheetLayer.tsx";
import { usePicture } from "./usePicture.ts";
import type { ViewportControl } from "./useViewport.ts";

interface BoardCanvasProps {
  link: BoardLink;
  /** The scene's list, which is another one when something changed. */
  objects: readonly CanvasObject[];
  /** The object whose text is being edited, and so shown by the editor instead. */
  hiddenId: string | undefined;
  view: ViewportControl;
  draft: LiveValue<Draft | undefined>;
  chosen: readonly CanvasObject[];
  hasHandles: boolean;
}

export function BoardCanvas(props: BoardCanvasProps) {
  const { link, view, draft, chosen, hasHandles } = props;
  if (view.size.width === 0) return null;
  return (
    <>
      <Placed {...props} />
      <Moved view={view} draft={draft} />
      <Overlay link={link} view={view} draft={draft} />
      {/* Takes the pointer, which the browser would look for among thousands of objects. */}
      <div className="board-glass" />
      <SelectionFrame chosen={chosen} draft={draft} seen={view.seen} hasHandles={hasHandles} />
    </>
  );
}

/** What lies on the board, without what the editor or another layer shows instead. */
function Placed({ link, objects, hiddenId, view, draft }: BoardCanvasProps) {
  const hidden = useHidden(hiddenId, useLive(draft));
  const within = useCallback(
    (box: Box) => {
      const found = link.scene.within(box);
      return hidden ? found.filter(({ id }) => !hidden.has(id)) : found;
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the scene answers anew when its list is another one
    [link, objects, hidden],
  );
  const viewport = useLive(view.seen);
  const { picture, isComplete } = usePicture(viewport, view.size, true);
  return (
    <>
      <OverviewLayer scene={link.scene} viewport={viewport} isShown={!isComplete} />
      <ObjectLayer
        within={within}
        picture={picture}
        viewport={viewport}
        isHidden={!isComplete}
        isPaper
      />
    </>
  );
}

const BETWEEN_IDS = "\u0000"; // ids of other clients may have spaces

/** The same set while the same objects are moved. */
function useHidden(
  hiddenId: string | undefined,
  draft: Draft | undefined,
): ReadonlySet<string> | undefined {
  const moved = draft?.kind === "moved" ? draft.objects : undefined;
  const drafted =
    draft?.kind === "objects" ? draft.objects.map(({ id }) => id).join(BETWEEN_IDS) : "";
  return useMemo(() => {
    const ids = [
      ...(moved ?? []).map(({ id }) => id),
      ...drafted.split(BETWEEN_IDS),
      hiddenId ?? "",
    ];
    const named = ids.filter((id) => id !== "");
    return named.length === 0 ? undefined : new Set(named);
  }, [hiddenId, moved, drafted]);
}

interface MovedProps {
  view: ViewportControl;
  draft: LiveValue<Draft | undefined>;
}

function Moved({ view, draft }: MovedProps) {
  const now = useLive(draft);
  const { x, y, zoom } = useLive(view.seen);
  const objects = now?.kind === "moved" ? now.objects : undefined;
  const within = useCallback(
    (box: Box) => objects?.filter((object) => meets(box, extentOf(object))) ?? [],
    [objects],
  );
  const [dx, dy] = now?.kind === "moved" ? [now.dx, now.dy] : [0, 0];
  const moved = { x: x - dx, y: y - dy, zoom };
  const { picture } = usePicture(moved, view.size, false);
  return objects && <ObjectLayer within={within} picture={picture} viewport={moved} />;
}

/** A rectangle that nobody sees, larger than whatever is drawn. */
const GROUND = { x: -1e6, y: -1e6, width: 2e6, height: 2e6, fill: "transparent" };

/** What comes and goes. On a ground, for a picture that grew is put anew among all others. */
function Overlay({ link, view, draft }: Pick<BoardCanvasProps, "link" | "view" | "draft">) {
  const viewport = useLive(view.seen);
  const { picture } = usePicture(viewport, view.size, false);
  return (
    <SheetLayer sheet={picture.sheet} viewport={viewport}>
      {(zoom) => (
        <>
          <rect {...GROUND} />
          <EphemeralLayer link={link} />
          <OtherStrokes link={link} />
          <Drafted draft={draft} zoom={zoom} />
        </>
      )}
    </SheetLayer>
  );
}

interface DraftedProps {
  draft: LiveValue<Draft | undefined>;
  zoom: number;
}

const Drafted = memo(function Drafted({ draft, zoom }: DraftedProps) {
  const now = useLive(draft);
  switch (now?.kind) {
    case "objects":
      return <Drawing objects={now.objects} zoom={zoom} />;
    case "stroke": {
      const d = strokePath(now.points, now.size, false);
      return <path className="board-stroke" d={d} style={{ fill: themedColour(now.colour) }} />;
    }
    case "frame":
      return <rect className="board-marquee" {...now.box} strokeWidth={1 / zoom} />;
    case "moved":
    case undefined:
      return null;
  }
});
