/**
 * How many documents each public function reads when every table it could look into has 10, 300 and 1,500
 * rows that belong to the caller's own session. From 300 on every bound of ours is reached, so nothing may
 * grow any more: a function that does scans a table.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { bundleFunctions, type FunctionBundle } from "../../src/embedded/functions/build/bundle.ts";
import type { Identity } from "../../src/embedded/functions/identity.ts";
import { ISSUER, openCrowdedSession, type CrowdedSession } from "../support/crowdedSession.ts";
import { openTestRuntime } from "../support/testRuntime.ts";
import {
  BY_KEY_ONLY,
  REMOVING_CALLS,
  SERVICE_CALLS,
  STUDENT_CALLS,
  type Call,
} from "./publicCalls.ts";

const SIZES = [10, 300, 1_500] as const;
const functionsDir = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../convex");

let bundle: FunctionBundle;
beforeAll(async () => {
  bundle = await bundleFunctions({ functionsDir });
});

/** Documents read by each call, all its transactions together. */
async function readsOf({ runtime, begun, ids }: CrowdedSession): Promise<Record<string, number>> {
  const as = (subject: string, issuer: string, sid: string): Identity => {
    return {
      kind: "user",
      attributes: { subject, issuer, sid, tokenIdentifier: `${issuer}|${subject}` },
    };
  };
  const student = as(ids.userId, ISSUER, ids.loginId);
  const service = as("companion", `${ISSUER}/service`, "");
  const kinds = new Map(runtime.runner.functions().map((one) => [one.path, one.kind]));
  const reads: Record<string, number> = {};
  const measure = async ([name, args]: Call, identity: Identity) => {
    begun.length = 0;
    const run = kinds.get(name) === "query" ? runtime.query : runtime.mutation;
    const caller: Identity = name === "documents/search:byWords" ? { kind: "system" } : identity;
    const outcome = await run(name, args(ids), caller);
    if (!outcome.ok) throw new Error(`${name}: ${outcome.errorMessage}`);
    reads[name] = begun.reduce((sum, { usage }) => sum + usage.used("documentsRead"), 0);
  };
  for (const call of STUDENT_CALLS) await measure(call, student);
  for (const call of SERVICE_CALLS) await measure(call, service);
  for (const call of REMOVING_CALLS) await measure(call, student);
  return reads;
}

it("[FN1] every public function is measured", async () => {
  const { runner } = await openTestRuntime({ bundle });
  const all = runner
    .functions()
    .filter(({ visibility, component }) => visibility === "public" && component === "");
  const calls = [...STUDENT_CALLS, ...SERVICE_CALLS, ...REMOVING_CALLS].map(([name]) => name);
  const measured = [...calls, ...BY_KEY_ONLY].filter((name) => name !== "documents/search:byWords");
  expect(measured.sort()).toEqual(all.map(({ path }) => path).sort());
});

it("[FN1] no function reads more documents because a table has grown", async () => {
  const [few, enough, many] = await Promise.all(
    SIZES.map((size) => openCrowdedSession(bundle, size)),
  ).then((worlds) => Promise.all(worlds.map(readsOf)));
  expect(many).toEqual(enough);
  for (const [name, reads] of Object.entries(few ?? {})) {
    expect(many?.[name], name).toBeGreaterThanOrEqual(reads);
    expect(many?.[name], name).toBeLessThanOrEqual(500);
  }
});
