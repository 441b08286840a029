/** Looks for a program that behaves differently under `convex-test` and under the engine. */
import fc from "fast-check";
import * as interpreter from "../../fixtures/convex-projects/differential/convex/interpreter.ts";
import { buildSchema } from "./buildSchema.ts";
import { compareProgram, type Difference } from "./compareProgram.ts";
import { openConvexTestSide } from "./convexTestSide.ts";
import type { DifferentialEngine } from "./engineSide.ts";
import { program, type Program } from "./programs.ts";

export interface Found extends Difference {
  /** As small as it could be made, unless the search was to end early. */
  readonly program: Program;
  /** Repeats the search. */
  readonly seed: number;
}

export interface Search {
  readonly engine: DifferentialEngine;
  readonly programs: number;
  readonly seed: number;
  /** Do not look for the smallest program. */
  readonly endsEarly?: boolean;
  readonly onAlike?: () => void;
}

/** null when all programs behaved alike. */
export async function searchDifference(search: Search): Promise<Found | null> {
  const { engine, programs, seed, endsEarly = false, onAlike = () => undefined } = search;
  const isAlike = fc.asyncProperty(program, async (one) => {
    const isSame = (await compareOn(engine, one)) === null;
    if (isSame) onAlike();
    return isSame;
  });
  const { counterexample } = await fc.check(isAlike, {
    numRuns: programs,
    seed,
    endOnFailure: endsEarly,
  });
  if (counterexample === null) return null;
  const [one] = counterexample;
  const difference = await compareOn(engine, one);
  if (difference === null) throw new Error(`Not the same twice: ${JSON.stringify(one)}`);
  return { ...difference, program: one, seed };
}

const MOST_PROGRAMS_TO_FIND_A_BUG = 200;
const SEED_TO_FIND_BUGS = 10; // one that finds them soon; most others take a few hundred programs

/** Whether the engine's planted bug is noticed: null when it is not. */
export async function searchPlanted(engine: DifferentialEngine): Promise<Found | null> {
  const [programs, seed] = [MOST_PROGRAMS_TO_FIND_A_BUG, SEED_TO_FIND_BUGS];
  return await searchDifference({ engine, programs, seed, endsEarly: true });
}

/** Runs one program on a fresh deployment of either side; null when both behave alike. */
export async function compareOn(
  engine: DifferentialEngine,
  one: Program,
): Promise<Difference | null> {
  const schema = buildSchema(one.schema);
  const side = await engine.open(schema);
  try {
    return await compareProgram(openConvexTestSide(schema, interpreter), side, one);
  } finally {
    await side.close();
  }
}
