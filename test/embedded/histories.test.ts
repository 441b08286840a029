import { fileURLToPath } from "node:url";

import { beforeAll, expect, it, onTestFinished } from "vitest";

import { bundleFunctions, type FunctionBundle } from "../../src/embedded/functions/build/bundle.ts";
import { checkHistory, type AnomalyKind } from "../support/histories/checkHistory.ts";
import { disturbedHistory } from "../support/histories/disturbedHistory.ts";
import type { Operation } from "../support/histories/history.ts";
import { NOBODY } from "../support/histories/historyUser.ts";
import { startPlantedEngine, type Plant } from "../support/histories/plantedEngine.ts";
import { PLANTED_BUGS } from "../support/histories/plants.ts";
import { createTokenIssuer, type TokenIssuer } from "../support/histories/tokenIssuer.ts";

const FUNCTIONS = fileURLToPath(
  new URL("../fixtures/convex-projects/histories/convex", import.meta.url),
);

/** Most bugs show in the first; how packets fall together is up to the machine. */
const MAX_ROUNDS = 200; // the fewest take more than ten

let bundle: FunctionBundle;
let issuer: TokenIssuer;

beforeAll(async () => {
  bundle = await bundleFunctions({ functionsDir: FUNCTIONS });
  issuer = await createTokenIssuer();
});

async function startEngine(plant?: Plant) {
  const engine = await startPlantedEngine(bundle, issuer.environment, plant);
  onTestFinished(() => engine.close());
  return engine;
}

it("[HI1] clients whose cables break see what one database that does one thing at a time would show", async () => {
  const engine = await startEngine();
  const { history, cuts } = await disturbedHistory(engine, {
    ...{ issuer, seed: 1, clients: 3, operationsPerLane: 12, cutRate: 0.03 },
    ...{ disturbedMs: 20_000, patienceMs: 60_000 },
  });
  expect(checkHistory(history)).toEqual([]);
  expect(cuts).toBeGreaterThan(3);
  expect(history.operations.filter(({ kind }) => kind === "snapshot").length).toBeGreaterThan(100);
  const isOfAction = ({ client, outcome }: Operation) =>
    client.startsWith("an action") && outcome === "ok";
  expect(history.operations.filter(isOfAction).length).toBeGreaterThan(5);
  expect(history.recognized.filter(({ owner }) => owner !== NOBODY).length).toBeGreaterThan(20);
  expect(engine.errors).toEqual([]);
});

it.each(PLANTED_BUGS)("[HI2] it shows when $title", async ({ plant, shownAs }) => {
  const engine = await startEngine(plant);
  const kinds = new Set<AnomalyKind>();
  const shown = () => shownAs.filter((kind) => kinds.has(kind));
  for (let seed = 1; shown().length === 0 && seed <= MAX_ROUNDS; seed++) {
    const { history } = await disturbedHistory(engine, {
      ...{ issuer, seed, clients: 3, operationsPerLane: 8, cutRate: 0.03 },
      ...{ disturbedMs: 10_000, patienceMs: 300 },
    });
    for (const { kind } of checkHistory(history)) kinds.add(kind);
  }
  expect(shown()).not.toEqual([]);
});
