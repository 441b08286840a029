/**
 * A board as bytes: a snapshot in chunks and the updates since; and its history, versions in chunks of their
 * own. Convex never looks inside them. Beside them the pictures that a board shows.
 */
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";

/** Why a version was kept. All but "named" are automatic, and thinned out as they age. */
export const vVersionCause = v.union(
  v.object({ kind: v.literal("named"), label: v.string(), userId: v.id("users") }),
  v.object({ kind: v.literal("turn"), turnId: v.id("turns") }), // the board when the tutor had answered
  v.object({ kind: v.literal("interval") }), // some minutes of change
  v.object({ kind: v.literal("left") }), // everyone had gone
  v.object({ kind: v.literal("restore") }), // what a restore then replaced
);
export type VersionCause = Infer<typeof vVersionCause>;

/** What one person, or the tutor, has to do with a version. */
export const vContribution = v.object({
  userId: v.union(v.string(), v.null()), // null = the tutor; as the objects say it, so it may be nobody's
  objects: v.number(), // on the board that say they are by them
  changed: v.number(), // added, changed or deleted since the version before, as the server saw it
});
export type Contribution = Infer<typeof vContribution>;

/** How far a board had been stored when it was read: its snapshot and the newest update after it. */
export const vBoardPoint = v.object({ generation: v.number(), lastSeq: v.number() });
export type BoardPoint = Infer<typeof vBoardPoint>;

export const whiteboardTables = {
  // One row a board, made by its first update. Written by whiteboard/snapshots; deleted by jobs/removeSession.
  boards: defineTable({
    sessionId: v.id("sessions"),
    lastSeq: v.number(), // of the newest update; 0 = none
    savingToken: v.optional(v.number()), // of the companion that saves now, counted from 1; absent = nobody yet
    touchedAt: v.optional(v.number()), // ms since epoch; when the session was last told that it is in use
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
  // Written by whiteboard/versionStore and whiteboard/versions; read there; deleted by whiteboard/thinVersions and
  // jobs/removeSession. Only a whole one is ever shown.
  boardVersions: defineTable({
    sessionId: v.id("sessions"),
    versionKey: v.string(), // the companion's own name for it, so that a repeated write is the same version
    state: v.union(v.literal("writing"), v.literal("whole"), v.literal("removing")),
    cause: vVersionCause,
    takenAt: v.number(), // ms since epoch
    boardSeq: v.number(), // of the newest update that had been stored then
    objectCount: v.number(),
    contributions: v.array(vContribution),
    imageIds: v.optional(v.array(v.id("boardImages"))), // that it shows; absent = any that there were then
    chunkCount: v.number(), // so far, while it is being written
    sizeBytes: v.number(),
  })
    .index("by_sessionId_and_versionKey", ["sessionId", "versionKey"])
    .index("by_sessionId_and_state_and_takenAt", ["sessionId", "state", "takenAt"])
    .index("by_sessionId_and_state_and_cause_kind", ["sessionId", "state", "cause.kind"]),
  // A Yjs document, gzipped and cut in pieces. Written by whiteboard/versionStore; deleted with the version.
  boardVersionChunks: defineTable({
    sessionId: v.id("sessions"),
    versionId: v.id("boardVersions"),
    index: v.number(), // from 0
    bytes: v.bytes(), // at most MAX_BOARD_UPDATE_BYTES
  })
    .index("by_versionId_and_index", ["versionId", "index"])
    .index("by_sessionId", ["sessionId"]),
  // What objects name by `src: "file:<id>"`. Written and read by whiteboard/images; deleted with its file by
  // whiteboard/collectImages, when nothing has shown it for a day, and jobs/removeSession.
  boardImages: defineTable({
    sessionId: v.id("sessions"),
    addedBy: v.id("users"),
    storageId: v.id("_storage"),
    mediaType: v.string(), // one of IMAGE_TYPES, as told by its content
    sizeBytes: v.number(),
    sha256: v.string(), // hex
    unusedSince: v.optional(v.number()), // ms since epoch; when it was first found that nothing shows it
  })
    .index("by_sessionId_and_sha256", ["sessionId", "sha256"])
    .index("by_storageId", ["storageId"]), // for jobs/sweepFiles
};
