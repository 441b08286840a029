/** Undo, deletion, zoom and the list of objects: the board's small controls in its corner. */
import { useSyncExternalStore } from "react";
import { IconButton } from "../shell/IconButton.tsx";
import { useRovingFocus } from "../shell/useRovingFocus.ts";
import { ZOOM_STEP } from "./hands/boardKeys.ts";
import type { BoardLink } from "./link/boardLink.ts";
import type { BoardActions } from "./useBoardActions.ts";
import { useLive, type LiveValue } from "./hands/liveValue.ts";
import type { ViewportControl } from "./layers/useViewport.ts";
import type { Viewport } from "./layers/viewport.ts";

interface BoardBarProps {
  link: BoardLink;
  view: ViewportControl;
  actions: BoardActions;
  canWrite: boolean;
  objectCount: number;
  isOutlineOpen: boolean;
  onOutline: () => void;
  onHistory: () => void;
  onKeys: () => void;
}

export function BoardBar(props: BoardBarProps) {
  const {
    link,
    view,
    actions,
    canWrite,
    objectCount,
    isOutlineOpen,
    onOutline,
    onHistory,
    onKeys,
  } = props;
  const canUndo = useSyncExternalStore(link.subscribe, link.canUndo);
  const canRedo = useSyncExternalStore(link.subscribe, link.canRedo);
  const roving = useRovingFocus();
  return (
    <div className="board-bar" role="toolbar" aria-label="Board controls" {...roving}>
      {canWrite && (
        <>
          <IconButton
            icon="undo"
            label="Undo"
            shortcut="Ctrl Z"
            small
            disabled={!canUndo}
            onClick={actions.undo}
          />
          <IconButton
            icon="redo"
            label="Redo"
            shortcut="Ctrl Y"
            small
            disabled={!canRedo}
            onClick={actions.redo}
          />
          <IconButton
            icon="trash"
            label="Delete selection"
            shortcut="Delete"
            small
            disabled={!actions.canChange}
            onClick={actions.remove}
          />
          <SelectionButtons actions={actions} />
          <i className="board-bar-gap" />
        </>
      )}
      <IconButton
        icon="minus"
        label="Zoom out"
        shortcut="-"
        small
        onClick={() => view.zoom(1 / ZOOM_STEP)}
      />
      <ZoomWords seen={view.seen} />
      <IconButton
        icon="plus"
        label="Zoom in"
        shortcut="+"
        small
        onClick={() => view.zoom(ZOOM_STEP)}
      />
      <IconButton
        icon="fit"
        label="Fit board to content"
        shortcut="0"
        small
        onClick={actions.fitAll}
      />
      <i className="board-bar-gap" />
      <IconButton
        icon="list"
        label={`List of objects (${objectCount})`}
        small
        aria-expanded={isOutlineOpen}
        onClick={onOutline}
      />
      <IconButton icon="history" label="History of the board" small onClick={onHistory} />
      <IconButton
        icon="keyboard"
        label="Keys of the board"
        shortcut="?"
        small
        className="board-keys"
        onClick={onKeys}
      />
    </div>
  );
}

function ZoomWords({ seen }: { seen: LiveValue<Viewport> }) {
  return <span className="board-zoom">{Math.round(useLive(seen).zoom * 100)}%</span>;
}

/** What else can be done with what is selected; shown only when it can. */
function SelectionButtons({ actions }: { actions: BoardActions }) {
  return (
    <>
      {actions.canEditWords && (
        <IconButton
          icon="pencil"
          label="Edit the words"
          shortcut="Enter"
          small
          onClick={actions.editWords}
        />
      )}
      {actions.canAnswer && (
        <IconButton
          icon="check"
          label="Answer with this choice"
          shortcut="Enter"
          small
          onClick={actions.answer}
        />
      )}
      {actions.hasSelection && (
        <>
          <IconButton
            icon="front"
            label="Bring to front"
            shortcut="Page Up"
            small
            onClick={() => actions.bringTo("front")}
          />
          <IconButton
            icon="back"
            label="Send to back"
            shortcut="Page Down"
            small
            onClick={() => actions.bringTo("back")}
          />
        </>
      )}
      {actions.canGroup && (
        <IconButton icon="group" label="Group" shortcut="Ctrl G" small onClick={actions.group} />
      )}
      {actions.canUngroup && (
        <IconButton
          icon="ungroup"
          label="Take the group apart"
          shortcut="Ctrl Shift G"
          small
          onClick={actions.ungroup}
        />
      )}
    </>
  );
}
