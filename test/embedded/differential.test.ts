/**
 * The engine against `convex-test`: generated schemas and programs must behave alike on both. What is not
 * compared, and why, stands in test/support/differential/README.md. `npm run chaos:differential` runs
 * 10,000 programs; differentialBugs.test.ts shows that the comparison notices.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeFound } from "../support/differential/describeFound.ts";
import {
  startDifferentialEngine,
  type DifferentialEngine,
} from "../support/differential/engineSide.ts";
import type { Program } from "../support/differential/programs.ts";
import { compareOn, searchDifference } from "../support/differential/searchDifference.ts";

let engine: DifferentialEngine;

beforeAll(async () => {
  engine = await startDifferentialEngine();
});
afterAll(() => engine.close());

it("[DF1] generated programs behave alike under convex-test and under the engine", async () => {
  const { numRuns = 100, seed = Date.now() % 2 ** 31 } = fc.readConfigureGlobal();
  const found = await searchDifference({ engine, programs: 2 * numRuns, seed });
  expect(found === null ? null : describeFound(found)).toBeNull();
});

/** From a long search: nobody but the job ever knew the id. */
it("[DF1] an id of what a job made and deleted again is alike on both sides", async () => {
  const insert = { do: "insert", table: "a", value: { n: 1, s: "", r: { "@ref": 0 } } } as const;
  const call: Program["calls"][number] = {
    kind: "mutation",
    steps: [
      {
        do: "schedule",
        afterMinutes: 1,
        steps: [
          { ...insert, value: { n: 1, s: "" } },
          insert,
          { do: "delete", pick: { table: "a", n: 0 }, named: null },
        ],
      },
    ],
  };
  const table = { shape: "object", indexes: [] } as const;
  const schema = { isValidated: true, tables: { a: table, b: table } };
  expect(await compareOn(engine, { schema, sessions: [], calls: [call] })).toBeNull();
});
