/**
 * Who may write what on a board: one pure decision over one changed key (rules WB3-WB5, WB19-WB21).
 * Knows no Yjs; `before` and `after` are the plain values, undefined = absent. The decision is the same
 * whether a change was made by hand, by undo, by an import or by a hostile client.
 */
import { equalityDeep } from "lib0/function";
import {
  canvasObject,
  MAX_COORDINATE,
  type CanvasObject,
} from "../../../convex/contract/boardOps.ts";
import { barTo, makerOf, type Maker } from "../../../convex/contract/board/editRights.ts";
import type { Principal } from "../../protocol/principal.ts";

export interface KeyChange {
  key: string;
  before: CanvasObject | undefined;
  after: unknown;
  /** Who had made what was deleted under this key last, as far as that is remembered. */
  deletedMaker?: Maker | undefined;
  /** It is as the tutor drew it, which its seal proves. */
  isTutorsOwn?: () => boolean;
}

export type Verdict =
  | { kind: "allowed" }
  /** Allowed but for what it says of its maker: `value` is to stand there instead. */
  | { kind: "corrected"; value: CanvasObject }
  | { kind: "refused"; reason: string };

const NOT_AN_OBJECT = "This is not something a board can hold.";
const FORGED_SOURCE = "Only the tutor's own drawing is marked as the tutor's.";
const FORGED_AUTHOR = "An object keeps the name of the person who made it.";
const FULL_BOARD = "This board is full. Delete something first.";

const NOBODY: Maker = { isAssistant: false, authorId: undefined };
const ALLOWED: Verdict = { kind: "allowed" };
const refuse = (reason: string): Verdict => ({ kind: "refused", reason });

/** `isFull`: nothing may be added to the board. */
export function judgeChange(writer: Principal, change: KeyChange, isFull: boolean): Verdict {
  const { key, before, after } = change;
  const maker = before && makerOf(before);
  const bar = barTo(writer, maker ?? NOBODY);
  if (bar !== undefined) return refuse(bar);
  if (after === undefined || (before !== undefined && isMoved(before, after))) return ALLOWED;
  const parsed = canvasObject.safeParse(after);
  if (!parsed.success || parsed.data.id !== key) return refuse(NOT_AN_OBJECT);
  if (maker !== undefined) return judgeMaker(writer, maker, makerOf(parsed.data));
  if (isFull) return refuse(FULL_BOARD);
  return judgeNew(writer, parsed.data, change);
}

/**
 * Whether an object is what it was but for its place. Most changes are such, and the parser copies all
 * that an object holds.
 */
function isMoved(before: CanvasObject, after: unknown): boolean {
  if (typeof after !== "object" || after === null) return false;
  const entries = Object.entries(after);
  if (entries.length !== Object.keys(before).length) return false;
  return entries.every(([key, value]) => {
    if (!Object.hasOwn(before, key)) return false;
    return key === "x" || key === "y" ? isPlace(value) : equalityDeep(before[key], value);
  });
}

/** As a number, which percentages are not. */
function isPlace(value: unknown): boolean {
  return typeof value === "number" && Math.abs(value) <= MAX_COORDINATE;
}

/** A maker stays. What names nobody may be given the name of whoever changes it. */
function judgeMaker({ userId }: Principal, before: Maker, after: Maker): Verdict {
  if (before.isAssistant !== after.isAssistant) return refuse(FORGED_SOURCE);
  const isClaimed = before.authorId === undefined && after.authorId === userId;
  return before.authorId === after.authorId || isClaimed ? ALLOWED : refuse(FORGED_AUTHOR);
}

/**
 * What was deleted comes back with its maker's name by the hands of those who may change it. Else what
 * is new bears its writer's name or none. Somebody else's name is taken off and the object stays: after
 * a crash another client may be the one that brings back what the dead server had not saved yet, and it
 * would be lost for its author too. So it is with what the tutor drew, as long as its seal fits.
 */
function judgeNew(
  writer: Principal,
  object: CanvasObject,
  { deletedMaker: deleted, isTutorsOwn }: KeyChange,
): Verdict {
  const maker = makerOf(object);
  const isBack = deleted?.isAssistant === maker.isAssistant && deleted.authorId === maker.authorId;
  if (isBack) {
    const bar = barTo(writer, maker);
    return bar === undefined ? ALLOWED : refuse(bar);
  }
  if (maker.isAssistant) return isTutorsOwn?.() === true ? ALLOWED : refuse(FORGED_SOURCE);
  if (maker.authorId === undefined || maker.authorId === writer.userId) return ALLOWED;
  const metadata = { ...object.metadata };
  delete metadata.authorId;
  return { kind: "corrected", value: { ...object, metadata } };
}
