/** Versions of boards, kept by convex/whiteboard/versionStore. */
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import type { VersionCause, VersionStore } from "../sync/history/versionStore.ts";
import type { ConvexConnection } from "./convexConnection.ts";
import { exactBuffer } from "./exactBuffer.ts";

export function createConvexVersionStore(convex: ConvexConnection): VersionStore {
  const { write, read, newest } = api.whiteboard.versionStore;
  return {
    write: (sessionId, { bytes, cause, ...chunk }) =>
      convex.mutation(write, {
        sessionId: sessionId as Id<"sessions">,
        ...chunk,
        cause: storedCause(cause),
        bytes: exactBuffer(bytes),
      }),
    async read(sessionId, versionId, index) {
      const args = { sessionId: sessionId as Id<"sessions">, versionId, index };
      const { bytes, total } = await convex.query(read, args);
      return { bytes: new Uint8Array(bytes), total };
    },
    newestSeq: (sessionId) => convex.query(newest, { sessionId: sessionId as Id<"sessions"> }),
  };
}

function storedCause(cause: VersionCause) {
  if (cause.kind === "named") return { ...cause, userId: cause.userId as Id<"users"> };
  if (cause.kind === "turn") return { ...cause, turnId: cause.turnId as Id<"turns"> };
  return cause;
}
