/**
 * Everything that can be done to the board, by whatever means (pointer, key, button), with the
 * rights of the person who does it. Says each result in words for screen readers.
 */
import { useMemo, useState } from "react";
import { isAssistants, type CanvasObject } from "../../../convex/contract/boardOps.ts";
import { measureText } from "../../../convex/contract/board/measureText.ts";
import { boxOf } from "../../../convex/contract/board/objectBox.ts";
import { useClassroom } from "../classroom/classroomContext.ts";
import { showProblem } from "../shell/toastStore.ts";
import type { Tool } from "./boardKeys.ts";
import type { BoardLink } from "./boardLink.ts";
import { describeObject } from "./describeObject.ts";
import { beginTextAt, placeObject, usualShape, type ShapeKind } from "./drawGestures.ts";
import { drawnAt } from "./drawingOrder.ts";
import type { Draft, GestureBoard, InkStyle } from "./gesture.ts";
import { newObjectId, type NewObject } from "./newObject.ts";
import { moveObject } from "./objectGeometry.ts";
import { selectionBox } from "./selectGestures.ts";
import type { ViewportControl } from "./useViewport.ts";
import { panBy, toBoard } from "./viewport.ts";

const LOCKED = "What the tutor drew can be changed by a teacher only.";
const DUPLICATE_OFFSET = 24; // board pixels, so that the copy is seen
const MAX_TEXT_WIDTH = 640; // a new text wraps here; it can be resized

interface BoardActionsDeps {
  link: BoardLink;
  objects: readonly CanvasObject[];
  selection: ReadonlySet<string>;
  view: ViewportControl;
  ink: InkStyle;
  onSelect: (objectIds: ReadonlySet<string>) => void;
  setDraft: (draft: Draft | undefined) => void;
  setTool: (tool: Tool) => void;
  setInk: (ink: InkStyle) => void;
  setEditing: (object: CanvasObject | undefined) => void;
}

export type BoardActions = ReturnType<typeof useBoardActions>;

