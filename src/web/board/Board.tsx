/**
 * The whiteboard: everything that is on it, the tools, and this person's hands on it. The document
 * is the link's; this file holds only what is this person's own (tool, ink, viewport, draft).
 */
import { useEffect, useImperativeHandle, useMemo, useRef, useState, type Ref } from "react";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { useClassroom } from "../classroom/classroomContext.ts";
import { Icon } from "../shell/Icon.tsx";
import { UploadRow } from "../uploads/UploadRow.tsx";
import { BoardBar } from "./BoardBar.tsx";
import { BoardCanvas } from "./layers/BoardCanvas.tsx";
import type { Tool } from "./hands/boardKeys.ts";
import type { BoardLink } from "./link/boardLink.ts";
import { BoardOutline } from "./BoardOutline.tsx";
import { Cursors } from "./layers/Cursors.tsx";
import type { Draft, InkStyle } from "./hands/gesture.ts";
import type { ImageStore } from "./pictures/imageStore.ts";
import { InsertDialog } from "./objects/InsertDialog.tsx";
import { KeysDialog } from "./hands/KeysDialog.tsx";
import { createLiveValue } from "./hands/liveValue.ts";
import { TextEditor } from "./TextEditor.tsx";
import { Toolbar } from "./Toolbar.tsx";
import { useBoardActions } from "./useBoardActions.ts";
import { useBoardKeys } from "./hands/useBoardKeys.ts";
import { useBoardObjects } from "./link/useBoardLink.ts";
import { useBoardPictures } from "./pictures/useBoardPictures.ts";
import { useBoardPointer } from "./hands/useBoardPointer.ts";
import { useViewport, type ViewportControl } from "./layers/useViewport.ts";
import { toBoard, type Point } from "./layers/viewport.ts";
import "./board.css";

export interface BoardHandle {
  showObjects: (objectIds: readonly string[]) => void;
  /** `at`: page pixels; in the middle of the view where that is not on the board. */
  addPictures: (files: readonly File[], at: Point) => void;
}

interface BoardProps {
  link: BoardLink;
  images: ImageStore;
  selection: ReadonlySet<string>;
  onSelect: (objectIds: ReadonlySet<string>) => void;
  onHistory: () => void;
  onAnswer: (words: string, objectIds: readonly string[]) => void;
  handle: Ref<BoardHandle>;
}

