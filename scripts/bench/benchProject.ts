/** The functions that are measured, as references for stock clients, and where they lie. */
import { fileURLToPath } from "node:url";

import { makeFunctionReference } from "convex/server";

export const PROJECT = new URL(
  "../../test/fixtures/convex-projects/bench/convex/",
  import.meta.url,
);
export const PROJECT_DIR = fileURLToPath(PROJECT);

type Empty = null;

export const functions = {
  fill: makeFunctionReference<"mutation", { from: number; to: number }, Empty>("documents:fill"),
  first: makeFunctionReference<"query", { key: number }, number | null>("documents:first"),
  range: makeFunctionReference<"query", { key: number }, number>("documents:range"),
  idOf: makeFunctionReference<"query", { key: number }, string>("documents:idOf"),
  get: makeFunctionReference<"query", { id: string }, number | null>("documents:get"),
  createCounters: makeFunctionReference<"mutation", { from: number; to: number }, Empty>(
    "counters:create",
  ),
  increment: makeFunctionReference<"mutation", { name: string }, number>("counters:increment"),
  counter: makeFunctionReference<"query", { name: string }, number>("counters:value"),
  insertMany: makeFunctionReference<"mutation", { from: number; count: number }, Empty>(
    "records:insertMany",
  ),
};
