/** That the simulation notices what it should: each planted bug is found, in a process of its own. */
import { execFile } from "node:child_process";
import { expect, it } from "vitest";
import { PLANTED_BUGS } from "../support/boardSimulation/plantedBugs.ts";

const SEEDS = "600";

it.concurrent.each(PLANTED_BUGS)("[WS4] it is noticed when $title", async ({ title }) => {
  const args = ["scripts/chaos/whiteboard.ts", "--seeds", SEEDS, "--from", "1", "--plant", title];
  const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, output: stdout + stderr });
    });
  });
  expect(output).toMatch(/^seed \d+: /m);
  expect(code).toBe(1);
});
