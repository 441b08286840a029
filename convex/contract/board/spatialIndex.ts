/**
 * Which objects of a board lie at a place, without looking at all of them: an R-tree over what they cover.
 * For whoever keeps a board and asks often, as the page does with every frame. Changes are only noted and
 * go into the tree with the next question, many of them in one go, since objects change far more often
 * than somebody asks (rule BV12).
 */
import RBush from "rbush";
import type { Box, CanvasObject } from "../boardOps.ts";
import { meets } from "./findObjects.ts";
import { extentOf } from "./objectExtent.ts";

interface Entry {
  object: CanvasObject;
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

/** Above this share of new objects the tree is built anew, which is several times faster than inserting. */
const REBUILD_SHARE = 0.25;

export class SpatialIndex {
  readonly #tree = new RBush<Entry>();
  readonly #entries = new Map<string, Entry>();
  readonly #waiting = new Map<string, CanvasObject | undefined>();

  /** Notes an object's newest value; undefined takes it out. */
  set(objectId: string, object: CanvasObject | undefined): void {
    this.#waiting.set(objectId, object);
  }

  /** What covers some of `place`, half-open, in no order. */
  within(place: Box): CanvasObject[] {
    this.#takeIn();
    const { x, y, width, height } = place;
    // The tree counts edges that touch, so its answer is looked through again.
    return this.#tree
      .search({ minX: x, minY: y, maxX: x + width, maxY: y + height })
      .flatMap(({ object }) => (meets(place, extentOf(object)) ? [object] : []));
  }

  /** The smallest box around everything; undefined for an empty board. */
  extent(): Box | undefined {
    this.#takeIn();
    if (this.#entries.size === 0) return undefined;
    const { minX, minY, maxX, maxY } = this.#tree.toJSON() as unknown as Entry;
    return { x: minX, y: minY, width: maxX - minX, height: maxY - minY };
  }

  #takeIn(): void {
    if (this.#waiting.size === 0) return;
    const rebuilds = this.#waiting.size > REBUILD_SHARE * this.#entries.size;
    for (const [objectId, object] of this.#waiting) {
      const before = this.#entries.get(objectId);
      if (before !== undefined && !rebuilds) this.#tree.remove(before); // by the box it went in with
      this.#entries.delete(objectId);
      if (object === undefined) continue;
      const entry = entryOf(object);
      this.#entries.set(objectId, entry);
      if (!rebuilds) this.#tree.insert(entry);
    }
    this.#waiting.clear();
    if (rebuilds) this.#tree.clear().load([...this.#entries.values()]);
  }
}

function entryOf(object: CanvasObject): Entry {
  const { x, y, width, height } = extentOf(object);
  return { object, minX: x, minY: y, maxX: x + width, maxY: y + height };
}