export function Board({
  link,
  images,
  selection,
  onSelect,
  onHistory,
  onAnswer,
  handle,
}: BoardProps) {
  const { sessionId, canWrite } = useClassroom();
  const surface = useRef<HTMLDivElement>(null);
  const objects = useBoardObjects(link);
  const view = useViewport(surface);
  const [chosenTool, setTool] = useState<Tool>("select");
  const [ink, setInk] = useState<InkStyle>({ colour: "#1f2a26", size: 4 });
  const [draft] = useState(() => createLiveValue<Draft | undefined>(undefined));
  const [editing, setEditing] = useState<CanvasObject>();
  const [isInserting, setIsInserting] = useState(false);
  const [areKeysShown, setAreKeysShown] = useState(false);
  const [isOutlineOpen, setIsOutlineOpen] = useState(false);
  const tool = canWrite ? chosenTool : "hand";

  const actions = useBoardActions({
    link,
    objects,
    selection,
    view,
    ink,
    onSelect,
    setDraft: draft.set,
    setTool,
    setInk,
    setEditing,
    onAnswer,
  });
  const pointer = useBoardPointer({ surface, tool, view, link, board: actions.gestureBoard });
  const keys = useBoardKeys({
    tool,
    actions,
    view,
    endPolygon: pointer.endPolygon,
    onHelp: () => setAreKeysShown(true),
  });

  const pictures = useBoardPictures({ sessionId, images, actions, canWrite });

  useImperativeHandle(
    handle,
    () => ({
      showObjects: actions.showObjects,
      addPictures: (files, at) => pictures.add(files, placeOnBoard(surface.current, view, at)),
    }),
    [actions, pictures, view],
  );

  const chosen = useChosen(link, objects, selection, onSelect);
  return (
    <div className="board">
      <div
        ref={surface}
        id="board-surface"
        className={`board-surface board-tool-${tool}`}
        role="application"
        aria-label="Whiteboard"
        aria-describedby="board-help"
        tabIndex={0}
        {...keys}
        {...pointer.handlers}
        onDoubleClick={(event) => {
          pointer.onDoubleClick(event);
        }}
      >
        <BoardCanvas
          link={link}
          objects={objects}
          hiddenId={editing?.id}
          view={view}
          draft={draft}
          chosen={chosen}
          hasHandles={canWrite && chosen.every(actions.mayEdit)}
        />
        <Cursors link={link} seen={view.seen} />
        {editing && (
          <TextEditor
            key={editing.id}
            object={editing}
            seen={view.seen}
            onDone={(text, how) => {
              actions.finishText(editing, text);
              if (how === "key") surface.current?.focus({ preventScroll: true });
            }}
          />
        )}
      </div>
      <HelpWords />
      <p className="visually-hidden" role="status">
        <span key={actions.said.turn}>{actions.said.words}</span>
      </p>
      {canWrite && <LockNote lock={chosen.map(actions.lockOf).find(Boolean)} />}
      {canWrite && (
        <Toolbar
          tool={tool}
          onTool={(next) => {
            pointer.endPolygon("forget");
            setTool(next);
          }}
          ink={ink}
          onInk={actions.changeInk}
          onInsert={() => setIsInserting(true)}
        />
      )}
      {isInserting && (
        <InsertDialog
          board={link.scene}
          onInsert={actions.insert}
          onPicture={(file) => pictures.add([file])}
          onClose={() => setIsInserting(false)}
        />
      )}
      {areKeysShown && <KeysDialog onClose={() => setAreKeysShown(false)} />}
      {pictures.uploads.list.length > 0 && (
        <ul className="board-uploads" aria-label="Pictures on their way">
          {pictures.uploads.list.map((upload) => (
            <UploadRow key={upload.uploadId} upload={upload} uploads={pictures.uploads} />
          ))}
        </ul>
      )}
      <BoardBar
        link={link}
        view={view}
        actions={actions}
        canWrite={canWrite}
        objectCount={objects.length}
        isOutlineOpen={isOutlineOpen}
        onOutline={() => setIsOutlineOpen(!isOutlineOpen)}
        onHistory={onHistory}
        onKeys={() => setAreKeysShown(true)}
      />
      {isOutlineOpen && (
        <BoardOutline
          scene={link.scene}
          objects={objects}
          selection={selection}
          onShow={(objectIds) => {
            onSelect(new Set(objectIds));
            actions.showObjects(objectIds);
          }}
          onClose={() => setIsOutlineOpen(false)}
        />
      )}
    </div>
  );
}

/** What is selected, in drawing order; what was undone, or deleted by others, is not selected any more. */
function useChosen(
  link: BoardLink,
  objects: readonly CanvasObject[],
  selection: ReadonlySet<string>,
  onSelect: BoardProps["onSelect"],
): readonly CanvasObject[] {
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the scene answers anew when its list is another one
  const chosen = useMemo(() => link.scene.pick(selection), [link, objects, selection]);
  useEffect(() => {
    if (chosen.length < selection.size) onSelect(new Set(chosen.map(({ id }) => id)));
  }, [chosen, selection, onSelect]);
  return chosen;
}

/** Undefined for a place that is not on the board. */
function placeOnBoard(surface: HTMLElement | null, view: ViewportControl, at: Point) {
  const frame = surface?.getBoundingClientRect();
  if (!frame || at.x < frame.left || at.x > frame.right) return undefined;
  if (at.y < frame.top || at.y > frame.bottom) return undefined;
  return toBoard(view.seen.get(), { x: at.x - frame.left, y: at.y - frame.top });
}

/** Says why something that is selected cannot be changed, if so. */
function LockNote({ lock }: { lock: string | undefined }) {
  if (lock === undefined) return null;
  return (
    <p className="board-lock" role="note">
      <Icon name="lock" size={15} /> {lock}
    </p>
  );
}

/** For screen readers, as the description of the board. */
function HelpWords() {
  return (
    <p id="board-help" hidden>
      Choose a tool by its letter; Enter places what it draws. With the pen, Enter sets it down and
      lifts it, and the arrow keys move it. Square brackets go from object to object, with Shift
      they select more. Arrow keys move what is selected, with Control they resize it, comma and
      full stop turn it, Page Up brings it to the front, Page Down sends it to the back, Delete
      removes it, Control Z undoes. Enter edits a text or a shape’s label, or answers with the
      selected choice. The question mark shows all keys.
    </p>
  );
}
