import { expect, it } from "vitest";
import {
  documentStage,
  stageFraction,
  type ListedDocument,
  type ListedJob,
} from "./documentStage.ts";

const document = (state: ListedDocument["state"]): ListedDocument =>
  ({
    documentId: "d1",
    name: "cells.pdf",
    mediaType: "application/pdf",
    sizeBytes: 1,
    state,
    uploadedBy: "u1",
    progress: null,
  }) as unknown as ListedDocument;

const job = (name: ListedJob["name"], kind: string, documentId: string | null = "d1"): ListedJob =>
  ({
    jobId: `${name}-${kind}`,
    name,
    documentId,
    state: { kind, endedAt: 1, code: "INTERNAL", message: "It broke." },
    progress: { done: 0, total: 0, label: "" },
  }) as unknown as ListedJob;

it("[WP16] a document goes received, read with pages, analysed, planned, and the bar only forward", () => {
  const stages = [
    documentStage(document({ kind: "received" }), [job("readDocument", "pending")]),
    documentStage(document({ kind: "reading", page: 3, pageCount: 20 }), []),
    documentStage(document({ kind: "analysing" }), []),
    documentStage(document({ kind: "ready" }), [job("planLesson", "running", null)]),
    documentStage(document({ kind: "ready" }), [job("planLesson", "succeeded", null)]),
  ];
  expect(stages.map(({ label }) => label)).toEqual([
    "Waiting to be read",
    "Reading page 3 of 20",
    "Analysing",
    "Planning the lesson",
    "Ready",
  ]);
  expect(stages.map(({ done }) => done)).toEqual([1, 1, 2, 3, 4]);
  const reading = (page: number) => {
    const read = document({ kind: "reading", page, pageCount: 20 });
    return stageFraction(read, documentStage(read, []));
  };
  expect(reading(3)).toBeLessThan(reading(4));
});

it("[WP16] a failed document says why and names the job that can be revived", () => {
  const failed = document({ kind: "failed", code: "DOCUMENT_ENCRYPTED", message: "Locked." });
  const stage = documentStage(failed, [job("readDocument", "dead")]);
  expect(stage.failure?.message).toBe("Locked.");
  expect(stage.failure?.job?.jobId).toBe("readDocument-dead");
});

it("[WP16] work that was given up is a failure only while no other attempt is alive", () => {
  const analysing = document({ kind: "analysing" });
  const dead = job("analyseDocument", "dead");
  expect(documentStage(analysing, [dead]).failure?.message).toBe("It broke.");
  expect(
    documentStage(analysing, [job("analyseDocument", "running"), dead]).failure,
  ).toBeUndefined();
});

it("[WP16] another document's trouble is not this one's", () => {
  const other = job("readDocument", "dead", "d2");
  expect(documentStage(document({ kind: "received" }), [other]).failure).toBeUndefined();
});
