/**
 * Who may write what on a board: one pure decision over one changed key (rules WB3-WB5). Knows no Yjs;
 * `before` and `after` are the plain values, undefined = absent. The decision is the same whether a
 * change was made by hand, by undo or by a hostile client.
 */
import { canvasObject, isAssistants, type CanvasObject } from "../../convex/contract/boardOps.ts";
import type { Principal } from "../protocol/principal.ts";

export interface KeyChange {
  key: string;
  before: CanvasObject | undefined;
  after: unknown;
}

export type Verdict = { isAllowed: true } | { isAllowed: false; reason: string };

const READ_ONLY = "You can look at this board, but not change it.";
const NOT_AN_OBJECT = "This is not something a board can hold.";
const TUTORS_OBJECT = "What the tutor drew can only be changed by a teacher in this session.";
const FORGED_SOURCE = "Only the tutor's own drawing is marked as the tutor's.";
const FORGED_AUTHOR = "An object keeps the name of the person who made it.";
const FULL_BOARD = "This board is full. Delete something first.";

const refuse = (reason: string): Verdict => ({ isAllowed: false, reason });

/** `isFull`: nothing may be added to the board. */
export function judgeChange(writer: Principal, change: KeyChange, isFull: boolean): Verdict {
  const { key, before, after } = change;
  const wasAssistants = before !== undefined && isAssistants(before);
  if (writer.role === "observer") return refuse(READ_ONLY);
  if (wasAssistants && !mayEditAssistants(writer)) return refuse(TUTORS_OBJECT);
  if (after === undefined) return { isAllowed: true };
  const parsed = canvasObject.safeParse(after);
  if (!parsed.success || parsed.data.id !== key) return refuse(NOT_AN_OBJECT);
  if (isAssistants(parsed.data) !== wasAssistants) return refuse(FORGED_SOURCE);
  if (before === undefined && isFull) return refuse(FULL_BOARD);
  if (!keepsAuthor(before, parsed.data)) return refuse(FORGED_AUTHOR);
  return { isAllowed: true };
}

function mayEditAssistants(writer: Principal): boolean {
  return writer.role !== "student" || writer.settings.studentsMayEditAssistantObjects;
}

/**
 * Not asked of a new object: after a crash, someone else's client may be the one that brings back what
 * the dead server had not saved yet, and undoing that would lose it for its author too.
 */
function keepsAuthor(before: CanvasObject | undefined, after: CanvasObject): boolean {
  return before === undefined || before.metadata?.authorId === after.metadata?.authorId;
}