export function useBoardActions(deps: BoardActionsDeps) {
  const { session, me, canWrite } = useClassroom();
  const { studentsMayEditAssistantObjects } = session.settings;
  const isTeacher = session.role === "owner" || session.role === "teacher";
  const mayEditTutors = isTeacher || studentsMayEditAssistantObjects;
  const [said, say] = useState("");
  const { link, objects, selection, view, ink } = deps;
  const { onSelect, setDraft, setTool, setInk, setEditing } = deps;

  const actions = useMemo(() => {
    const chosen = link.scene.pick(selection);
    const mayEdit = (object: CanvasObject) => canWrite && (mayEditTutors || !isAssistants(object));
    const sayLocked = () => showProblem(LOCKED);
    const signed = (object: NewObject): CanvasObject => {
      const latest = objects.at(-1);
      // over whatever is there, also where another clock runs ahead
      const at = Math.max(Date.now(), latest ? drawnAt(latest) + 1 : 0);
      const metadata = { source: "user" as const, authorId: me.userId, drawnAt: at };
      return { ...object, id: newObjectId(), metadata };
    };
    const gestureBoard: GestureBoard = {
      scene: link.scene,
      selection,
      viewport: view.viewport,
      ink,
      mayEdit,
      signed,
      write: link.write,
      beginGesture: link.beginGesture,
      undo: link.undo,
      setSelection: onSelect,
      setDraft,
      setTool,
      pan: (dx, dy) => view.change((viewport) => panBy(viewport, dx, dy)),
      beginText: setEditing,
      sayLocked,
    };
    /** The chosen objects that may be edited; says so when some may not. */
    const editable = () => {
      const free = chosen.filter(mayEdit);
      if (free.length < chosen.length) sayLocked();
      if (free.length > 0) link.beginGesture();
      return free;
    };
    const middle = () =>
      toBoard(view.viewport, { x: view.size.width / 2, y: view.size.height / 2 });

    return {
      gestureBoard,
      mayEdit,
      hasSelection: chosen.length > 0,
      nudge: (dx: number, dy: number) => {
        link.write(editable().map((object) => [object.id, moveObject(object, dx, dy)]));
      },
      remove: () => {
        const free = editable();
        link.write(free.map(({ id }) => [id, undefined]));
        if (free.length > 0)
          say(free.length === 1 ? "Object deleted" : `${free.length} objects deleted`);
        onSelect(new Set());
      },
      duplicate: () => {
        if (!canWrite || chosen.length === 0) return;
        const copies = chosen.map((object) =>
          moveObject(signed(object), DUPLICATE_OFFSET, DUPLICATE_OFFSET),
        );
        link.beginGesture();
        link.write(copies.map((copy) => [copy.id, copy]));
        onSelect(new Set(copies.map(({ id }) => id)));
      },
      /** Also recolours what is selected. */
      changeInk: (next: InkStyle) => {
        setInk(next);
        if (chosen.length > 0)
          link.write(editable().map((object) => [object.id, inked(object, next)]));
      },
      undo: () => {
        link.undo();
        say("Undone");
      },
      redo: () => {
        link.redo();
        say("Redone");
      },
      selectAll: () => onSelect(new Set(objects.map(({ id }) => id))),
      selectNext: (step: 1 | -1) => {
        const here = objects.findIndex(({ id }) => selection.has(id));
        const next = objects.at((here + step + objects.length) % Math.max(1, objects.length));
        if (!next) return;
        onSelect(new Set([next.id]));
        say(describeObject(next));
      },
      /** The keyboard's way to draw: a shape of the usual size in the middle of the view. */
      place: (kind: ShapeKind) => {
        placeObject(gestureBoard, signed(usualShape(kind, middle(), gestureBoard)));
        say("Placed in the middle of the view");
      },
      placeText: () => beginTextAt(gestureBoard, middle()),
      editText: () => {
        const [text] = chosen;
        if (text && isText(text) && mayEdit(text)) setEditing(text);
      },
      finishText: (object: CanvasObject, text: string) => {
        setEditing(undefined);
        setTool("select");
        const isKnown = link.scene.get(object.id) !== undefined;
        if (text === object.text || (text.trim() === "" && !isKnown)) return;
        link.beginGesture();
        const isEmpty = text.trim() === "";
        link.write([[object.id, isEmpty ? undefined : sizedText(object, text)]]);
        onSelect(new Set(isEmpty ? [] : [object.id]));
      },
      fitAll: () => view.fit(link.scene.extent()),
      showObjects: (objectIds: readonly string[]) => {
        const wanted = link.scene.pick(objectIds);
        if (wanted.length > 0) view.fit(selectionBox(wanted));
      },
    };
  }, [
    objects,
    selection,
    view,
    ink,
    link,
    canWrite,
    mayEditTutors,
    me.userId,
    onSelect,
    setDraft,
    setTool,
    setInk,
    setEditing,
  ]);

  return { ...actions, said };
}

export function isText({ kind }: CanvasObject): boolean {
  return kind === "text" || kind === "textbox";
}

/** A new text is as wide as its words; one whose width was chosen keeps it and grows downward. */
function sizedText(object: CanvasObject, text: string): CanvasObject {
  const width = object.width == null ? undefined : boxOf(object).width;
  const size = measureText(text, object.fontSize ?? 18, width ?? MAX_TEXT_WIDTH);
  return { ...object, text, width: width ?? size.width, height: size.height };
}

/** Bodies (pen strokes, texts) take the colour inside, shapes on their outline. */
function inked(object: CanvasObject, { colour, size }: InkStyle): CanvasObject {
  if (isText(object)) return { ...object, fill: colour };
  if (object.kind === "path" && object.fill && !object.stroke) return { ...object, fill: colour };
  return { ...object, stroke: colour, strokeWidth: size };
}
