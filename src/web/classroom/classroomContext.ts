/** What every part of a classroom needs to know of it. Fast-changing state is passed as props instead. */
import type { FunctionReturnType } from "convex/server";
import type { GenericId } from "convex/values";
import { createContext, use } from "react";
import type { api } from "../../../convex/_generated/api.js";

export type SessionDetails = FunctionReturnType<typeof api.sessions.lifecycle.get>;
export type Me = FunctionReturnType<typeof api.users.profile.me>;

/** Where the reader opens: a page, and the passage that is marked in it. */
export interface ReaderPlace {
  documentId: GenericId<"documents">;
  page: number;
  passageId?: GenericId<"passages">;
}

export interface Classroom {
  sessionId: GenericId<"sessions">;
  session: SessionDetails;
  me: Me;
  /** Active session and not an observer: may ask, draw, upload, answer. */
  canWrite: boolean;
  /** Owner or teacher: may invite, manage, rename, end. */
  canManage: boolean;
  openReader: (place: ReaderPlace) => void;
  showOnBoard: (objectIds: readonly string[]) => void;
}

export const ClassroomContext = createContext<Classroom | undefined>(undefined);

export function useClassroom(): Classroom {
  const classroom = use(ClassroomContext);
  if (!classroom) throw new Error("useClassroom is used outside a classroom");
  return classroom;
}
