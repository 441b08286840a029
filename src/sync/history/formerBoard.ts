/**
 * A board as it was when a version of it was taken: its objects, and what brings a document's other root
 * types (another editor's text, lists, maps, XML) back to what they were. Those are shared piece by
 * piece, not key by key, so the way back is found on a document of its own that knows both states, and
 * comes as an update like any other (rule BH7).
 */
import * as Y from "yjs";
import {
  canvasObject,
  EPHEMERAL_MAP,
  OBJECTS_MAP,
  type CanvasObject,
} from "../../../convex/contract/boardOps.ts";
import { encodeApplied } from "../document/updatePieces.ts";
import { WayBack } from "./wayBack.ts";

export class FormerBoard {
  /** What is no object (an old server let it in) is left out. */
  readonly objects: ReadonlyMap<string, CanvasObject>;
  readonly #doc = new Y.Doc();
  readonly #then: Y.Snapshot;

  /** `state`: the encoded document. */
  constructor(state: Uint8Array) {
    Y.applyUpdate(this.#doc, state);
    this.objects = objectsOf(this.#doc);
    this.#then = Y.snapshot(this.#doc);
  }

  /**
   * The update that makes the other root types of `doc` what they were here, written under the id of
   * `doc`, which must take it before it writes anything else; undefined = there are none. What was done
   * since `before` stays. To be called once.
   */
  rootsBack(doc: Y.Doc, before: Y.Snapshot): Uint8Array | undefined {
    const names = new Set([...this.#doc.share.keys(), ...doc.share.keys()]);
    for (const guarded of [OBJECTS_MAP, EPHEMERAL_MAP]) names.delete(guarded);
    if (names.size === 0) return undefined;
    this.#doc.clientID = doc.clientID;
    this.#doc.transact((transaction) => {
      Y.applyUpdate(this.#doc, encodeApplied(doc));
      const way = new WayBack(transaction, this.#then, before);
      for (const name of names) way.lead(this.#doc.get(name));
      transaction.local = true; // or Yjs would take its own id for a stolen one, and tidy formats up
    });
    return Y.encodeStateAsUpdate(this.#doc, Y.encodeStateVector(doc));
  }
}

function objectsOf(doc: Y.Doc): Map<string, CanvasObject> {
  const objects = new Map<string, CanvasObject>();
  for (const [key, value] of doc.getMap(OBJECTS_MAP).entries()) {
    const object = canvasObject.safeParse(value);
    if (object.success && object.data.id === key) objects.set(key, object.data);
  }
  return objects;
}
