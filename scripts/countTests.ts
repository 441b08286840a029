/** Prints what failed in the vitest JSON reports in test-results/, with the start of its reason, and last `PASSED FAILED` summed. */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const REASON_CHARS = 1_500;

const vReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});
const reports = readdirSync("test-results")
  .filter((file) => /^vitest.*\.json$/.test(file))
  .map((file) => vReport.parse(JSON.parse(readFileSync(`test-results/${file}`, "utf8"))));

for (const file of reports.flatMap((report) => report.testResults)) {
  const failed = file.assertionResults.filter(({ status }) => status === "failed");
  for (const { fullName, failureMessages } of failed)
    tell(file.name, fullName, (failureMessages ?? []).join("\n"));
  if (file.status === "failed" && failed.length === 0) tell(file.name, "", file.message);
}

const sum = (key: "numPassedTests" | "numFailedTests") =>
  reports.reduce((total, report) => total + report[key], 0);
console.log(`${sum("numPassedTests")} ${sum("numFailedTests")}`);

function tell(file: string, title: string, reason: string) {
  console.log(
    `!!! ${path.relative(process.cwd(), file)} ${title}\n${reason.slice(0, REASON_CHARS)}\n`,
  );
}
