/**
 * From the assistant's operations to writes on the board's maps: pure, and all or nothing (rule WB7).
 * The assistant changes and deletes only what it drew itself, and marks everything as its own.
 */
import { appError } from "../../../convex/contract/errors.ts";
import {
  canvasObject,
  isAssistants,
  type BoardOp,
  type BoardView,
  type CanvasObject,
} from "../../../convex/contract/boardOps.ts";
import { inOneUnit } from "../../../convex/contract/board/objectGroups.ts";
import { isRecord } from "../../util/isRecord.ts";

export interface BoardWrite {
  map: "objects" | "ephemeral";
  key: string;
  /** Undefined = delete. */
  value: CanvasObject | undefined;
}

/** @throws INVALID_INPUT when an operation names what is not there, or not the assistant's. */
export function planWrites(ops: readonly BoardOp[], board: BoardView, now: number): BoardWrite[] {
  const drawn = new Map<string, CanvasObject | undefined>(); // by earlier operations of this batch
  const current = (key: string) => (drawn.has(key) ? drawn.get(key) : board.objects.get(key));
  return ops.map((op, index): BoardWrite => {
    if (op.type === "mark") {
      const value = asAssistants(op.object, { expiresAt: now + op.lifetimeMs });
      return { map: "ephemeral", key: op.object.id, value };
    }
    const key = op.type === "add" ? op.object.id : op.objectId;
    const before = current(key);
    if (before !== undefined && !isAssistants(before)) {
      throw appError("INVALID_INPUT", `Object ${key} was drawn by a person.`);
    }
    if (op.type !== "add" && before === undefined) {
      throw appError("INVALID_INPUT", `There is no object ${key} on the board.`);
    }
    const value = valueAfter(op, before, now + index / 1000);
    drawn.set(key, value);
    return { map: "objects", key, value };
  });
}

function valueAfter(
  op: Exclude<BoardOp, { type: "mark" }>,
  before: CanvasObject | undefined,
  drawnAt: number, // a little later for each object, so that a text lies over the box around it
): CanvasObject | undefined {
  if (op.type === "delete") return undefined;
  if (op.type === "add") return asAssistants(op.object, { drawnAt });
  if (before === undefined) throw new Error("an update was planned for nothing");
  const changes = inOneUnit(op.changes);
  const { metadata } = changes;
  if (isRecord(metadata)) changes["metadata"] = withChanges(before.metadata ?? {}, metadata);
  const changed = { ...withChanges(before, changes), id: before.id, kind: before.kind };
  const parsed = canvasObject.safeParse(changed);
  if (!parsed.success) throw appError("INVALID_INPUT", `These changes do not fit ${before.id}.`);
  return asAssistants(parsed.data);
}

/** What is null is taken away. */
function withChanges(before: object, changes: object): Record<string, unknown> {
  const all = Object.entries({ ...before, ...changes });
  return Object.fromEntries(all.filter(([, value]) => value !== null));
}

function asAssistants(
  object: CanvasObject,
  extra: { expiresAt?: number; drawnAt?: number } = {},
): CanvasObject {
  const metadata = { ...object.metadata, ...extra, source: "assistant" as const };
  delete metadata.authorId; // a person's name never stands on the assistant's drawing
  return { ...object, metadata };
}
