/** A call of every public function, with arguments that exist in a crowded session. */
import type { JSONObject } from "../../src/embedded/values/jsonValue.ts";
import type { CrowdedSession } from "../support/crowdedSession.ts";

export type Call = [path: string, args: (ids: CrowdedSession["ids"]) => JSONObject];
const bySession = ({ sessionId }: CrowdedSession["ids"]) => ({ sessionId });
const byDocument = ({ documentId }: CrowdedSession["ids"]) => ({ documentId });
const spec = {
  agent: "tutor",
  model: null,
  temperature: 1,
  maxOutputTokens: 9,
  promptVersion: 1,
  isEnabled: true,
};

/** In this order on one world: what removes things comes last. */
export const STUDENT_CALLS: Call[] = [
  ["users/profile:me", () => ({})],
  ["users/profile:rename", () => ({ name: "A" })],
  ["sessions/lifecycle:start", () => ({ title: "T" })],
  ["sessions/lifecycle:listMine", () => ({})],
  ["sessions/lifecycle:get", bySession],
  ["sessions/lifecycle:rename", ({ sessionId }) => ({ sessionId, title: "T" })],
  ["sessions/lifecycle:join", ({ sessionId }) => ({ sessionId, inviteCode: "c1" })],
  ["sessions/participants:list", bySession],
  ["sessions/participants:invite", ({ sessionId }) => ({ sessionId, role: "student" })],
  ["sessions/context:get", bySession],
  ["sessions/context:update", ({ sessionId }) => ({ sessionId, patch: { goal: "x" } })],
  ["documents/library:list", bySession],
  ["documents/library:getPage", ({ documentId }) => ({ documentId, page: 1 })],
  ["documents/library:getPassage", ({ passageId }) => ({ passageId })],
  ["documents/library:fileUrl", byDocument],
  ["documents/library:rename", ({ documentId }) => ({ documentId, name: "N" })],
  ["documents/analysis:get", byDocument],
  ["lessons/plan:get", bySession],
  ["lessons/plan:setFocus", ({ sessionId }) => ({ sessionId, objectiveId: "o1" })],
  [
    "lessons/plan:setObjectiveState",
    ({ sessionId }) => ({ sessionId, objectiveId: "o1", state: "done" }),
  ],
  [
    "turns/history:list",
    ({ sessionId }) => ({ sessionId, paginationOpts: { numItems: 500, cursor: null } }),
  ],
  ["turns/live:current", bySession],
  ["quizzes/quiz:make", bySession],
  ["quizzes/quiz:list", bySession],
  ["quizzes/quiz:get", ({ quizId }) => ({ quizId })],
  [
    "quizzes/answers:submit",
    ({ questionId }) => ({ questionId, response: { kind: "short", text: "x" } }),
  ],
  ["reports/report:get", bySession],
  ["reports/report:make", bySession],
  ["jobs/list:forSession", bySession],
  ["jobs/list:retry", ({ jobId }) => ({ jobId })],
  [
    "whiteboard/versions:list",
    ({ sessionId }) => ({ sessionId, paginationOpts: { numItems: 500, cursor: null } }),
  ],
  ["whiteboard/versions:piece", ({ versionId }) => ({ versionId, index: 0 })],
  ["whiteboard/versions:name", ({ versionId }) => ({ versionId, label: "N" })],
];
export const REMOVING_CALLS: Call[] = [
  ["whiteboard/versions:remove", ({ versionId }) => ({ versionId })],
  ["quizzes/quiz:remove", ({ quizId }) => ({ quizId })],
  ["documents/library:remove", byDocument],
  ["sessions/lifecycle:end", bySession],
  ["sessions/lifecycle:remove", bySession],
  ["users/profile:remove", () => ({})],
];
const turn = { clientMessageId: "new", question: "?", companionId: "c" };
export const SERVICE_CALLS: Call[] = [
  ["users/accounts:createGuest", () => ({ name: "G" })],
  ["users/accounts:register", () => ({ name: "G", email: "g@x.org", passwordHash: "h" })],
  ["users/accounts:findCredential", () => ({ email: "g@x.org" })],
  [
    "users/logins:open",
    ({ crowdId }) => ({ userId: crowdId, refreshTokenHash: "h", expiresAt: 4e12 }),
  ],
  [
    "users/logins:rotate",
    () => ({ refreshTokenHash: "h", newRefreshTokenHash: "i", expiresAt: 4e12 }),
  ],
  ["sessions/access:watch", ({ sessionId, userId, loginId }) => ({ sessionId, userId, loginId })],
  ["documents/upload:createUploadUrl", () => ({})],
  [
    "documents/upload:register",
    ({ sessionId, userId, storageId }) => {
      return {
        sessionId,
        userId,
        files: [{ storageId, name: "a", mediaType: "", sizeBytes: 1, sha256: "" }],
      };
    },
  ],
  ["turns/run:begin", ({ sessionId, userId }) => ({ sessionId, userId, ...turn })],
  ["turns/run:events", ({ sessionId }) => ({ sessionId, afterSeq: 0 })],
  ["turns/run:recover", () => ({ companionId: "c" })],
  ["whiteboard/snapshots:load", bySession],
  [
    "whiteboard/snapshots:append",
    ({ sessionId }) => ({ sessionId, token: null, updates: [{ $bytes: "AQ==" }] }),
  ],
  [
    "whiteboard/snapshots:appendAll",
    ({ sessionId }) => ({
      boards: [{ sessionId, token: null, updates: [{ $bytes: "AQ==" }] }],
    }),
  ],
  ["whiteboard/versionStore:newest", bySession],
  [
    "whiteboard/versionStore:read",
    ({ sessionId, versionId }) => ({ sessionId, versionId, index: 0 }),
  ],
  [
    "whiteboard/versionStore:write",
    ({ sessionId }) => ({
      ...{ sessionId, versionKey: "new", cause: { kind: "left" }, boardSeq: 1, objectCount: 1 },
      ...{ contributions: [], index: 0, total: 1, bytes: { $bytes: "AQ==" } },
    }),
  ],
  ["whiteboard/images:find", ({ sessionId, userId, imageId }) => ({ sessionId, userId, imageId })],
  [
    "whiteboard/images:register",
    ({ sessionId, userId, storageId }) => {
      const image = { storageId, mediaType: "image/png", sizeBytes: 1, sha256: "new" };
      return { sessionId, userId, image };
    },
  ],
  ["agents/settings:list", () => ({})],
  ["agents/settings:update", () => ({ settings: spec })],
  ["agents/settings:forTutor", () => ({})],
  ["documents/search:byWords", ({ sessionId }) => ({ sessionId, question: "What is half?" })],
];

/** Need a state that the world does not have, and read nothing but rows that they know the key of. */
export const BY_KEY_ONLY = [
  "sessions/participants:setRole",
  "sessions/participants:removeMember",
  "sessions/participants:leave",
  "turns/run:append",
  "turns/run:renew",
  "turns/run:finish",
  "whiteboard/snapshots:compact",
  "users/logins:revoke",
  "documents/search:passages", // an action; its query is measured
];
