/**
 * Who may change or delete what is on a board: one decision for the server, which enforces it, and for
 * the page, which shows what is locked (rule WB3). Knows nothing of what a change is. Pure.
 */
import { isAssistants, type CanvasObject } from "../boardOps.ts";

/** Who made an object, by what it says of itself. What members of a group say does not count. */
export interface Maker {
  isAssistant: boolean;
  /** Undefined: it names nobody, and so is everybody's. */
  authorId: string | undefined;
}

/** Somebody in a session, and what its settings say. */
export interface Editor {
  userId: string;
  role: "owner" | "teacher" | "student" | "observer";
  settings: {
    studentsMayEditAssistantObjects: boolean;
    studentsMayEditOthersObjects: boolean;
  };
}

const READ_ONLY = "You can look at this board, but not change it.";
const TUTORS_OBJECT = "What the tutor drew can only be changed by a teacher in this session.";
const OTHERS_OBJECT = "What others drew can only be changed by a teacher in this session.";

export function makerOf(object: CanvasObject): Maker {
  return { isAssistant: isAssistants(object), authorId: object.metadata?.authorId };
}

/** Why somebody may not change what `maker` made, as a sentence for them; undefined = they may. */
export function barTo({ role, userId, settings }: Editor, maker: Maker): string | undefined {
  if (role === "observer") return READ_ONLY;
  if (role !== "student") return undefined;
  if (maker.isAssistant)
    return settings.studentsMayEditAssistantObjects ? undefined : TUTORS_OBJECT;
  const isOthers = maker.authorId !== undefined && maker.authorId !== userId;
  return isOthers && !settings.studentsMayEditOthersObjects ? OTHERS_OBJECT : undefined;
}
