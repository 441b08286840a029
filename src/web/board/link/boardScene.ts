/**
 * The objects of a board as hands and eyes need them: in drawing order, by id and by place. Follows the
 * document change by change, so that a stroke costs the same on an empty board and among thousands
 * (rules WD11, BO5). Knows neither Yjs nor a canvas.
 */
import { groupOf } from "../../../../convex/contract/board/objectGroups.ts";
import { SpatialIndex } from "../../../../convex/contract/board/spatialIndex.ts";
import type { BoardView, Box, CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { byDrawingOrder } from "../shapes/drawingOrder.ts";
import { isHit } from "../objects/objectGeometry.ts";
import { contains } from "../layers/layerWindow.ts";
import type { Point } from "../layers/viewport.ts";

/** An object's new value by id; undefined deletes it. */
export type BoardChange = readonly [objectId: string, object: CanvasObject | undefined];

/** With more changes at once, sorting everything is quicker than looking for each place. */
const MAX_SINGLE_STEPS = 64;
/** Of all objects; more than these are quicker picked from the whole list than sorted. */
const SORTED_SHARE = 0.1;

export class BoardScene implements BoardView {
  /** By id; to be looked at only. */
  readonly objects: ReadonlyMap<string, CanvasObject>;
  readonly #objects = new Map<string, CanvasObject>();
  readonly #index = new SpatialIndex();
  readonly #groups = new Map<string, Set<string>>();
  #ordered: readonly CanvasObject[] = [];

  constructor() {
    this.objects = this.#objects;
  }

  static of(objects: Iterable<CanvasObject>): BoardScene {
    const scene = new BoardScene();
    scene.apply([...objects].map((object) => [object.id, object]));
    return scene;
  }

  apply(changes: readonly BoardChange[]): void {
    if (changes.length === 0) return;
    const isWhole = changes.length > MAX_SINGLE_STEPS;
    const ordered = isWhole ? [] : [...this.#ordered];
    for (const [objectId, object] of changes) {
      const before = this.#objects.get(objectId);
      if (before && !isWhole) ordered.splice(placeOf(before, ordered), 1);
      this.#regroup(objectId, before && groupOf(before), object && groupOf(object));
      if (object) {
        this.#objects.set(objectId, object);
        if (!isWhole) ordered.splice(placeOf(object, ordered), 0, object);
      } else this.#objects.delete(objectId);
      this.#index.set(objectId, object);
    }
    this.#ordered = isWhole ? [...this.#objects.values()].sort(byDrawingOrder) : ordered;
  }

  get(objectId: string): CanvasObject | undefined {
    return this.#objects.get(objectId);
  }

  /** In drawing order, the last on top. The same value until something changes. */
  list(): readonly CanvasObject[] {
    return this.#ordered;
  }

  /** Those of these ids that are there, in drawing order. */
  pick(objectIds: Iterable<string>): CanvasObject[] {
    const found = [...objectIds].flatMap((objectId) => this.#objects.get(objectId) ?? []);
    return found.sort(byDrawingOrder);
  }

  /** The ids of all that are in one group with the object; its own where it is in none. */
  groupAround(object: CanvasObject): string[] {
    const groupId = groupOf(object);
    return groupId === undefined ? [object.id] : [...(this.#groups.get(groupId) ?? [object.id])];
  }

  #regroup(objectId: string, before: string | undefined, after: string | undefined): void {
    if (before === after) return;
    if (before !== undefined) {
      const members = this.#groups.get(before);
      members?.delete(objectId);
      if (members?.size === 0) this.#groups.delete(before);
    }
    if (after === undefined) return;
    const members = this.#groups.get(after) ?? new Set();
    this.#groups.set(after, members.add(objectId));
  }

  /** What covers some of the box, in drawing order. */
  within(box: Box): readonly CanvasObject[] {
    const extent = this.#index.extent();
    if (extent === undefined || contains(box, extent)) return this.#ordered;
    const found = this.#index.within(box);
    if (found.length < SORTED_SHARE * this.#ordered.length) return found.sort(byDrawingOrder);
    const among = new Set(found);
    return this.#ordered.filter((object) => among.has(object));
  }

  /** The topmost object at a point. `tolerance`: board pixels around it that still hit. */
  topAt(point: Point, tolerance: number): CanvasObject | undefined {
    const side = 2 * tolerance;
    const box = { x: point.x - tolerance, y: point.y - tolerance, width: side, height: side };
    return this.within(box).findLast((object) => isHit(object, point, tolerance));
  }

  /** The box around everything; undefined for an empty board. */
  extent(): Box | undefined {
    return this.#index.extent();
  }
}

/** Where an object stands in a list in drawing order, or where it would. */
function placeOf(object: CanvasObject, ordered: readonly CanvasObject[]): number {
  let [start, end] = [0, ordered.length];
  while (start < end) {
    const middle = (start + end) >> 1;
    const other = ordered[middle];
    if (other && byDrawingOrder(other, object) < 0) start = middle + 1;
    else end = middle;
  }
  return start;
}
