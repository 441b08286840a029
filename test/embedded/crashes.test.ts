/**
 * A few of the accidents that `npm run chaos:embedded` brings about by the hundred: the engine as a process of
 * its own, stock clients that write, schedule and upload meanwhile.
 */
import { expect, it } from "vitest";

import { fillAgainAndAgain } from "../../scripts/chaos/fullDisk.ts";
import { killAmidImports } from "../../scripts/chaos/imports.ts";
import { killAgainAndAgain } from "../../scripts/chaos/kills.ts";

const WRITERS = 3;
const NOTHING_WRONG = { lost: 0, duplicated: 0, broken: 0, stray: 0 };

it("[CX1] an engine that is killed loses no write, job or file, and does none twice", async () => {
  const report = await killAgainAndAgain(1, WRITERS);
  expect(report).toMatchObject(NOTHING_WRONG);
  expect(report.acknowledged).toBeGreaterThan(0);
});

it("[CX2] a full disk refuses writers, answers readers, loses nothing, and is forgotten when there is room", async ({
  skip,
}) => {
  const report = await fillAgainAndAgain(1, WRITERS);
  if (report === null) return skip("a small disk cannot be mounted here");
  expect(report).toMatchObject({ ...NOTHING_WRONG, surprises: [] });
  expect(report.refused).toBeGreaterThan(0);
});

it("[CX3] an engine that is killed amid a large import has the old data or the new, and nothing of the other", async () => {
  const report = await killAmidImports(2, 7);
  expect(report).toMatchObject({ kills: 2, lost: 0, torn: 0, broken: 0, stray: 0 });
});
