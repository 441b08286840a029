/** Every job there is. A name without a definition, or the other way round, does not compile. */
import { analyseDocument } from "./analyseDocument.ts";
import { analyseSession } from "./analyseSession.ts";
import type { JobDefinition } from "./definition.ts";
import { embedDocument } from "./embedDocument.ts";
import { makeQuiz } from "./makeQuiz.ts";
import { planLesson } from "./planLesson.ts";
import { readDocument } from "./readDocument.ts";
import { renewInsights } from "./renewInsights.ts";
import type { JobName } from "./tables.ts";

export const JOBS: Record<JobName, JobDefinition> = {
  readDocument,
  embedDocument,
  analyseDocument,
  planLesson,
  makeQuiz,
  analyseSession,
  renewInsights,
} satisfies Record<JobName, JobDefinition>;
