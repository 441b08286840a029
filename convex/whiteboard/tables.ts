/** A board as bytes: a snapshot in chunks and the updates since. Convex never looks inside them. */
import { defineTable } from "convex/server";
import { v } from "convex/values";

export const whiteboardTables = {
  // One row a board, made by its first update. Written by whiteboard/snapshots; deleted by jobs/removeSession.
  boards: defineTable({
    sessionId: v.id("sessions"),
    lastSeq: v.number(), // of the newest update; 0 = none
    savingToken: v.optional(v.number()), // of the companion that saves now, counted from 1; absent = nobody yet
    snapshotGeneration: v.number(), // of the snapshot that counts; 0 = none
    snapshotSeq: v.number(), // the snapshot holds every update up to and including this one
    snapshotChunkCount: v.number(), // more chunks of this generation are leftovers of an attempt given up
  }).index("by_sessionId", ["sessionId"]),
  // Appended by whiteboard/snapshots; deleted there after a compaction and by jobs/removeSession.
  boardUpdates: defineTable({
    sessionId: v.id("sessions"),
    seq: v.number(), // from 1
    bytes: v.bytes(), // at most MAX_BOARD_UPDATE_BYTES
  }).index("by_sessionId_and_seq", ["sessionId", "seq"]),
  // Written by whiteboard/snapshots; a generation counts once all its chunks are there; older ones are deleted.
  boardSnapshotChunks: defineTable({
    sessionId: v.id("sessions"),
    generation: v.number(),
    index: v.number(), // from 0
    bytes: v.bytes(),
  }).index("by_sessionId_and_generation_and_index", ["sessionId", "generation", "index"]),
};
