/** That the simulation notices what it should: each planted bug is found, in a process of its own. */
import { execFile } from "node:child_process";
import { expect, it } from "vitest";
import { PLANTED_BUGS, SURVIVED_BUGS } from "../support/boardSimulation/plantedBugs.ts";

/** Plays that many seeds with the bug in the code, in a process of its own. */
async function play(title: string, seeds: number): Promise<{ code: unknown; output: string }> {
  const args = ["--seeds", String(seeds), "--from", "1", "--plant", title];
  return await new Promise((resolve) => {
    execFile(
      process.execPath,
      ["scripts/chaos/whiteboard.ts", ...args],
      (error, stdout, stderr) => {
        resolve({ code: error?.code ?? 0, output: stdout + stderr });
      },
    );
  });
}

it.concurrent.each(PLANTED_BUGS)("[WS4] it is noticed when $title", async ({ title }) => {
  const { code, output } = await play(title, 600);
  expect(output).toMatch(/^seed \d+: /m);
  expect(code).toBe(1);
});

it.concurrent.each(SURVIVED_BUGS)("[WB26] the boards survive it when $title", async ({ title }) => {
  const { code, output } = await play(title, 200);
  expect(output).toMatch(/nothing wrong/);
  expect(code).toBe(0);
});
