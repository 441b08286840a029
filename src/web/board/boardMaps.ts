/**
 * The two maps of a board's document as plain values, and this person's undo stack over what is
 * written here. Knows no network.
 *
 * WP9 Only what this page did itself is undone here; others' changes stay (own transaction origin).
 */
import * as Y from "yjs";
import {
  EPHEMERAL_MAP,
  OBJECTS_MAP,
  type CanvasObject,
} from "../../../convex/contract/boardOps.ts";

const LOCAL = Symbol("made on this page");

export type BoardObjects = ReadonlyMap<string, CanvasObject>;
/** An object's new value by id; undefined deletes it. */
export type BoardChange = readonly [objectId: string, object: CanvasObject | undefined];

/** `objects` and `ephemerals` give the same value until something changed. */
export function createBoardMaps(doc: Y.Doc) {
  const objectsMap = doc.getMap<CanvasObject>(OBJECTS_MAP);
  const ephemeralMap = doc.getMap<CanvasObject>(EPHEMERAL_MAP);
  const undoManager = new Y.UndoManager(objectsMap, {
    trackedOrigins: new Set([LOCAL]),
    captureTimeout: Number.MAX_SAFE_INTEGER, // gestures are told apart by beginGesture
  });
  let objects: BoardObjects = new Map();
  let ephemerals: BoardObjects = new Map();

  return {
    objects: () => objects,
    ephemerals: () => ephemerals,
    canUndo: () => undoManager.canUndo(),
    canRedo: () => undoManager.canRedo(),
    beginGesture: () => undoManager.stopCapturing(),
    undo: () => void undoManager.undo(),
    redo: () => void undoManager.redo(),
    write(changes: readonly BoardChange[]) {
      doc.transact(() => {
        for (const [objectId, object] of changes) {
          if (object) objectsMap.set(objectId, object);
          else objectsMap.delete(objectId);
        }
      }, LOCAL);
    },
    onChange(listener: () => void) {
      objectsMap.observe(() => {
        objects = new Map(objectsMap.entries());
        listener();
      });
      ephemeralMap.observe(() => {
        ephemerals = new Map(ephemeralMap.entries());
        listener();
      });
      undoManager.on("stack-item-added", listener);
      undoManager.on("stack-item-popped", listener);
    },
  };
}
