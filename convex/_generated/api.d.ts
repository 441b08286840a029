/* eslint-disable */
/**
 * Generated `api` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type * as agents_documentAnalyserAgent from "../agents/documentAnalyserAgent.js";
import type * as agents_extractive_analyse from "../agents/extractive/analyse.js";
import type * as agents_extractive_findConcepts from "../agents/extractive/findConcepts.js";
import type * as agents_extractive_findDefinitions from "../agents/extractive/findDefinitions.js";
import type * as agents_extractive_makeQuiz from "../agents/extractive/makeQuiz.js";
import type * as agents_extractive_planObjectives from "../agents/extractive/planObjectives.js";
import type * as agents_extractive_rankSentences from "../agents/extractive/rankSentences.js";
import type * as agents_extractive_sentenceBank from "../agents/extractive/sentenceBank.js";
import type * as agents_extractive_shuffle from "../agents/extractive/shuffle.js";
import type * as agents_extractive_summarise from "../agents/extractive/summarise.js";
import type * as agents_extractive_tokens from "../agents/extractive/tokens.js";
import type * as agents_extractive_writeReport from "../agents/extractive/writeReport.js";
import type * as agents_material from "../agents/material.js";
import type * as agents_modelProvider from "../agents/modelProvider.js";
import type * as agents_plannerAgent from "../agents/plannerAgent.js";
import type * as agents_quizMakerAgent from "../agents/quizMakerAgent.js";
import type * as agents_readBoard from "../agents/readBoard.js";
import type * as agents_readMaterial from "../agents/readMaterial.js";
import type * as agents_registry from "../agents/registry.js";
import type * as agents_renewInsights from "../agents/renewInsights.js";
import type * as agents_runAgent from "../agents/runAgent.js";
import type * as agents_runLog from "../agents/runLog.js";
import type * as agents_sessionAnalyserAgent from "../agents/sessionAnalyserAgent.js";
import type * as agents_settings from "../agents/settings.js";
import type * as agents_tables from "../agents/tables.js";
import type * as contract_board_anchoredPlace from "../contract/board/anchoredPlace.js";
import type * as contract_board_boardInsights from "../contract/board/boardInsights.js";
import type * as contract_board_boardSummary from "../contract/board/boardSummary.js";
import type * as contract_board_cellGrid from "../contract/board/cellGrid.js";
import type * as contract_board_compressObjects from "../contract/board/compressObjects.js";
import type * as contract_board_editRights from "../contract/board/editRights.js";
import type * as contract_board_findObjects from "../contract/board/findObjects.js";
import type * as contract_board_firstChars from "../contract/board/firstChars.js";
import type * as contract_board_graphLayout from "../contract/board/graphLayout.js";
import type * as contract_board_insightDigest from "../contract/board/insightDigest.js";
import type * as contract_board_layoutAllocator from "../contract/board/layoutAllocator.js";
import type * as contract_board_layoutTemplates from "../contract/board/layoutTemplates.js";
import type * as contract_board_legacyShapes from "../contract/board/legacyShapes.js";
import type * as contract_board_measureText from "../contract/board/measureText.js";
import type * as contract_board_nesting from "../contract/board/nesting.js";
import type * as contract_board_objectBox from "../contract/board/objectBox.js";
import type * as contract_board_objectExtent from "../contract/board/objectExtent.js";
import type * as contract_board_objectGroups from "../contract/board/objectGroups.js";
import type * as contract_board_pathNumbers from "../contract/board/pathNumbers.js";
import type * as contract_board_pictureIds from "../contract/board/pictureIds.js";
import type * as contract_board_questionCard from "../contract/board/questionCard.js";
import type * as contract_board_questionFeedback from "../contract/board/questionFeedback.js";
import type * as contract_board_spatialIndex from "../contract/board/spatialIndex.js";
import type * as contract_board_withinChars from "../contract/board/withinChars.js";
import type * as contract_boardOps from "../contract/boardOps.js";
import type * as contract_errors from "../contract/errors.js";
import type * as contract_limits from "../contract/limits.js";
import type * as contract_modelErrors from "../contract/modelErrors.js";
import type * as contract_tools_blockParts from "../contract/tools/blockParts.js";
import type * as contract_tools_boardLook from "../contract/tools/boardLook.js";
import type * as contract_tools_boardTool from "../contract/tools/boardTool.js";
import type * as contract_tools_clearTutorObjects from "../contract/tools/clearTutorObjects.js";
import type * as contract_tools_drawArrow from "../contract/tools/drawArrow.js";
import type * as contract_tools_drawAxis from "../contract/tools/drawAxis.js";
import type * as contract_tools_drawCard from "../contract/tools/drawCard.js";
import type * as contract_tools_drawConceptMap from "../contract/tools/drawConceptMap.js";
import type * as contract_tools_drawFlowchart from "../contract/tools/drawFlowchart.js";
import type * as contract_tools_drawFormula from "../contract/tools/drawFormula.js";
import type * as contract_tools_drawQuestion from "../contract/tools/drawQuestion.js";
import type * as contract_tools_drawShape from "../contract/tools/drawShape.js";
import type * as contract_tools_drawTable from "../contract/tools/drawTable.js";
import type * as contract_tools_drawText from "../contract/tools/drawText.js";
import type * as contract_tools_drawTimeline from "../contract/tools/drawTimeline.js";
import type * as contract_tools_findOnBoard from "../contract/tools/findOnBoard.js";
import type * as contract_tools_formula from "../contract/tools/formula.js";
import type * as contract_tools_highlightObject from "../contract/tools/highlightObject.js";
import type * as contract_tools_palette from "../contract/tools/palette.js";
import type * as contract_tools_placement from "../contract/tools/placement.js";
import type * as contract_tools_registry from "../contract/tools/registry.js";
import type * as contract_tools_surveyBoard from "../contract/tools/surveyBoard.js";
import type * as contract_tutorEvents from "../contract/tutorEvents.js";
import type * as crons from "../crons.js";
import type * as documents_analysing from "../documents/analysing.js";
import type * as documents_analysis from "../documents/analysis.js";
import type * as documents_cutPassages from "../documents/cutPassages.js";
import type * as documents_embedder from "../documents/embedder.js";
import type * as documents_embedding from "../documents/embedding.js";
import type * as documents_embeddings from "../documents/embeddings.js";
import type * as documents_formats_blocks from "../documents/formats/blocks.js";
import type * as documents_formats_detectFormat from "../documents/formats/detectFormat.js";
import type * as documents_formats_headings from "../documents/formats/headings.js";
import type * as documents_formats_htmlBlocks from "../documents/formats/htmlBlocks.js";
import type * as documents_formats_joinWrapped from "../documents/formats/joinWrapped.js";
import type * as documents_formats_markdownBlocks from "../documents/formats/markdownBlocks.js";
import type * as documents_formats_pdfBlocks from "../documents/formats/pdfBlocks.js";
import type * as documents_formats_pdfFurniture from "../documents/formats/pdfFurniture.js";
import type * as documents_formats_pdfLines from "../documents/formats/pdfLines.js";
import type * as documents_formats_plainTextBlocks from "../documents/formats/plainTextBlocks.js";
import type * as documents_formats_readDocx from "../documents/formats/readDocx.js";
import type * as documents_formats_readPages from "../documents/formats/readPages.js";
import type * as documents_formats_readPdf from "../documents/formats/readPdf.js";
import type * as documents_formats_readPptx from "../documents/formats/readPptx.js";
import type * as documents_fuseRanks from "../documents/fuseRanks.js";
import type * as documents_library from "../documents/library.js";
import type * as documents_model from "../documents/model.js";
import type * as documents_readFile from "../documents/readFile.js";
import type * as documents_search from "../documents/search.js";
import type * as documents_searchTerms from "../documents/searchTerms.js";
import type * as documents_sentences from "../documents/sentences.js";
import type * as documents_stopWords from "../documents/stopWords.js";
import type * as documents_storing from "../documents/storing.js";
import type * as documents_tables from "../documents/tables.js";
import type * as documents_upload from "../documents/upload.js";
import type * as functionLog from "../functionLog.js";
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
import type * as jobs_pool from "../jobs/pool.js";
import type * as jobs_prune from "../jobs/prune.js";
import type * as jobs_readDocument from "../jobs/readDocument.js";
import type * as jobs_recover from "../jobs/recover.js";
import type * as jobs_registry from "../jobs/registry.js";
import type * as jobs_removal from "../jobs/removal.js";
import type * as jobs_removeAccount from "../jobs/removeAccount.js";
import type * as jobs_removeDocument from "../jobs/removeDocument.js";
import type * as jobs_removeQuiz from "../jobs/removeQuiz.js";
import type * as jobs_removeSession from "../jobs/removeSession.js";
import type * as jobs_renewInsights from "../jobs/renewInsights.js";
import type * as jobs_subject from "../jobs/subject.js";
import type * as jobs_sweepFiles from "../jobs/sweepFiles.js";
import type * as jobs_tables from "../jobs/tables.js";
import type * as lessons_drafting from "../lessons/drafting.js";
import type * as lessons_model from "../lessons/model.js";
import type * as lessons_plan from "../lessons/plan.js";
import type * as lessons_tables from "../lessons/tables.js";
import type * as quizzes_answers from "../quizzes/answers.js";
import type * as quizzes_drafting from "../quizzes/drafting.js";
import type * as quizzes_grade from "../quizzes/grade.js";
import type * as quizzes_model from "../quizzes/model.js";
import type * as quizzes_quiz from "../quizzes/quiz.js";
import type * as quizzes_tables from "../quizzes/tables.js";
import type * as reports_drafting from "../reports/drafting.js";
import type * as reports_model from "../reports/model.js";
import type * as reports_record from "../reports/record.js";
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
import type * as whiteboard_collectImages from "../whiteboard/collectImages.js";
import type * as whiteboard_images from "../whiteboard/images.js";
import type * as whiteboard_model from "../whiteboard/model.js";
import type * as whiteboard_snapshots from "../whiteboard/snapshots.js";
import type * as whiteboard_superfluousVersions from "../whiteboard/superfluousVersions.js";
import type * as whiteboard_sweep from "../whiteboard/sweep.js";
import type * as whiteboard_tables from "../whiteboard/tables.js";
import type * as whiteboard_thinVersions from "../whiteboard/thinVersions.js";
import type * as whiteboard_versionStore from "../whiteboard/versionStore.js";
import type * as whiteboard_versions from "../whiteboard/versions.js";

import type {
  ApiFromModules,
  FilterApi,
  FunctionReference,
} from "convex/server";

declare const fullApi: ApiFromModules<{
  "agents/documentAnalyserAgent": typeof agents_documentAnalyserAgent;
  "agents/extractive/analyse": typeof agents_extractive_analyse;
  "agents/extractive/findConcepts": typeof agents_extractive_findConcepts;
  "agents/extractive/findDefinitions": typeof agents_extractive_findDefinitions;
  "agents/extractive/makeQuiz": typeof agents_extractive_makeQuiz;
  "agents/extractive/planObjectives": typeof agents_extractive_planObjectives;
  "agents/extractive/rankSentences": typeof agents_extractive_rankSentences;
  "agents/extractive/sentenceBank": typeof agents_extractive_sentenceBank;
  "agents/extractive/shuffle": typeof agents_extractive_shuffle;
  "agents/extractive/summarise": typeof agents_extractive_summarise;
  "agents/extractive/tokens": typeof agents_extractive_tokens;
  "agents/extractive/writeReport": typeof agents_extractive_writeReport;
  "agents/material": typeof agents_material;
  "agents/modelProvider": typeof agents_modelProvider;
  "agents/plannerAgent": typeof agents_plannerAgent;
  "agents/quizMakerAgent": typeof agents_quizMakerAgent;
  "agents/readBoard": typeof agents_readBoard;
  "agents/readMaterial": typeof agents_readMaterial;
  "agents/registry": typeof agents_registry;
  "agents/renewInsights": typeof agents_renewInsights;
  "agents/runAgent": typeof agents_runAgent;
  "agents/runLog": typeof agents_runLog;
  "agents/sessionAnalyserAgent": typeof agents_sessionAnalyserAgent;
  "agents/settings": typeof agents_settings;
  "agents/tables": typeof agents_tables;
  "contract/board/anchoredPlace": typeof contract_board_anchoredPlace;
  "contract/board/boardInsights": typeof contract_board_boardInsights;
  "contract/board/boardSummary": typeof contract_board_boardSummary;
  "contract/board/cellGrid": typeof contract_board_cellGrid;
  "contract/board/compressObjects": typeof contract_board_compressObjects;
  "contract/board/editRights": typeof contract_board_editRights;
  "contract/board/findObjects": typeof contract_board_findObjects;
  "contract/board/firstChars": typeof contract_board_firstChars;
  "contract/board/graphLayout": typeof contract_board_graphLayout;
  "contract/board/insightDigest": typeof contract_board_insightDigest;
  "contract/board/layoutAllocator": typeof contract_board_layoutAllocator;
  "contract/board/layoutTemplates": typeof contract_board_layoutTemplates;
  "contract/board/legacyShapes": typeof contract_board_legacyShapes;
  "contract/board/measureText": typeof contract_board_measureText;
  "contract/board/nesting": typeof contract_board_nesting;
  "contract/board/objectBox": typeof contract_board_objectBox;
  "contract/board/objectExtent": typeof contract_board_objectExtent;
  "contract/board/objectGroups": typeof contract_board_objectGroups;
  "contract/board/pathNumbers": typeof contract_board_pathNumbers;
  "contract/board/pictureIds": typeof contract_board_pictureIds;
  "contract/board/questionCard": typeof contract_board_questionCard;
  "contract/board/questionFeedback": typeof contract_board_questionFeedback;
  "contract/board/spatialIndex": typeof contract_board_spatialIndex;
  "contract/board/withinChars": typeof contract_board_withinChars;
  "contract/boardOps": typeof contract_boardOps;
  "contract/errors": typeof contract_errors;
  "contract/limits": typeof contract_limits;
  "contract/modelErrors": typeof contract_modelErrors;
  "contract/tools/blockParts": typeof contract_tools_blockParts;
  "contract/tools/boardLook": typeof contract_tools_boardLook;
  "contract/tools/boardTool": typeof contract_tools_boardTool;
  "contract/tools/clearTutorObjects": typeof contract_tools_clearTutorObjects;
  "contract/tools/drawArrow": typeof contract_tools_drawArrow;
  "contract/tools/drawAxis": typeof contract_tools_drawAxis;
  "contract/tools/drawCard": typeof contract_tools_drawCard;
  "contract/tools/drawConceptMap": typeof contract_tools_drawConceptMap;
  "contract/tools/drawFlowchart": typeof contract_tools_drawFlowchart;
  "contract/tools/drawFormula": typeof contract_tools_drawFormula;
  "contract/tools/drawQuestion": typeof contract_tools_drawQuestion;
  "contract/tools/drawShape": typeof contract_tools_drawShape;
  "contract/tools/drawTable": typeof contract_tools_drawTable;
  "contract/tools/drawText": typeof contract_tools_drawText;
  "contract/tools/drawTimeline": typeof contract_tools_drawTimeline;
  "contract/tools/findOnBoard": typeof contract_tools_findOnBoard;
  "contract/tools/formula": typeof contract_tools_formula;
  "contract/tools/highlightObject": typeof contract_tools_highlightObject;
  "contract/tools/palette": typeof contract_tools_palette;
  "contract/tools/placement": typeof contract_tools_placement;
  "contract/tools/registry": typeof contract_tools_registry;
  "contract/tools/surveyBoard": typeof contract_tools_surveyBoard;
  "contract/tutorEvents": typeof contract_tutorEvents;
  crons: typeof crons;
  "documents/analysing": typeof documents_analysing;
  "documents/analysis": typeof documents_analysis;
  "documents/cutPassages": typeof documents_cutPassages;
  "documents/embedder": typeof documents_embedder;
  "documents/embedding": typeof documents_embedding;
  "documents/embeddings": typeof documents_embeddings;
  "documents/formats/blocks": typeof documents_formats_blocks;
  "documents/formats/detectFormat": typeof documents_formats_detectFormat;
  "documents/formats/headings": typeof documents_formats_headings;
  "documents/formats/htmlBlocks": typeof documents_formats_htmlBlocks;
  "documents/formats/joinWrapped": typeof documents_formats_joinWrapped;
  "documents/formats/markdownBlocks": typeof documents_formats_markdownBlocks;
  "documents/formats/pdfBlocks": typeof documents_formats_pdfBlocks;
  "documents/formats/pdfFurniture": typeof documents_formats_pdfFurniture;
  "documents/formats/pdfLines": typeof documents_formats_pdfLines;
  "documents/formats/plainTextBlocks": typeof documents_formats_plainTextBlocks;
  "documents/formats/readDocx": typeof documents_formats_readDocx;
  "documents/formats/readPages": typeof documents_formats_readPages;
  "documents/formats/readPdf": typeof documents_formats_readPdf;
  "documents/formats/readPptx": typeof documents_formats_readPptx;
  "documents/fuseRanks": typeof documents_fuseRanks;
  "documents/library": typeof documents_library;
  "documents/model": typeof documents_model;
  "documents/readFile": typeof documents_readFile;
  "documents/search": typeof documents_search;
  "documents/searchTerms": typeof documents_searchTerms;
  "documents/sentences": typeof documents_sentences;
  "documents/stopWords": typeof documents_stopWords;
  "documents/storing": typeof documents_storing;
  "documents/tables": typeof documents_tables;
  "documents/upload": typeof documents_upload;
  functionLog: typeof functionLog;
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
  "jobs/pool": typeof jobs_pool;
  "jobs/prune": typeof jobs_prune;
  "jobs/readDocument": typeof jobs_readDocument;
  "jobs/recover": typeof jobs_recover;
  "jobs/registry": typeof jobs_registry;
  "jobs/removal": typeof jobs_removal;
  "jobs/removeAccount": typeof jobs_removeAccount;
  "jobs/removeDocument": typeof jobs_removeDocument;
  "jobs/removeQuiz": typeof jobs_removeQuiz;
  "jobs/removeSession": typeof jobs_removeSession;
  "jobs/renewInsights": typeof jobs_renewInsights;
  "jobs/subject": typeof jobs_subject;
  "jobs/sweepFiles": typeof jobs_sweepFiles;
  "jobs/tables": typeof jobs_tables;
  "lessons/drafting": typeof lessons_drafting;
  "lessons/model": typeof lessons_model;
  "lessons/plan": typeof lessons_plan;
  "lessons/tables": typeof lessons_tables;
  "quizzes/answers": typeof quizzes_answers;
  "quizzes/drafting": typeof quizzes_drafting;
  "quizzes/grade": typeof quizzes_grade;
  "quizzes/model": typeof quizzes_model;
  "quizzes/quiz": typeof quizzes_quiz;
  "quizzes/tables": typeof quizzes_tables;
  "reports/drafting": typeof reports_drafting;
  "reports/model": typeof reports_model;
  "reports/record": typeof reports_record;
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
  "whiteboard/collectImages": typeof whiteboard_collectImages;
  "whiteboard/images": typeof whiteboard_images;
  "whiteboard/model": typeof whiteboard_model;
  "whiteboard/snapshots": typeof whiteboard_snapshots;
  "whiteboard/superfluousVersions": typeof whiteboard_superfluousVersions;
  "whiteboard/sweep": typeof whiteboard_sweep;
  "whiteboard/tables": typeof whiteboard_tables;
  "whiteboard/thinVersions": typeof whiteboard_thinVersions;
  "whiteboard/versionStore": typeof whiteboard_versionStore;
  "whiteboard/versions": typeof whiteboard_versions;
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

export declare const components: {
  jobPool: import("@convex-dev/workpool/_generated/component.js").ComponentApi<"jobPool">;
};
