/**
 * How far a document is on its way from the upload to the lesson, as one of four steps and a
 * sentence. Pure: folds the document's state with the work that is going on around it.
 */
import type { FunctionReturnType } from "convex/server";
import type { api } from "../../../convex/_generated/api.js";

export type ListedDocument = FunctionReturnType<typeof api.documents.library.list>[number];
export type ListedJob = FunctionReturnType<typeof api.jobs.list.forSession>[number];

export const STEPS = ["Received", "Read", "Analysed", "Planned"] as const;

export interface DocumentStage {
  /** Steps that are behind: 1 once received, 4 once planned. */
  done: number;
  /** What is going on now, for people. */
  label: string;
  isFinished: boolean;
  failure?: { message: string; job?: ListedJob };
}

/** `jobs` are the session's, newest first. */
export function documentStage(document: ListedDocument, jobs: readonly ListedJob[]): DocumentStage {
  const { state, documentId } = document;
  const own = jobs.filter((job) => job.documentId === documentId);
  switch (state.kind) {
    case "received":
      return orDead({ done: 1, label: "Waiting to be read", isFinished: false }, own);
    case "reading":
      return orDead({ done: 1, label: readingLabel(state), isFinished: false }, own);
    case "analysing":
      return orDead({ done: 2, label: analysingLabel(document), isFinished: false }, own);
    case "failed": {
      const job = own.find(isDead);
      const failure = { message: state.message, ...(job && { job }) };
      return { done: 1, label: "Could not be read", isFinished: true, failure };
    }
    case "ready": {
      const planning = jobs.find((job) => job.name === "planLesson");
      const isPlanning = planning !== undefined && isAlive(planning);
      if (isPlanning) return { done: 3, label: "Planning the lesson", isFinished: false };
      const isPlanned = planning === undefined || planning.state.kind === "succeeded";
      if (isPlanned) return { done: 4, label: "Ready", isFinished: true };
      return orDead({ done: 3, label: "Analysed", isFinished: true }, [planning]);
    }
    case "removing":
      return { done: 4, label: "Being removed", isFinished: true };
  }
}

function readingLabel({ page, pageCount }: { page: number; pageCount: number }): string {
  return pageCount === 0 ? "Opening the document" : `Reading page ${page} of ${pageCount}`;
}

function analysingLabel({ progress }: ListedDocument): string {
  if (!progress || progress.total === 0) return "Analysing";
  return `Analysing, ${Math.round((100 * progress.done) / progress.total)}%`;
}

function isAlive({ state }: ListedJob): boolean {
  return state.kind === "pending" || state.kind === "running";
}

function isDead({ state }: ListedJob): boolean {
  return state.kind === "dead";
}

/** A step whose newest job has been given up is a failure, unless another is at work. */
function orDead(stage: DocumentStage, jobs: readonly ListedJob[]): DocumentStage {
  const dead = jobs.some(isAlive) ? undefined : jobs.find(isDead);
  if (dead?.state.kind !== "dead") return stage;
  return { ...stage, isFinished: true, failure: { message: dead.state.message, job: dead } };
}

/** 0..1 over all steps, so that the bar moves while pages are read. */
export function stageFraction(document: ListedDocument, { done }: DocumentStage): number {
  const { state, progress } = document;
  const within =
    state.kind === "reading" && state.pageCount > 0
      ? state.page / state.pageCount
      : progress && progress.total > 0
        ? progress.done / progress.total
        : 0;
  return Math.min(1, (done + within) / STEPS.length);
}
