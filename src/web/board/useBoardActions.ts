/**
 * Everything that can be done to the board, by whatever means (pointer, key, button), with the
 * rights of the person who does it. Says each result in words for screen readers.
 */
import { useCallback, useMemo, useState } from "react";
import { barTo, makerOf } from "../../../convex/contract/board/editRights.ts";
import { extentOf } from "../../../convex/contract/board/objectExtent.ts";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { useClassroom } from "../classroom/classroomContext.ts";
import { showNews, showProblem } from "../shell/toastStore.ts";
import { TOOLS, type Tool } from "./hands/boardKeys.ts";
import type { BoardLink } from "./link/boardLink.ts";
import { describeObject } from "./objects/describeObject.ts";
import { placeObject } from "./hands/drawGestures.ts";
import type { Draft, GestureBoard, InkStyle } from "./hands/gesture.ts";
import { keyboardDrawing } from "./hands/keyboardDrawing.ts";
import { wordsOf, withWords } from "./objects/objectText.ts";
import { pointerOf, signedBy, signedTogether, type NewObject } from "./objects/newObject.ts";
import { answerWith } from "./objects/questionAnswer.ts";
import { selectionActions } from "./objects/selectionActions.ts";
import { selectionBox } from "./hands/selectGestures.ts";
import { settledLabel } from "./objects/shapeLabel.ts";
import type { ViewportControl } from "./layers/useViewport.ts";
import { panBy } from "./layers/viewport.ts";

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
  /** Tells the tutor what was answered, and which objects the question is. */
  onAnswer: (words: string, objectIds: readonly string[]) => void;
}

export type BoardActions = ReturnType<typeof useBoardActions>;

export function useBoardActions(deps: BoardActionsDeps) {
  const { session, me, canWrite } = useClassroom();
  const { role, settings } = session;
  const { said, say } = useAnnouncement();
  const { link, objects, selection, view, ink } = deps;
  const { onSelect, setDraft, setTool, setInk, setEditing, onAnswer } = deps;

  const actions = useMemo(() => {
    const editor = { userId: me.userId, role, settings };
    /** Why an object may not be changed; undefined when it may. */
    const lockOf = (object: CanvasObject) => barTo(editor, makerOf(object));
    const mayEdit = (object: CanvasObject) => canWrite && lockOf(object) === undefined;
    const sayLocked = (tried: readonly CanvasObject[]) => {
      const reason = tried.map(lockOf).find((lock) => lock !== undefined);
      if (reason !== undefined) showProblem(reason);
    };
    const signed = (object: NewObject) => signedBy(me.userId, objects, object);
    const gestureBoard: GestureBoard = {
      scene: link.scene,
      selection,
      get viewport() {
        return view.seen.get();
      },
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
      ping: (at, lifetimeMs) => link.mark(pointerOf(me.userId, at, lifetimeMs)),
      sayLocked,
      canAnswer: (object) => canWrite && answerWith(link.scene, object, me.userId) !== undefined,
      answer(object) {
        const answer = answerWith(link.scene, object, me.userId);
        if (!answer) return;
        const choice = signed(answer.choice);
        link.beginGesture();
        link.write([[choice.id, choice]]);
        onAnswer(answer.words, answer.objectIds);
        showNews(`You answered ${answer.option}`);
      },
    };
    const selected = selectionActions(gestureBoard, say);

    return {
      gestureBoard,
      mayEdit,
      lockOf,
      ...selected,
      ...keyboardDrawing(gestureBoard, view, say),
      chooseTool: (tool: Tool) => {
        setTool(tool);
        say(TOOLS.find(({ name }) => name === tool)?.label ?? "");
      },
      /** Also recolours what is selected. */
      changeInk: (next: InkStyle) => {
        setInk(next);
        selected.recolour(next);
      },
      addPicture: (picture: NewObject) => {
        placeObject(gestureBoard, signed(picture));
        say("Picture added");
      },
      /** Several new objects at once, where there is room, and shows them. */
      insert: (objects: readonly CanvasObject[]) => {
        const added = signedTogether(objects, signed);
        link.beginGesture();
        link.write(added.map((object) => [object.id, object]));
        onSelect(new Set(added.map(({ id }) => id)));
        setTool("select");
        view.fit(selectionBox(added));
        say(`${added.length} objects inserted and selected`);
      },
      undo: () => {
        say(link.canUndo() ? "Undone" : "Nothing to undo");
        link.undo();
      },
      redo: () => {
        say(link.canRedo() ? "Redone" : "Nothing to redo");
        link.redo();
      },
      selectAll: () => onSelect(new Set(objects.map(({ id }) => id))),
      /** Goes on from what is selected, at the first or last object from nothing. */
      selectNext: (step: 1 | -1, adds: boolean) => {
        const next = nextOf(objects, selection, step);
        if (!next) return;
        onSelect(new Set([...(adds ? selection : []), next.id]));
        view.reveal(extentOf(next));
        say(mayEdit(next) ? describeObject(next) : `${describeObject(next)}, locked`);
      },
      finishText: (object: CanvasObject, text: string) => {
        setEditing(undefined);
        setTool("select");
        const known = link.scene.get(object.id); // others may have moved it while it was written
        if (text === wordsOf(object) || (text.trim() === "" && !known)) return;
        const next = withWords(known ?? object, text);
        link.beginGesture();
        const shapeId = next?.metadata?.["linked_to"];
        const shape = typeof shapeId === "string" ? link.scene.get(shapeId) : undefined;
        link.write(next ? settledLabel(next, shape) : [[object.id, undefined]]);
        onSelect(new Set(next ? [object.id] : []));
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
    role,
    settings,
    me.userId,
    onSelect,
    setDraft,
    setTool,
    setInk,
    setEditing,
    onAnswer,
    say,
  ]);

  return { ...actions, said, say };
}

/** `said` is another value each time, so that the same words are read again. */
function useAnnouncement() {
  const [said, setSaid] = useState({ words: "", turn: 0 });
  const say = useCallback(
    (words: string) => setSaid(({ turn }) => ({ words, turn: turn + 1 })),
    [],
  );
  return { said, say };
}

function nextOf(
  objects: readonly CanvasObject[],
  selection: ReadonlySet<string>,
  step: 1 | -1,
): CanvasObject | undefined {
  const isSelected = ({ id }: CanvasObject) => selection.has(id);
  const here = step === 1 ? objects.findLastIndex(isSelected) : objects.findIndex(isSelected);
  if (here === -1) return objects.at(step === 1 ? 0 : -1);
  return objects[(here + step + objects.length) % objects.length];
}
