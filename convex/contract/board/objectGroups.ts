/**
 * Groups: objects that carry the same group id and are moved, deleted and told of together. Pure: from a
 * board to the operations that do it (rule BV7).
 */
import { appError } from "../errors.ts";
import {
  BOARD_HEIGHT,
  BOARD_WIDTH,
  type BoardOp,
  type BoardView,
  type CanvasObject,
} from "../boardOps.ts";
import { originOf } from "./objectBox.ts";

/** The id of the group that an object belongs to, if any. */
export function groupOf(object: CanvasObject): string | undefined {
  const old = object.metadata?.["groupId"];
  return object.groupId ?? (typeof old === "string" ? old : undefined);
}

/** @throws INVALID_INPUT when nothing on the board is in the group. */
export function membersOf(groupId: string, board: BoardView): CanvasObject[] {
  const members = [...board.objects.values()].filter((object) => groupOf(object) === groupId);
  if (members.length === 0) throw appError("INVALID_INPUT", `There is no group ${groupId}.`);
  return members;
}

/** Puts objects into a group; each leaves the one it was in. @throws INVALID_INPUT */
export function groupObjects(
  objectIds: readonly string[],
  groupId: string,
  board: BoardView,
): BoardOp[] {
  return objectIds.map((objectId) => {
    if (!board.objects.has(objectId)) {
      throw appError("INVALID_INPUT", `There is no object ${objectId}.`);
    }
    return { type: "update", objectId, changes: { groupId } };
  });
}

/** Moves a group by fractions of the board's width and height. @throws INVALID_INPUT */
export function moveGroup(
  groupId: string,
  by: { dxPct: number; dyPct: number },
  board: BoardView,
): BoardOp[] {
  return membersOf(groupId, board).map((object) => {
    const { x, y } = originOf(object); // the box of a line may begin left of it or above
    const changes = { x: x + by.dxPct * BOARD_WIDTH, y: y + by.dyPct * BOARD_HEIGHT };
    return { type: "update", objectId: object.id, changes: inOneUnit(changes) };
  });
}

/** Deletes a group's objects. @throws INVALID_INPUT */
export function deleteGroup(groupId: string, board: BoardView): BoardOp[] {
  return membersOf(groupId, board).map(({ id }) => ({ type: "delete", objectId: id }));
}

/**
 * Changes of an object in which a place or size that is set in pixels removes the one in percent and the
 * other way round: else the percentage, which wins, would undo the change.
 */
export function inOneUnit(changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result = { ...changes };
  for (const side of ["x", "y", "width", "height"]) {
    const percent = `${side}Pct`;
    if (isSet(changes[percent])) result[side] = null;
    else if (isSet(changes[side])) result[percent] = null;
  }
  return result;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
