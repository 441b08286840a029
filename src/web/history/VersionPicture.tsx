/**
 * A board that is only looked at: the same drawing as the live one, with a frame in its author's colour
 * around each object. Can be moved by dragging and by arrow keys, and zoomed by the wheel and by keys.
 */
import { memo, useEffect, useMemo, useRef, type KeyboardEvent, type PointerEvent } from "react";
import { unionBox, type CanvasObject } from "../../../convex/contract/boardOps.ts";
import { extentOf } from "../../../convex/contract/board/objectExtent.ts";
import { Drawing } from "../board/shapes/Drawing.tsx";
import { IconButton } from "../shell/IconButton.tsx";
import { useRovingFocus } from "../shell/useRovingFocus.ts";
import { boardCommand, ZOOM_STEP } from "../board/hands/boardKeys.ts";
import { useLive, type LiveValue } from "../board/hands/liveValue.ts";
import { useViewport } from "../board/layers/useViewport.ts";
import { panBy, type Viewport } from "../board/layers/viewport.ts";
import { authorOf, authorStyle } from "./authors.ts";

const PAN = 4; // screen pixels for each board pixel that the key would move an object
const FRAME_GAP = 4; // board pixels between an object and its frame

interface VersionPictureProps {
  objects: readonly CanvasObject[];
  label: string;
  isLoading: boolean;
  hasFrames: boolean;
  /** The one whose objects stand out. */
  chosenAuthor: string | undefined;
}

export function VersionPicture(props: VersionPictureProps) {
  const { objects, label, isLoading, hasFrames, chosenAuthor } = props;
  const surface = useRef<HTMLDivElement>(null);
  const view = useViewport(surface);
  const { fit, change, size } = view;
  const hasMoved = useRef(false);
  const roving = useRovingFocus();
  const fitAll = () => fit(objects.length > 0 ? unionBox(objects.map(extentOf)) : undefined);
  useEffect(() => {
    if (!hasMoved.current) fit(objects.length > 0 ? unionBox(objects.map(extentOf)) : undefined);
  }, [objects, fit, size]);

  const drag = useRef<{ x: number; y: number }>(undefined);
  const move = (event: PointerEvent) => {
    const from = drag.current;
    if (!from) return;
    hasMoved.current = true;
    drag.current = { x: event.clientX, y: event.clientY };
    change((viewport) => panBy(viewport, event.clientX - from.x, event.clientY - from.y));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const command = boardCommand(event); // the keys that do the same on the board itself
    if (command?.kind === "zoom") view.zoom(command.factor);
    else if (command?.kind === "fit") fitAll();
    else if (command?.kind === "nudge") {
      change((viewport) => panBy(viewport, -PAN * command.dx, -PAN * command.dy));
    } else return;
    hasMoved.current = command.kind !== "fit";
    event.preventDefault();
  };
  return (
    <div className="history-picture" aria-busy={isLoading}>
      <div
        ref={surface}
        className="history-surface"
        role="img"
        aria-label={label}
        aria-description="Arrow keys move it, plus and minus zoom."
        tabIndex={0}
        onKeyDown={onKeyDown}
        onWheel={() => {
          hasMoved.current = true;
        }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerMove={move}
        onPointerUp={() => {
          drag.current = undefined;
        }}
        onPointerCancel={() => {
          drag.current = undefined;
        }}
      >
        <Picture
          objects={objects}
          seen={view.seen}
          hasFrames={hasFrames}
          chosenAuthor={chosenAuthor}
        />
      </div>
      <div className="board-bar history-zoom" role="toolbar" aria-label="View" {...roving}>
        <IconButton icon="minus" label="Zoom out" small onClick={() => view.zoom(1 / ZOOM_STEP)} />
        <IconButton icon="plus" label="Zoom in" small onClick={() => view.zoom(ZOOM_STEP)} />
        <IconButton icon="fit" label="Fit to content" small onClick={fitAll} />
      </div>
      {isLoading && <span className="spinner history-spinner" role="status" aria-label="Loading" />}
    </div>
  );
}

interface PictureProps extends Pick<VersionPictureProps, "objects" | "hasFrames" | "chosenAuthor"> {
  seen: LiveValue<Viewport>;
}

function Picture({ objects, seen, hasFrames, chosenAuthor }: PictureProps) {
  const { x, y, zoom } = useLive(seen);
  const [back, front] = useMemo(() => {
    if (chosenAuthor === undefined) return [[], objects];
    const isChosen = (object: CanvasObject) => authorOf(object) === chosenAuthor;
    return [objects.filter((object) => !isChosen(object)), objects.filter(isChosen)];
  }, [objects, chosenAuthor]);
  return (
    <svg className="history-svg" aria-hidden="true">
      <g transform={`scale(${zoom}) translate(${-x} ${-y})`}>
        <g className="history-faint">
          <Drawing objects={back} />
        </g>
        <Drawing objects={front} />
        {hasFrames && <AuthorFrames objects={front} />}
      </g>
    </svg>
  );
}

const AuthorFrames = memo(function AuthorFrames({ objects }: { objects: readonly CanvasObject[] }) {
  return objects.map((object) => {
    const { x, y, width, height } = extentOf(object);
    const author = authorOf(object);
    return (
      <rect
        key={object.id}
        className="history-frame"
        data-author={author}
        x={x - FRAME_GAP}
        y={y - FRAME_GAP}
        width={width + 2 * FRAME_GAP}
        height={height + 2 * FRAME_GAP}
        rx={FRAME_GAP}
        style={authorStyle(author)}
      />
    );
  });
});
