/**
 * The two maps of a board's document as plain values, and this person's undo stack over what is
 * written here. Knows no network. What stands in `ephemeral` without an end (a question tag of an older
 * client) lasts like any object and is shown and edited as one.
 *
 * WP9 Only what this page did itself is undone here; others' changes stay (own transaction origin).
 */
import * as Y from "yjs";
import {
  EPHEMERAL_MAP,
  OBJECTS_MAP,
  type CanvasObject,
} from "../../../../convex/contract/boardOps.ts";
import { BoardScene, type BoardChange } from "./boardScene.ts";

const LOCAL = Symbol("made on this page");
const MARK = Symbol("a mark for a moment"); // nothing to undo

/** `list` and `marks` give the same value until something changed. */
export function createBoardMaps(doc: Y.Doc) {
  const objectsMap = doc.getMap<CanvasObject>(OBJECTS_MAP);
  const ephemeralMap = doc.getMap<CanvasObject>(EPHEMERAL_MAP);
  const scene = new BoardScene();
  const undoManager = new Y.UndoManager([objectsMap, ephemeralMap], {
    trackedOrigins: new Set([LOCAL]),
    captureTimeout: Number.MAX_SAFE_INTEGER, // gestures are told apart by beginGesture
  });
  let marks: readonly CanvasObject[] = [];

  const followObjects = (objectIds: Iterable<string>) => {
    scene.apply([...objectIds].map((objectId) => [objectId, objectsMap.get(objectId)]));
  };
  const followMarks = (markIds: Iterable<string>) => {
    marks = [...ephemeralMap.values()].filter((mark) => !isLasting(mark));
    const changes = [...markIds].flatMap((markId): BoardChange[] => {
      if (objectsMap.has(markId)) return []; // the object of this id is the one that is shown
      const mark = ephemeralMap.get(markId);
      return [[markId, mark && isLasting(mark) ? mark : undefined]];
    });
    scene.apply(changes);
  };
  followObjects(objectsMap.keys());
  followMarks(ephemeralMap.keys());

  return {
    scene,
    list: () => scene.list(),
    marks: () => marks,
    canUndo: () => undoManager.canUndo(),
    canRedo: () => undoManager.canRedo(),
    beginGesture: () => undoManager.stopCapturing(),
    undo: () => void undoManager.undo(),
    redo: () => void undoManager.redo(),
    /** Changes objects in one transaction, as part of the gesture that is under way. */
    write(changes: readonly BoardChange[]) {
      doc.transact(() => {
        for (const [objectId, object] of changes) {
          const isMark = ephemeralMap.has(objectId) && !objectsMap.has(objectId);
          const map = isMark ? ephemeralMap : objectsMap;
          if (object) map.set(objectId, object);
          else map.delete(objectId);
        }
      }, LOCAL);
    },
    /** Shows a mark that has an end; the server takes it off again. */
    mark(mark: CanvasObject) {
      doc.transact(() => ephemeralMap.set(mark.id, mark), MARK);
    },
    onChange(listener: () => void) {
      objectsMap.observe((event) => {
        followObjects(event.keysChanged);
        listener();
      });
      ephemeralMap.observe((event) => {
        followMarks(event.keysChanged);
        listener();
      });
      undoManager.on("stack-item-added", listener);
      undoManager.on("stack-item-popped", listener);
    },
  };
}

function isLasting(mark: CanvasObject): boolean {
  return mark.metadata?.expiresAt === undefined;
}
