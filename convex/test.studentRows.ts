/** The access matrix, for what people call: which roles may, by function. */
import type { Args } from "./test.publicFunctions.ts";
import type { World } from "./test.world.ts";

export const ROLES = ["owner", "teacher", "student", "observer"] as const;
type Caller = (typeof ROLES)[number];

interface StudentRow {
  args: (world: World) => Args;
  /** Who may; the other roles are FORBIDDEN. */
  allowed: readonly Caller[];
  /** What someone who takes no part gets; "ok" for functions about the caller alone. */
  outsider?: "ok";
}

const everyone = ROLES;
const writers = ["owner", "teacher", "student"] as const;
const teachers = ["owner", "teacher"] as const;
const bySession = ({ sessionId }: World) => ({ sessionId });
const byDocument = ({ documentId }: World) => ({ documentId });

/** By path. */
export const STUDENT_ROWS: Record<string, StudentRow> = {
  "users/profile:me": { args: () => ({}), allowed: everyone, outsider: "ok" },
  "users/profile:rename": { args: () => ({ name: "New" }), allowed: everyone, outsider: "ok" },
  "users/profile:remove": { args: () => ({}), allowed: everyone, outsider: "ok" },
  "sessions/lifecycle:start": { args: () => ({ title: "T" }), allowed: everyone, outsider: "ok" },
  "sessions/lifecycle:listMine": { args: () => ({}), allowed: everyone, outsider: "ok" },
  "sessions/lifecycle:join": {
    args: ({ sessionId, inviteCode }) => ({ sessionId, inviteCode }),
    allowed: everyone,
    outsider: "ok", // that is what the code is for; lifecycle.test.ts tries wrong ones
  },
  "sessions/lifecycle:get": { args: bySession, allowed: everyone },
  "sessions/lifecycle:rename": {
    args: ({ sessionId }) => ({ sessionId, title: "T" }),
    allowed: teachers,
  },
  "sessions/lifecycle:end": { args: bySession, allowed: teachers },
  "sessions/lifecycle:remove": { args: bySession, allowed: ["owner"] },
  "sessions/participants:list": { args: bySession, allowed: everyone },
  "sessions/participants:invite": {
    args: ({ sessionId }) => ({ sessionId, role: "student" }),
    allowed: teachers,
  },
  "sessions/participants:setRole": {
    args: ({ sessionId, observer }) => ({ sessionId, userId: observer.userId, role: "student" }),
    allowed: teachers,
  },
  "sessions/participants:removeMember": {
    args: ({ sessionId, observer }) => ({ sessionId, userId: observer.userId }),
    allowed: teachers,
  },
  "sessions/participants:leave": { args: bySession, allowed: ["teacher", "student", "observer"] },
  "sessions/context:get": { args: bySession, allowed: everyone },
  "sessions/context:update": {
    args: ({ sessionId }) => ({ sessionId, patch: { goal: "x" } }),
    allowed: teachers,
  },
  "documents/library:list": { args: bySession, allowed: everyone },
  "documents/library:getPage": {
    args: ({ documentId }) => ({ documentId, page: 1 }),
    allowed: everyone,
  },
  "documents/library:getPassage": {
    args: ({ passageId }) => ({ passageId }),
    allowed: everyone,
  },
  "documents/library:fileUrl": { args: byDocument, allowed: everyone },
  "documents/library:rename": {
    args: ({ documentId }) => ({ documentId, name: "N" }),
    allowed: teachers, // and whoever uploaded it, which here is the owner
  },
  "documents/library:remove": { args: byDocument, allowed: teachers },
  "documents/analysis:get": { args: byDocument, allowed: everyone },
  "lessons/plan:get": { args: bySession, allowed: everyone },
  "lessons/plan:setFocus": {
    args: ({ sessionId }) => ({ sessionId, objectiveId: "o1" }),
    allowed: writers,
  },
  "lessons/plan:setObjectiveState": {
    args: ({ sessionId }) => ({ sessionId, objectiveId: "o1", state: "done" }),
    allowed: writers,
  },
  "turns/history:list": {
    args: ({ sessionId }) => ({ sessionId, paginationOpts: { numItems: 5, cursor: null } }),
    allowed: everyone,
  },
  "turns/live:current": { args: bySession, allowed: everyone },
  "quizzes/quiz:make": { args: bySession, allowed: writers },
  "quizzes/quiz:list": { args: bySession, allowed: everyone },
  "quizzes/quiz:get": { args: ({ quizId }) => ({ quizId }), allowed: everyone },
  "quizzes/quiz:remove": { args: ({ quizId }) => ({ quizId }), allowed: teachers },
  "quizzes/answers:submit": {
    args: ({ questionId }) => ({ questionId, response: { kind: "short", text: "x" } }),
    allowed: writers,
  },
  "reports/report:get": { args: bySession, allowed: everyone },
  "reports/report:make": { args: bySession, allowed: writers },
  "whiteboard/versions:list": {
    args: ({ sessionId }) => ({ sessionId, paginationOpts: { numItems: 5, cursor: null } }),
    allowed: everyone,
  },
  "whiteboard/versions:piece": {
    args: ({ versionId }) => ({ versionId, index: 0 }),
    allowed: everyone,
  },
  "whiteboard/versions:name": {
    args: ({ versionId }) => ({ versionId, label: "N" }),
    allowed: teachers, // and whoever named it, which here is the owner
  },
  "whiteboard/versions:remove": { args: ({ versionId }) => ({ versionId }), allowed: teachers },
  "jobs/list:forSession": { args: bySession, allowed: everyone },
  "jobs/list:retry": { args: ({ jobId }) => ({ jobId }), allowed: writers },
};
