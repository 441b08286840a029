/** What was uploaded, what was read from it, and what was understood. Offsets count UTF-16 units. */
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vErrorCode } from "../contract/errors.ts";
import { EMBEDDING_DIMENSIONS } from "../contract/limits.ts";

export const vDocumentState = v.union(
  v.object({ kind: v.literal("received") }),
  v.object({ kind: v.literal("reading"), page: v.number(), pageCount: v.number() }), // 0 of 0: not opened yet
  v.object({ kind: v.literal("analysing") }),
  v.object({ kind: v.literal("ready") }),
  v.object({ kind: v.literal("failed"), code: vErrorCode, message: v.string() }),
  v.object({ kind: v.literal("removing") }), // invisible to everyone; jobs/removeDocument is at work
);
export type DocumentState = Infer<typeof vDocumentState>;

export const vKeyConcept = v.object({
  name: v.string(),
  explanation: v.string(),
  pages: v.array(v.number()),
  passageIds: v.array(v.id("passages")),
});
export const vKeyTerm = v.object({
  term: v.string(),
  definition: v.string(),
  page: v.number(),
  passageId: v.id("passages"),
});

export const documentTables = {
  // Written by documents/upload, documents/library and documents/storing (state); read by every room to
  // the right; deleted by jobs/removeDocument.
  documents: defineTable({
    sessionId: v.id("sessions"),
    uploadedBy: v.id("users"),
    name: v.string(), // shown name, 1..MAX_TITLE_CHARS
    mediaType: v.string(), // as detected from the content; the client's word only until it is read
    sizeBytes: v.number(),
    sha256: v.string(), // hex
    storageId: v.id("_storage"),
    state: vDocumentState,
    readingToken: v.optional(v.string()), // of the run that reads it; one that was given up may not write
    pageCount: v.optional(v.number()), // pages, slides, or sections of formats that have no pages
    passageCount: v.optional(v.number()),
    proseCount: v.optional(v.number()), // of these passages, those of running text
  })
    .index("by_sessionId", ["sessionId"])
    .index("by_storageId", ["storageId"]), // for jobs/sweepFiles
  // Written by documents/storing; read by documents/library; deleted by jobs/removeDocument.
  pages: defineTable({
    documentId: v.id("documents"),
    page: v.number(), // from 1
    text: v.string(), // cleaned: running heads gone, hyphenation joined; passages are ranges of it
  }).index("by_documentId_and_page", ["documentId", "page"]),
  // Written by documents/storing; read by search, agents and citations; deleted by jobs/removeDocument.
  passages: defineTable({
    documentId: v.id("documents"),
    sessionId: v.id("sessions"),
    ordinal: v.number(), // from 0, in reading order
    page: v.number(),
    start: v.number(), // half-open range of the page's text
    end: v.number(),
    heading: v.optional(v.string()), // the nearest heading above
    isProse: v.boolean(), // false: code, a table, contents; found by search but never asked about
    text: v.string(),
    searchText: v.string(), // the text under its heading, whose words count as well
  })
    .index("by_documentId_and_ordinal", ["documentId", "ordinal"])
    .index("by_documentId_and_page", ["documentId", "page"])
    .index("by_documentId_and_isProse_and_ordinal", ["documentId", "isProse", "ordinal"])
    .searchIndex("search_text", {
      searchField: "searchText",
      filterFields: ["sessionId", "documentId"],
    }),
  // Apart from the passage, since 4 KB of numbers would make every passage read dear. Written by
  // documents/embeddings; read by vector search only; deleted by jobs/removeDocument.
  passageEmbeddings: defineTable({
    passageId: v.id("passages"),
    documentId: v.id("documents"),
    sessionId: v.id("sessions"),
    ordinal: v.number(), // of the passage; embedding goes on after the highest of running text
    embedding: v.array(v.float64()),
  })
    .index("by_documentId_and_ordinal", ["documentId", "ordinal"])
    .vectorIndex("by_embedding", {
      vectorField: "embedding",
      dimensions: EMBEDDING_DIMENSIONS,
      filterFields: ["sessionId", "documentId"],
    }),
  // At most one a document. Written by documents/analysing from the analyser's result; read by the page, the
  // planner and the tutor; deleted by jobs/removeDocument.
  analyses: defineTable({
    documentId: v.id("documents"),
    sessionId: v.id("sessions"),
    summary: v.string(),
    keyConcepts: v.array(vKeyConcept),
    terms: v.array(vKeyTerm),
    madeBy: v.string(), // "extractive" or the model's name
  })
    .index("by_documentId", ["documentId"])
    .index("by_sessionId", ["sessionId"]),
};
