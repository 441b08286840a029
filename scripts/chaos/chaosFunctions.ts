/** The functions of the fixture project that clients call while the engine is ill-treated. */
import { fileURLToPath } from "node:url";

import { makeFunctionReference } from "convex/server";

import type { Write } from "./ledger.ts";

export const CHAOS_FUNCTIONS = fileURLToPath(
  new URL("../../test/fixtures/convex-projects/chaos/convex", import.meta.url),
);

type Round = { round: number };
type Nothing = Record<string, never>;
/** `sha256` in base64, `url` of the blob. */
export type FileRow = { storageId: string; sha256: string; url: string };

export const add = makeFunctionReference<"mutation", Write, number>("writes:add");
export const writesInRound = makeFunctionReference<"query", Round, string[]>("writes:inRound");
export const counts = makeFunctionReference<"query", Nothing, { count: number }[]>("writes:counts");
export const planJob = makeFunctionReference<"mutation", Write, string>("jobs:plan");
export const jobRunsInRound = makeFunctionReference<"query", Round, string[]>("jobs:runsInRound");
export const uploadUrl = makeFunctionReference<"mutation", Nothing, string>("files:uploadUrl");
export const allFiles = makeFunctionReference<"query", Nothing, FileRow[]>("files:all");
