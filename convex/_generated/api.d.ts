/* eslint-disable */
/**
 * Generated `api` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type * as agents_definitions from "../agents/definitions.js";
import type * as agents_runLog from "../agents/runLog.js";
import type * as agents_settings from "../agents/settings.js";
import type * as agents_tables from "../agents/tables.js";
import type * as contract_boardOps from "../contract/boardOps.js";
import type * as contract_errors from "../contract/errors.js";
import type * as contract_limits from "../contract/limits.js";
import type * as contract_tutorEvents from "../contract/tutorEvents.js";
import type * as crons from "../crons.js";
import type * as documents_analysis from "../documents/analysis.js";
import type * as documents_fuseRanks from "../documents/fuseRanks.js";
import type * as documents_library from "../documents/library.js";
import type * as documents_model from "../documents/model.js";
import type * as documents_search from "../documents/search.js";
import type * as documents_searchTerms from "../documents/searchTerms.js";
import type * as documents_stopWords from "../documents/stopWords.js";
import type * as documents_tables from "../documents/tables.js";
import type * as documents_upload from "../documents/upload.js";
import type * as functions from "../functions.js";
import type * as jobs_analyseDocument from "../jobs/analyseDocument.js";
import type * as jobs_analyseSession from "../jobs/analyseSession.js";
import type * as jobs_definition from "../jobs/definition.js";
import type * as jobs_embedDocument from "../jobs/embedDocument.js";
import type * as jobs_enqueue from "../jobs/enqueue.js";
import type * as jobs_execute from "../jobs/execute.js";
import type * as jobs_expireIdleSessions from "../jobs/expireIdleSessions.js";
import type * as jobs_list from "../jobs/list.js";
import type * as jobs_makeQuiz from "../jobs/makeQuiz.js";
import type * as jobs_model from "../jobs/model.js";
import type * as jobs_planLesson from "../jobs/planLesson.js";
import type * as jobs_prune from "../jobs/prune.js";
import type * as jobs_readDocument from "../jobs/readDocument.js";
import type * as jobs_recover from "../jobs/recover.js";
import type * as jobs_registry from "../jobs/registry.js";
import type * as jobs_removal from "../jobs/removal.js";
import type * as jobs_removeAccount from "../jobs/removeAccount.js";
import type * as jobs_removeDocument from "../jobs/removeDocument.js";
import type * as jobs_removeQuiz from "../jobs/removeQuiz.js";
import type * as jobs_removeSession from "../jobs/removeSession.js";
import type * as jobs_subject from "../jobs/subject.js";
import type * as jobs_tables from "../jobs/tables.js";
import type * as lessons_model from "../lessons/model.js";
import type * as lessons_plan from "../lessons/plan.js";
import type * as lessons_tables from "../lessons/tables.js";
import type * as quizzes_answers from "../quizzes/answers.js";
import type * as quizzes_grade from "../quizzes/grade.js";
import type * as quizzes_model from "../quizzes/model.js";
import type * as quizzes_quiz from "../quizzes/quiz.js";
import type * as quizzes_tables from "../quizzes/tables.js";
import type * as reports_model from "../reports/model.js";
import type * as reports_report from "../reports/report.js";
import type * as reports_tables from "../reports/tables.js";
import type * as sessions_access from "../sessions/access.js";
import type * as sessions_context from "../sessions/context.js";
import type * as sessions_learnerModel from "../sessions/learnerModel.js";
import type * as sessions_lifecycle from "../sessions/lifecycle.js";
import type * as sessions_model from "../sessions/model.js";
import type * as sessions_participants from "../sessions/participants.js";
import type * as sessions_tables from "../sessions/tables.js";
import type * as turns_expire from "../turns/expire.js";
import type * as turns_history from "../turns/history.js";
import type * as turns_live from "../turns/live.js";
import type * as turns_model from "../turns/model.js";
import type * as turns_promptContext from "../turns/promptContext.js";
import type * as turns_run from "../turns/run.js";
import type * as turns_tables from "../turns/tables.js";
import type * as users_accounts from "../users/accounts.js";
import type * as users_logins from "../users/logins.js";
import type * as users_model from "../users/model.js";
import type * as users_profile from "../users/profile.js";
import type * as users_tables from "../users/tables.js";
import type * as whiteboard_snapshots from "../whiteboard/snapshots.js";
import type * as whiteboard_sweep from "../whiteboard/sweep.js";
import type * as whiteboard_tables from "../whiteboard/tables.js";

import type {
  ApiFromModules,
  FilterApi,
  FunctionReference,
} from "convex/server";

declare const fullApi: ApiFromModules<{
  "agents/definitions": typeof agents_definitions;
  "agents/runLog": typeof agents_runLog;
  "agents/settings": typeof agents_settings;
  "agents/tables": typeof agents_tables;
  "contract/boardOps": typeof contract_boardOps;
  "contract/errors": typeof contract_errors;
  "contract/limits": typeof contract_limits;
  "contract/tutorEvents": typeof contract_tutorEvents;
  crons: typeof crons;
  "documents/analysis": typeof documents_analysis;
  "documents/fuseRanks": typeof documents_fuseRanks;
  "documents/library": typeof documents_library;
  "documents/model": typeof documents_model;
  "documents/search": typeof documents_search;
  "documents/searchTerms": typeof documents_searchTerms;
  "documents/stopWords": typeof documents_stopWords;
  "documents/tables": typeof documents_tables;
  "documents/upload": typeof documents_upload;
  functions: typeof functions;
  "jobs/analyseDocument": typeof jobs_analyseDocument;
  "jobs/analyseSession": typeof jobs_analyseSession;
  "jobs/definition": typeof jobs_definition;
  "jobs/embedDocument": typeof jobs_embedDocument;
  "jobs/enqueue": typeof jobs_enqueue;
  "jobs/execute": typeof jobs_execute;
  "jobs/expireIdleSessions": typeof jobs_expireIdleSessions;
  "jobs/list": typeof jobs_list;
  "jobs/makeQuiz": typeof jobs_makeQuiz;
  "jobs/model": typeof jobs_model;
  "jobs/planLesson": typeof jobs_planLesson;
  "jobs/prune": typeof jobs_prune;
  "jobs/readDocument": typeof jobs_readDocument;
  "jobs/recover": typeof jobs_recover;
  "jobs/registry": typeof jobs_registry;
  "jobs/removal": typeof jobs_removal;
  "jobs/removeAccount": typeof jobs_removeAccount;
  "jobs/removeDocument": typeof jobs_removeDocument;
  "jobs/removeQuiz": typeof jobs_removeQuiz;
  "jobs/removeSession": typeof jobs_removeSession;
  "jobs/subject": typeof jobs_subject;
  "jobs/tables": typeof jobs_tables;
  "lessons/model": typeof lessons_model;
  "lessons/plan": typeof lessons_plan;
  "lessons/tables": typeof lessons_tables;
  "quizzes/answers": typeof quizzes_answers;
  "quizzes/grade": typeof quizzes_grade;
  "quizzes/model": typeof quizzes_model;
  "quizzes/quiz": typeof quizzes_quiz;
  "quizzes/tables": typeof quizzes_tables;
  "reports/model": typeof reports_model;
  "reports/report": typeof reports_report;
  "reports/tables": typeof reports_tables;
  "sessions/access": typeof sessions_access;
  "sessions/context": typeof sessions_context;
  "sessions/learnerModel": typeof sessions_learnerModel;
  "sessions/lifecycle": typeof sessions_lifecycle;
  "sessions/model": typeof sessions_model;
  "sessions/participants": typeof sessions_participants;
  "sessions/tables": typeof sessions_tables;
  "turns/expire": typeof turns_expire;
  "turns/history": typeof turns_history;
  "turns/live": typeof turns_live;
  "turns/model": typeof turns_model;
  "turns/promptContext": typeof turns_promptContext;
  "turns/run": typeof turns_run;
  "turns/tables": typeof turns_tables;
  "users/accounts": typeof users_accounts;
  "users/logins": typeof users_logins;
  "users/model": typeof users_model;
  "users/profile": typeof users_profile;
  "users/tables": typeof users_tables;
  "whiteboard/snapshots": typeof whiteboard_snapshots;
  "whiteboard/sweep": typeof whiteboard_sweep;
  "whiteboard/tables": typeof whiteboard_tables;
}>;

/**
 * A utility for referencing Convex functions in your app's public API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = api.myModule.myFunction;
 * ```
 */
export declare const api: FilterApi<
  typeof fullApi,
  FunctionReference<any, "public">
>;

/**
 * A utility for referencing Convex functions in your app's internal API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = internal.myModule.myFunction;
 * ```
 */
export declare const internal: FilterApi<
  typeof fullApi,
  FunctionReference<any, "internal">
>;

export declare const components: {};
