/** The access matrix, for what the companion alone may call: arguments that exist, by function. */
import type { Args } from "./test.publicFunctions.ts";
import { bytes, turnArgs, versionArgs, type World } from "./test.world.ts";

const bySession = ({ sessionId }: World) => ({ sessionId });

/** By path. */
export const SERVICE_ROWS: Record<string, (world: World) => Args> = {
  "users/accounts:createGuest": () => ({ name: "G" }),
  "users/accounts:register": () => ({ name: "G", email: "g@x.org", passwordHash: "h" }),
  "users/accounts:findCredential": () => ({ email: "g@x.org" }),
  "users/logins:open": ({ owner }) => ({
    userId: owner.userId,
    refreshTokenHash: "h",
    expiresAt: 1,
  }),
  "users/logins:rotate": () => ({ refreshTokenHash: "a", newRefreshTokenHash: "b", expiresAt: 1 }),
  "users/logins:revoke": ({ owner }) => ({ loginId: owner.loginId }),
  "sessions/access:watch": ({ sessionId, owner: { userId, loginId } }) => {
    return { sessionId, userId, loginId };
  },
  "documents/upload:createUploadUrl": () => ({}),
  "documents/upload:register": ({ sessionId, owner, storageId }) => ({
    sessionId,
    userId: owner.userId,
    files: [{ storageId, name: "a", mediaType: "", sizeBytes: 1, sha256: "" }],
  }),
  "documents/search:passages": ({ sessionId }) => ({
    sessionId,
    question: "Why?",
    queryEmbedding: Array<number>(512).fill(0.1),
    limit: 3,
  }),
  "turns/run:begin": turnArgs,
  "turns/run:append": ({ turnId }) => ({
    turnId,
    companionId: "c",
    startSeq: 1,
    endSeq: 2,
    start: 0,
    end: 0,
    text: "",
    events: [],
    state: { kind: "speaking" },
  }),
  "turns/run:renew": ({ turnId }) => ({ turnId, companionId: "c" }),
  "turns/run:finish": ({ turnId }) => ({
    turnId,
    companionId: "c",
    outcome: { kind: "done" },
    citations: [],
    droppedCitations: 0,
    madeBy: "extractive",
    usage: { inputTokens: 0, outputTokens: 0, durationMs: 0 },
  }),
  "turns/run:recover": () => ({ companionId: "c" }),
  "turns/run:events": ({ sessionId }) => ({ sessionId, afterSeq: 0 }),
  "whiteboard/snapshots:load": bySession,
  "whiteboard/snapshots:append": ({ sessionId }) => ({ sessionId, token: null, updates: [bytes] }),
  "whiteboard/snapshots:appendAll": ({ sessionId }) => {
    return { boards: [{ sessionId, token: null, updates: [bytes] }] };
  },
  "whiteboard/snapshots:compact": ({ sessionId }) => {
    return { sessionId, token: 1, throughSeq: 1, generation: 1, index: 0, total: 1, bytes };
  },
  "whiteboard/versionStore:write": ({ sessionId }) => versionArgs(sessionId, { kind: "restore" }),
  "whiteboard/versionStore:newest": bySession,
  "whiteboard/versionStore:read": ({ sessionId, versionId }) => {
    return { sessionId, versionId, index: 0 };
  },
  "whiteboard/images:register": ({ sessionId, owner, storageId }) => ({
    sessionId,
    userId: owner.userId,
    image: { storageId, mediaType: "image/png", sizeBytes: 1, sha256: "" },
  }),
  "whiteboard/images:find": ({ sessionId, owner }) => {
    return { sessionId, userId: owner.userId, imageId: "" };
  },
  "agents/settings:list": () => ({}),
  "agents/settings:update": () => ({
    settings: {
      agent: "tutor",
      model: null,
      temperature: 1,
      maxOutputTokens: 100,
      promptVersion: 1,
      isEnabled: true,
    },
  }),
  "agents/settings:forTutor": () => ({}),
};
