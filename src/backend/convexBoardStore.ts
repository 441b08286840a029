/** Boards as bytes, kept by convex/whiteboard/snapshots. */
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import type { BoardStore } from "../sync/saving/boardStore.ts";
import type { Clock } from "../util/clock.ts";
import type { ConvexConnection } from "./convexConnection.ts";
import { exactBuffer } from "./exactBuffer.ts";
import { groupAppends } from "./groupAppends.ts";

export function createConvexBoardStore(convex: ConvexConnection, clock: Clock): BoardStore {
  const { load, append, appendAll, compact } = api.whiteboard.snapshots;
  const appendTogether = groupAppends({
    appendOne: (rows) => convex.mutation(append, rows),
    appendAll: (boards) => convex.mutation(appendAll, { boards }),
    clock,
  });
  return {
    async load(sessionId, cursor) {
      const page = await convex.query(load, { sessionId: sessionId as Id<"sessions">, cursor });
      return {
        chunks: page.snapshotChunks.map((chunk) => new Uint8Array(chunk)),
        updates: page.updates.map((update) => new Uint8Array(update)),
        generation: page.generation,
        lastSeq: page.lastSeq,
        cursor: page.cursor,
      };
    },
    append: (sessionId, token, updates) =>
      appendTogether({
        sessionId: sessionId as Id<"sessions">,
        token,
        updates: updates.map(exactBuffer),
      }),
    async compact(sessionId, token, { bytes, ...chunk }) {
      await convex.mutation(compact, {
        sessionId: sessionId as Id<"sessions">,
        token,
        ...chunk,
        bytes: exactBuffer(bytes),
      });
    },
  };
}
