/* eslint-disable */
/**
 * Generated `api` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type * as agents_tables from "../agents/tables.js";
import type * as contract_errors from "../contract/errors.js";
import type * as contract_limits from "../contract/limits.js";
import type * as documents_tables from "../documents/tables.js";
import type * as functions from "../functions.js";
import type * as jobs_tables from "../jobs/tables.js";
import type * as lessons_tables from "../lessons/tables.js";
import type * as quizzes_tables from "../quizzes/tables.js";
import type * as reports_tables from "../reports/tables.js";
import type * as sessions_tables from "../sessions/tables.js";
import type * as turns_tables from "../turns/tables.js";
import type * as users_tables from "../users/tables.js";
import type * as whiteboard_tables from "../whiteboard/tables.js";

import type {
  ApiFromModules,
  FilterApi,
  FunctionReference,
} from "convex/server";

declare const fullApi: ApiFromModules<{
  "agents/tables": typeof agents_tables;
  "contract/errors": typeof contract_errors;
  "contract/limits": typeof contract_limits;
  "documents/tables": typeof documents_tables;
  functions: typeof functions;
  "jobs/tables": typeof jobs_tables;
  "lessons/tables": typeof lessons_tables;
  "quizzes/tables": typeof quizzes_tables;
  "reports/tables": typeof reports_tables;
  "sessions/tables": typeof sessions_tables;
  "turns/tables": typeof turns_tables;
  "users/tables": typeof users_tables;
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
