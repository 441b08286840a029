import { expect, it } from "vitest";
import { logText } from "../context/logText.ts";
import { LogLines, MAX_LOG_LINES } from "./logLines.ts";

function collector() {
  const heard: string[] = [];
  let elapsed = 0;
  const logs = new LogLines({
    onLine: (line) => heard.push(line),
    elapsed: () => (elapsed += 1.5),
  });
  return { logs, heard };
}

it("[FI9] each console method has its level", () => {
  const { logs, heard } = collector();
  for (const method of ["log", "debug", "info", "warn", "error"]) {
    logs.console(method, `from ${method}`);
  }
  logs.console("time", "", "work");
  logs.console("time", "", "work");
  logs.console("timeLog", "", "work");
  logs.console("timeLog", "{ done: 1 } 'more'", "work");
  logs.console("timeEnd", "", "work");
  logs.console("timeEnd", "", "work");
  expect(heard).toEqual([
    "[LOG] from log",
    "[DEBUG] from debug",
    "[INFO] from info",
    "[WARN] from warn",
    "[ERROR] from error",
    "[WARN] Timer 'work' already exists",
    "[INFO] work: 1ms",
    "[INFO] work: 3ms { done: 1 } 'more'",
    "[INFO] work: 4ms",
    "[WARN] Timer 'work' does not exist",
  ]);
  expect(logs.lines).toEqual(heard);
});

it("[FI9] lines and their length are bounded, and it shows", () => {
  const { logs, heard } = collector();
  for (let i = 0; i < MAX_LOG_LINES + 50; i++) logs.console("log", String(i));
  expect(heard).toHaveLength(MAX_LOG_LINES + 1);
  expect(heard.at(-1)).toBe("[ERROR] Log overflow (maximum 256). Remaining log lines omitted.");
  logs.clear();
  logs.console("log", "x".repeat(100_000));
  logs.console("log", "€".repeat(20_000));
  logs.console("log", "€".repeat(10_920));
  const suffix = " (truncated due to length)";
  expect(logs.lines).toEqual([
    `[LOG] ${"x".repeat(32_768 - 6)}${suffix}`,
    `[LOG] ${"€".repeat((32_768 - 8) / 3)}${suffix}`, // no half of a character
    `[LOG] ${"€".repeat(10_920)}`,
  ]);
});

it("[FI10] a logged error shows the sources, and nothing of the engine", () => {
  const { logs, heard } = collector();
  const frames = (stack: string) =>
    stack.includes("convex-functions.js") ? ["    at handler (../convex/a.ts:1:2)"] : [];
  const error = Object.assign(new Error("why"), { hint: "look: 1:2" });
  error.stack = `Error: why\n    at handler (convex-functions.js:30:4)\n    at run (file:///engine.ts:1:1)`;
  logs.console("error", logText(["failed", error]), "", { frames });
  expect(heard).toEqual([
    "[ERROR] 'failed' Error: why\n    at handler (../convex/a.ts:1:2) {\n  hint: 'look: 1:2'\n}",
  ]);
  logs.console("trace", "'here'", "", {
    frames: (stack) => (stack.includes("logLines.test") ? [stack] : []),
  });
  expect(heard[1]).toMatch(/^\[LOG\] 'here'(\n +at .*logLines\.test\.ts:\d+:\d+\)?)+$/);
});
