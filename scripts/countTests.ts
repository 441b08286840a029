/** Prints `PASSED FAILED` summed over the vitest JSON reports in test-results/. */
import { readFileSync, readdirSync } from "node:fs";
import { z } from "zod";

const vReport = z.object({ numPassedTests: z.number(), numFailedTests: z.number() });
const reports = readdirSync("test-results")
  .filter((file) => /^vitest.*\.json$/.test(file))
  .map((file) => vReport.parse(JSON.parse(readFileSync(`test-results/${file}`, "utf8"))));
const sum = (key: keyof z.infer<typeof vReport>) =>
  reports.reduce((total, report) => total + report[key], 0);
console.log(`${sum("numPassedTests")} ${sum("numFailedTests")}`);
